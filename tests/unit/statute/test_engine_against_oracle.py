"""The columnar engine held to a slow walk over single days, and to properties that no law may break.

The rule: "No second scalar engine in the product; the tests hold a slow, obvious loop over days as its oracle, and
Hypothesis holds the two together." The walk takes its data from the register, which others test; it shares no line
with the engine. Nearly every date lies where something is decided, or a day before or after.

Small and the same every time; `EHC_ORACLE_EXAMPLES=2000 just test tests/unit/statute` searches further, at random.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from models.statute.calendar import england
from models.statute.clocks import NO_EXCEPTION, STATES, clocks
from models.statute.facts import SUPERSEDING_ORDERS
from models.statute.records import DAY, Claims, Codes, Records, Repeated
from models.statute.register import Duty, Limit, load_register

EXAMPLES = os.environ.get("EHC_ORACLE_EXAMPLES")
settings.register_profile(
    "engine",
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    # Tables are long, so Hypothesis would shrink for minutes; what fails is shrunk here, one record by itself.
    phases=[Phase.explicit, Phase.generate],
)
ENGINE = settings.get_profile("engine")
AGAINST_THE_WALK = settings(ENGINE, max_examples=int(EXAMPLES or 60))
PROPERTY = settings(ENGINE, max_examples=int(EXAMPLES or 6))

REGISTER = load_register()
CALENDAR = england()
ONE = timedelta(days=1)
KINDS = ("case", "advice", "order")
DUTIES = {kind: (*REGISTER.of_record(kind), *REGISTER.advisory_for(kind)) for kind in KINDS}

MILESTONES = {
    "case": (
        "request_received_on",
        "brought_to_attention_on",
        "assess_decided_on",
        "assess_agreed_after_refusal_on",
        "no_plan_notified_on",
        "draft_served_on",
        "consultation_sent_on",
        "consultation_replied_on",
        "final_plan_sent_on",
        "withdrawn_on",
    ),
    "advice": ("requested_on", "received_by_body_on", "reply_on", "withdrawn_on"),
    "order": (
        "dated_on",
        "notified_on",
        "no_plan_notified_on",
        "draft_served_on",
        "final_plan_sent_on",
        "withdrawn_on",
    ),
}
WORDS = {
    "case": {"assess_decision": ("", "Y", "N", "N")},
    "advice": {"kind": ("education", "health", "parent"), "reply": ("", "advice", "advice", "not_known", "declined")},
    "order": {
        "kind": ("tribunal_order", "reg45_notice", "mediation_agreement"),
        "requires": ("assess", "assess", "make_plan", "amend", "name_setting", "reconsider"),
    },
}
FLAGS = {"case": (), "advice": ("has_replied_by",), "order": ()}
CODES = (*(code for code, rule in REGISTER.exceptions.items() if not rule.begins), "ep_shortage", "")


# ---------------------------------------------------------------- records in plain words
@dataclass(frozen=True)
class Closure:
    """A closure and a request for advice that was perhaps made around it."""

    closed_from: date | None
    reopens_on: date | None
    asked_on: date | None


@dataclass(frozen=True)
class Claim:
    duty: str
    code: str
    claimed_on: date | None
    from_on: date | None
    to_on: date | None
    has_facts: bool
    has_reason: bool
    closures: tuple[Closure, ...]


@dataclass(frozen=True)
class Record:
    """One record of any kind; `orders` are the dates of the case's orders to assess or to make a plan."""

    kind: str
    dates: dict[str, date | None]
    words: dict[str, str]
    flags: dict[str, bool]
    orders: tuple[date, ...] = ()
    claims: tuple[Claim, ...] = field(default=())


class Row(NamedTuple):
    """What is said of one clock."""

    origin_on: date | None
    due_on: date | None
    act_by: date | None
    done_on: date | None
    state: str
    days: int | None
    exception: str


def columns(records: Sequence[Record]) -> Records:
    """Records of one kind as the engine wants them."""
    kind = records[0].kind
    orders = [(row, day) for row, record in enumerate(records) for day in record.orders]
    return Records(
        kind,
        len(records),
        {name: dates(record.dates[name] for record in records) for name in MILESTONES[kind]},
        {name: Codes.of([record.words[name] for record in records]) for name in WORDS[kind]},
        {name: np.array([record.flags[name] for record in records]) for name in FLAGS[kind]},
        {"order_dated_on": Repeated(numbers(row for row, _ in orders), dates(day for _, day in orders))},
        claim_columns(records),
    )


def claim_columns(records: Sequence[Record]) -> Claims:
    """One row a claim and closure; a claim without a closure has one row."""
    nothing = Closure(None, None, None)
    rows = [
        (row, number, claim, closure)
        for row, record in enumerate(records)
        for number, claim in enumerate(record.claims, 1)
        for closure in claim.closures or (nothing,)
    ]
    return Claims(
        numbers(row for row, _, _, _ in rows),
        numbers(number for _, number, _, _ in rows),
        Codes.of([claim.duty for _, _, claim, _ in rows]),
        Codes.of([claim.code for _, _, claim, _ in rows]),
        dates(claim.claimed_on for _, _, claim, _ in rows),
        dates(claim.from_on for _, _, claim, _ in rows),
        dates(claim.to_on for _, _, claim, _ in rows),
        np.array([claim.has_facts for _, _, claim, _ in rows], dtype=np.bool_),
        np.array([claim.has_reason for _, _, claim, _ in rows], dtype=np.bool_),
        dates(closure.closed_from for _, _, _, closure in rows),
        dates(closure.reopens_on for _, _, _, closure in rows),
        dates(closure.asked_on for _, _, _, closure in rows),
    )


def dates(days: Iterator[date | None]) -> np.ndarray:
    return np.array(list(days), dtype=DAY)


def numbers(values: Iterator[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


def said(records: Sequence[Record], as_of: date) -> list[dict[str, Row]]:
    """What the engine says: by record, by duty."""
    found: list[dict[str, Row]] = [{} for _ in records]
    codes = tuple(REGISTER.exceptions)
    for block in clocks(columns(records), REGISTER, as_of, DUTIES[records[0].kind]):
        days = (x.astype(object).tolist() for x in (block.origin_on, block.due_on, block.act_by, block.done_on))
        states = [STATES[x] for x in block.state]
        spare = [None if np.isnan(x) else int(x) for x in block.days]
        exceptions = ["" if x == NO_EXCEPTION else codes[x] for x in block.exception]
        for row, *values in zip(block.row.tolist(), *days, states, spare, exceptions, strict=True):
            found[row][block.duty.key] = Row(*values)
    return found


# ---------------------------------------------------------------- the walk over days
def each_day(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE


def days_between(first: date, last: date) -> int:
    """How many days the last lies after the first, one by one; negative if before."""
    if last < first:
        return -days_between(last, first)
    return sum(1 for _ in each_day(first, last)) - 1


def known(record: Record, milestone: str, as_of: date) -> date | None:
    """The rule: "Only facts dated on or before `as_of` count."."""
    day = on_record(record, milestone, as_of)
    return day if day and day <= as_of else None


def on_record(record: Record, milestone: str, as_of: date) -> date | None:
    if milestone == "refused_on":
        return record.dates["assess_decided_on"] if is_refused(record, as_of) else None
    if milestone == "answered_on":
        return record.dates["reply_on"] if is_answered(record) else None
    return record.dates[milestone]


def is_refused(record: Record, as_of: date) -> bool:
    """The rule: "if assess_agreed_after_refusal_on follows with no order, [...] as if never stopped"."""
    refused = known(record, "assess_decided_on", as_of)
    agreed = known(record, "assess_agreed_after_refusal_on", as_of)
    gave_way = refused and agreed and refused <= agreed and not any(day <= as_of for day in record.orders)
    return record.words["assess_decision"] == "N" and not gave_way


def is_answered(record: Record) -> bool:
    """The rule: "if reply is `advice`, or `not_known` with replied_by"."""
    reply = record.words["reply"]
    return reply == "advice" or (reply == "not_known" and record.flags["has_replied_by"])


def walked(record: Record, duty: Duty, as_of: date) -> Row | None:
    """The clock of this duty, found by walking from day to day; None where there is none."""
    if any(record.words[column] not in wanted for column, wanted in duty.where.items()):
        return None
    origin = next((day for name in duty.origin if (day := known(record, name, as_of))), None)
    if origin is None and (duty.starts_later or any(record.dates[name] for name in duty.origin)):
        return None
    done = next((day for name in duty.done if (day := known(record, name, as_of))), None)
    if origin is None:
        return Row(None, None, None, done, "unknown", None, "")
    limit = limit_in_force(record, duty, origin)
    due = walk_to_due(origin, limit)
    act_by = next(day for back in range(1, 30) if CALENDAR.is_working_day(day := due - back * ONE))
    if done and done < origin:
        return Row(origin, due, act_by, done, "unknown", None, "")
    how, ended = walk_to_end(record, duty, origin, as_of)
    exception = walk_claims(record, duty, limit, origin, due, as_of)
    state = walked_state(how, ended or as_of, due, exception)
    return Row(
        origin, due, act_by, ended if how == "done" else None, state, days_between(ended or as_of, due), exception
    )


def limit_in_force(record: Record, duty: Duty, origin: date) -> Limit:
    """The rule: "Rules are chosen by the date they were in force for that clock"."""
    (found,) = (
        limit
        for limit in duty.limits
        if all(record.words[column] in wanted for column, wanted in limit.where.items())
        and limit.begins <= origin
        and (limit.ends is None or origin <= limit.ends)
    )
    return found


def walk_to_due(origin: date, limit: Limit) -> date:
    """The rule: "event day is day 0"."""
    assert limit.period.counting == "after"
    step = {"weeks": timedelta(weeks=1), "days": ONE}[limit.period.unit]
    day = origin
    for _ in range(limit.period.number):
        day += step
    return day


def walk_to_end(record: Record, duty: Duty, origin: date, as_of: date) -> tuple[str, date | None]:
    """The rule: "What happened first ends a clock (done wins a tie)"; then a stop, then an order.

    The walk begins with the first fact of the record, since a stop counts also from before the origin.
    """
    first = min(day for day in record.dates.values() if day)
    done, stops = ({known(record, name, as_of) for name in names} for names in (duty.done, duty.stops))
    orders = {day for day in record.orders if duty.superseded_by and day >= origin}
    for day in each_day(first, as_of):
        for how, days in (("done", done), ("stopped", stops), ("superseded", orders)):
            if day in days:
                return how, day
    return "open", None


def walked_state(how: str, counted_to: date, due: date, exception: str) -> str:
    """The rule: "Then a clock past its due date, open or done late, is `excepted`."."""
    if how in ("stopped", "superseded"):
        return how
    in_time, late = {"open": ("running", "overdue"), "done": ("met", "met_late")}[how]
    if days_between(counted_to, due) >= 0:
        return in_time
    return "excepted" if exception else late


def walk_claims(record: Record, duty: Duty, limit: Limit, origin: date, due: date, as_of: date) -> str:
    """The code of the first claim that holds."""
    allowed = {allowed.code for allowed in limit.exceptions}
    for claim in record.claims:
        is_made = claim.claimed_on is not None and claim.claimed_on <= as_of and claim.has_facts and claim.has_reason
        if claim.duty == duty.key and claim.code in allowed and is_made and holds(claim, origin, due, as_of):
            return claim.code
    return ""


def holds(claim: Claim, origin: date, due: date, as_of: date) -> bool:
    """The rule: "from_on to to_on [...] must touch the period from origin to due", and the rule's own test."""
    rule = REGISTER.exceptions[claim.code]
    if rule.test == "closure":
        return any(is_around(closure, rule.days, rule.window_days, as_of) for closure in claim.closures)
    if claim.from_on is None:
        return False
    # A claim that is still open is walked to well beyond the last lawful day and the length of any absence.
    last = claim.to_on or max(claim.from_on, due) + 60 * ONE
    span = set(each_day(claim.from_on, last))
    return not span.isdisjoint(each_day(origin, due)) and len(span) >= (rule.days if rule.test == "absence" else 1)


def is_around(closure: Closure, days: int, window_days: int, as_of: date) -> bool:
    """The rule: "sent_to_head in [C-7d, R-7d] [...] and the closure lasts at least 28 days from C"."""
    closed, reopens, asked = closure.closed_from, closure.reopens_on, closure.asked_on
    if not closed or not reopens or not asked or asked > as_of or days_between(closed, reopens) < days:
        return False
    return asked in each_day(closed - window_days * ONE, reopens - window_days * ONE)


# ---------------------------------------------------------------- records on whose days something is decided
START = date(2025, 3, 3)
LENGTHS = (0, 14, 15, 28, 35, 42, 70, 77, 98, 112, 140)
NUDGES = (0, -1, 1)


def around(*days: date) -> list[date]:
    return [day + nudge * ONE for day in days for nudge in NUDGES]


DECISIVE = around(*(START + length * ONE for length in LENGTHS))
"""The records of a table begin at about the same time, so the last lawful days are these, or next to them."""
AFTER_ALL_LIMITS = START + 182 * ONE
A_DAY = [*DECISIVE, *[AFTER_ALL_LIMITS] * len(DECISIVE)]
BEGINNINGS = [*around(START) * 3, None, *around(START + 42 * ONE), *DECISIVE]
MAYBE_A_DAY = [*[None] * 2 * len(DECISIVE), *A_DAY]
SELDOM_A_DAY = [*[None] * 4 * len(DECISIVE), *A_DAY]
LATE = START + 400 * ONE
DAYS_ASKED = [*DECISIVE, *[LATE] * len(DECISIVE)]
MOSTLY = (*(True,) * 9, False)
BEGINS = ("request_received_on", "brought_to_attention_on", "requested_on", "received_by_body_on", "dated_on")
SELDOM = {"case": ("no_plan_notified_on", "withdrawn_on"), "advice": ("withdrawn_on",), "order": ("withdrawn_on",)}
BYTES = 100
"""What one record needs at most; it is whole, if plainer, with fewer."""
HEAD = 3
"""What a table needs beside its records."""


class Choices:
    """Hypothesis draws a table as bytes, one for each choice: fast, and no two records alike.

    Byte 0 chooses the plainest thing.
    """

    def __init__(self, drawn: bytes) -> None:
        self._left = iter(drawn)

    def of(self, things: Sequence[Any]) -> Any:
        return things[next(self._left, 0) % len(things)]


def a_record(kind: str, drawn: bytes) -> Record:
    choose = Choices(drawn)
    when = dict.fromkeys(BEGINS, BEGINNINGS) | dict.fromkeys(SELDOM[kind], SELDOM_A_DAY)
    words = {name: choose.of(words) for name, words in WORDS[kind].items()}
    own = [duty for duty in DUTIES[kind] if all(words[column] in wanted for column, wanted in duty.where.items())]
    days = {name: choose.of(when.get(name, MAYBE_A_DAY)) for name in MILESTONES[kind]}
    if days.get("assess_decided_on") and choose.of((False, False, True)):
        days["assess_agreed_after_refusal_on"] = choose.of(around(days["assess_decided_on"]))
    return Record(
        kind,
        days,
        words,
        {name: choose.of((False, True)) for name in FLAGS[kind]},
        tuple(choose.of(DECISIVE) for _ in range(choose.of((0, 0, 0, 1, 2)) if kind == "case" else 0)),
        tuple(a_claim(own or DUTIES[kind], choose) for _ in range(choose.of((0, 2, 3, 4)))),
    )


def a_claim(duties: Sequence[Duty], choose: Choices) -> Claim:
    """A claim that holds or nearly does: it lasts about as long as an absence must."""
    can_be_excepted = [duty for duty in duties if duty.limits[0].exceptions]
    duty = choose.of([*can_be_excepted * 8, *duties])
    likely = [allowed.code for allowed in duty.limits[0].exceptions if allowed.code in CODES]
    code = choose.of([*likely * 4, *CODES])
    first = choose.of([*DECISIVE, None])
    length = choose.of((150, None, 29, 28, 28, 27, 15, 14, 13, 1, -1))
    is_closure = code in REGISTER.exceptions and REGISTER.exceptions[code].test == "closure"
    return Claim(
        duty.key,
        code,
        claimed_on=choose.of([*[START] * len(DECISIVE), *MAYBE_A_DAY]),
        from_on=first,
        to_on=first + (length - 1) * ONE if first and length else choose.of(MAYBE_A_DAY) if length else None,
        has_facts=choose.of(MOSTLY),
        has_reason=choose.of(MOSTLY),
        closures=tuple(a_closure(choose) for _ in range(choose.of((1, 2, 0)))) if is_closure else (),
    )


def a_closure(choose: Choices) -> Closure:
    """Closed for about four weeks, and asked at about one of the window's two ends."""
    closed = choose.of(DECISIVE)
    length = choose.of((28, 29, 28, 29, 27, None))
    reopens = None if length is None else closed + length * ONE
    return Closure(closed, reopens, choose.of([*around(closed - 7 * ONE, (reopens or closed) - 7 * ONE), None]))


class Table(NamedTuple):
    """Records of one kind, a day to ask about them and another that is no earlier."""

    records: list[Record]
    as_of: date
    later: date

    def __repr__(self) -> str:
        return f"a table of {len(self.records)} records, {self.as_of} and {self.later}"


def a_table(kind: str, drawn: bytes) -> Table:
    head, rest = drawn[:HEAD], drawn[HEAD:]
    choose = Choices(head)
    size = choose.of((1, *[len(rest) // BYTES] * 9))
    as_of, later = sorted((choose.of(DAYS_ASKED), choose.of(DAYS_ASKED)))
    return Table([a_record(kind, rest[n * BYTES : (n + 1) * BYTES]) for n in range(size)], as_of, later)


@st.composite
def tables(draw: st.DrawFn, kind: str, size: int = 30) -> Table:
    length = HEAD + size * BYTES
    return a_table(kind, draw(st.binary(min_size=length, max_size=length)))


of_every_kind = pytest.mark.parametrize("kind", KINDS)


# ---------------------------------------------------------------- against the walk
@of_every_kind
def test_the_engine_says_what_a_walk_over_the_days_says(kind: str) -> None:
    """The rule: "a slow, obvious loop over days as its oracle"; on records that reach every state of every duty."""
    reached: set[tuple[str, str]] = set()

    @AGAINST_THE_WALK
    @given(tables(kind))
    def compare(table: Table) -> None:
        walks = [walk(record, table.as_of) for record in table.records]
        for record, found, wanted in zip(table.records, said(table.records, table.as_of), walks, strict=True):
            assert found == wanted, why_not(record, table.as_of)
        reached.update((key, row.state) for rows in walks for key, row in rows.items())

    compare()
    assert reached == {(duty.key, state) for duty in DUTIES[kind] for state in STATES if can_reach(duty, state)}


def walk(record: Record, as_of: date) -> dict[str, Row]:
    """All clocks of a record, by duty."""
    rows = {duty.key: walked(record, duty, as_of) for duty in DUTIES[record.kind]}
    return {key: row for key, row in rows.items() if row}


def why_not(record: Record, as_of: date) -> str:
    """What Hypothesis would shrink to, in a moment: the plainest record on which engine and walk differ."""
    least = plainest(record, lambda one: said([one], as_of) != [walk(one, as_of)])
    found, wanted = said([least], as_of)[0], walk(least, as_of)
    differ = [key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)]
    lines = [f"{key}:\n  engine {found.get(key)}\n  walk   {wanted.get(key)}" for key in differ]
    return "\n".join((in_words(least, as_of), *lines))


def plainest(record: Record, fails: Callable[[Record], bool]) -> Record:
    """The record without all that its failing does not need; itself if it does not fail alone."""
    return next((plainest(less, fails) for less in plainer(record) if fails(less)), record)


def plainer(record: Record) -> Iterator[Record]:
    """The record with one thing less."""
    for name in (name for name, day in record.dates.items() if day):
        yield replace(record, dates=record.dates | {name: None})
    for place in range(len(record.claims)):
        yield replace(record, claims=record.claims[:place] + record.claims[place + 1 :])
    for place in range(len(record.orders)):
        yield replace(record, orders=record.orders[:place] + record.orders[place + 1 :])


def in_words(record: Record, as_of: date) -> str:
    """What is known of a record, for the reader of a failure."""
    facts = {name: f"{day}" for name, day in record.dates.items() if day} | record.words | record.flags
    orders = [f"{day}" for day in record.orders]
    return "\n".join((f"{record.kind} as of {as_of}: {facts}", f"orders: {orders}", *map(str, record.claims)))


def can_reach(duty: Duty, state: str) -> bool:
    """Agreeing means something only where there is something to agree on."""
    needed = {"superseded": duty.superseded_by, "stopped": duty.stops, "excepted": duty.limits[0].exceptions}
    return bool(needed.get(state, True))


# ---------------------------------------------------------------- properties
def same(table: Sequence[Record], as_of: date, found: Sequence[object], wanted: Sequence[object]) -> None:
    """Fails with the first record of which two different things were said."""
    for record, one, other in zip(table, found, wanted, strict=True):
        assert one == other, in_words(record, as_of)


@of_every_kind
@PROPERTY
@given(st.data())
def test_one_record_alone_is_the_same_record_among_many_in_any_order(kind: str, data: st.DataObject) -> None:
    """The rule: "the same code serves one case and a million"."""
    table, as_of, _ = data.draw(tables(kind))
    order = data.draw(st.permutations(range(len(table))))
    among_many = said(table, as_of)
    assert said([table[order[0]]], as_of) == [among_many[order[0]]]
    shuffled = [table[place] for place in order]
    same(shuffled, as_of, said(shuffled, as_of), [among_many[place] for place in order])


@of_every_kind
@PROPERTY
@given(st.data())
def test_evaluating_changes_no_column_so_asking_again_says_the_same(kind: str, data: st.DataObject) -> None:
    """The rule: the engine is "columns -> columns", PURE: what it was given stays as it was."""
    table, as_of, _ = data.draw(tables(kind))
    asked = columns(table)
    before = deepcopy(asked)
    once, again = (clocks(asked, REGISTER, as_of, DUTIES[kind]) for _ in range(2))
    for one, other in (*zip(once, again, strict=True), (asked.claims, before.claims)):
        for name, column in vars(one).items():
            if isinstance(column, np.ndarray):
                np.testing.assert_array_equal(column, getattr(other, name), err_msg=name)
    for name, column in asked.dates.items():
        np.testing.assert_array_equal(column, before.dates[name], err_msg=name)
    for name, repeated in asked.repeated.items():
        np.testing.assert_array_equal(repeated.day, before.repeated[name].day, err_msg=name)


@of_every_kind
@PROPERTY
@given(st.data())
def test_two_tables_together_say_what_each_says(kind: str, data: st.DataObject) -> None:
    """The rule: "`clocks(columns, register, as_of) -> columns`": put together before or after, it is the same."""
    table, as_of, _ = data.draw(tables(kind))
    cut = data.draw(st.integers(1, len(table)))
    front, back = table[:cut], table[cut - 1 :]
    same(front + back, as_of, said(front + back, as_of), said(front, as_of) + said(back, as_of))


@of_every_kind
@PROPERTY
@given(st.data())
def test_a_later_request_is_never_due_earlier(kind: str, data: st.DataObject) -> None:
    """The rule: every limit counts on from its origin, so neither date goes back when the origin goes on."""
    (table, _, _), later = data.draw(tables(kind)), data.draw(st.integers(0, 300))
    origins = {name for duty in DUTIES[kind] for name in duty.origin}
    moved = [
        replace(
            record,
            dates=record.dates | {x: day + later * ONE for x, day in record.dates.items() if day and x in origins},
        )
        for record in table
    ]
    after_all = LATE + 400 * ONE
    for record, earlier, after in zip(table, said(table, after_all), said(moved, after_all), strict=True):
        assert earlier.keys() == after.keys(), in_words(record, after_all)
        for key, row in earlier.items():
            if row.due_on:
                assert row.due_on <= after[key].due_on, in_words(record, after_all)
                assert row.act_by <= after[key].act_by, in_words(record, after_all)


@of_every_kind
@PROPERTY
@given(st.data())
def test_an_exception_never_moves_a_date(kind: str, data: st.DataObject) -> None:
    """The rule: an exception "moves no date and no other limit", "`due_on` stays visible"."""
    table, as_of, _ = data.draw(tables(kind))
    without = [replace(record, claims=()) for record in table]
    for record, claimed, plain in zip(table, said(table, as_of), said(without, as_of), strict=True):
        assert claimed.keys() == plain.keys(), in_words(record, as_of)
        for key, row in claimed.items():
            assert row._replace(state="", exception="") == plain[key]._replace(state=""), in_words(record, as_of)
            changed = {("overdue", "excepted"), ("met_late", "excepted")} if row.exception else set()
            assert (plain[key].state, row.state) in changed | {(row.state, row.state)}, in_words(record, as_of)


@of_every_kind
@PROPERTY
@given(st.data())
def test_a_claim_touches_its_own_duty_alone(kind: str, data: st.DataObject) -> None:
    """The rule: "An exception disapplies its own limit, for that clock"."""
    table, as_of, _ = data.draw(tables(kind))
    without_last = [replace(record, claims=record.claims[:-1]) for record in table]
    for record, rows, without in zip(table, said(table, as_of), said(without_last, as_of), strict=True):
        changed = {key for key in rows if rows[key] != without[key]}
        assert changed <= {claim.duty for claim in record.claims[-1:]}, in_words(record, as_of)


@of_every_kind
@PROPERTY
@given(st.data())
def test_asking_later_never_undoes_a_done_clock(kind: str, data: st.DataObject) -> None:
    """The rule: "What happened first ends a clock": what happens afterwards cannot.

    Save where the rule itself looks back: an origin of the first choice that has come since, or a refusal that counts
    again because an order has come since.
    """
    table, as_of, later = data.draw(tables(kind))
    for record, rows, afterwards in zip(table, said(table, as_of), said(table, later), strict=True):
        for key, row in rows.items():
            is_done = row.done_on and row.state in ("met", "met_late", "excepted")
            looks_back = afterwards[key].origin_on != row.origin_on or refusal_is_back(record, as_of, later)
            if is_done and not looks_back:
                then = afterwards[key]
                assert (then.done_on, then.days) == (row.done_on, row.days), in_words(record, as_of)
                assert then.state in {row.state, "excepted"}, in_words(record, as_of)


def refusal_is_back(record: Record, as_of: date, later: date) -> bool:
    """True where the agreement had undone the refusal, and an order dated since has undone the agreement."""
    return record.kind == "case" and not is_refused(record, as_of) and is_refused(record, later)


@of_every_kind
@PROPERTY
@given(st.data())
def test_days_and_state_agree(kind: str, data: st.DataObject) -> None:
    """The rule: "`days` = `due_on` minus `done_on`, or minus `as_of` while open: negative is late"."""
    table, as_of, _ = data.draw(tables(kind))
    for row in (row for rows in said(table, as_of) for row in rows.values()):
        if row.days is None:
            assert row.state == "unknown"
            assert row.origin_on is None or row.done_on < row.origin_on
            continue
        assert row.state != "unknown"
        if row.state not in ("stopped", "superseded"):
            assert (row.days < 0) == (row.state in ("overdue", "met_late", "excepted"))
            assert row.days == days_between(row.done_on or as_of, row.due_on)
        assert (row.done_on is not None) <= (row.state in ("met", "met_late", "excepted"))
        assert row.exception or row.state != "excepted"


@of_every_kind
@PROPERTY
@given(st.data())
def test_act_by_is_the_last_working_day_before_the_last_lawful_day(kind: str, data: st.DataObject) -> None:
    """The rule: "the last *useful* working day at or before `due_on - 1`"."""
    for row in (row for rows in said(data.draw(tables(kind)).records, LATE) for row in rows.values()):
        assert (row.act_by is None) == (row.due_on is None)
        if row.due_on:
            assert row.act_by < row.due_on
            working = [CALENDAR.is_working_day(day) for day in each_day(row.act_by, row.due_on - ONE)]
            assert working == [True] + [False] * (len(working) - 1)


@of_every_kind
@PROPERTY
@given(st.data())
def test_nothing_dated_after_the_day_of_asking_matters_but_that_a_clock_begins(kind: str, data: st.DataObject) -> None:
    """The rule: "Only facts dated on or before `as_of` count.", save that "[it] does not exist yet"."""
    table, as_of, _ = data.draw(tables(kind))
    origins = {name for duty in DUTIES[kind] for name in duty.origin}
    past = [
        replace(
            record,
            dates={x: day if x in origins or (day and day <= as_of) else None for x, day in record.dates.items()},
            orders=tuple(day for day in record.orders if day <= as_of),
            claims=tuple(claim for claim in record.claims if claim.claimed_on and claim.claimed_on <= as_of),
        )
        for record in table
    ]
    same(table, as_of, said(table, as_of), said(past, as_of))


def test_the_orders_that_supersede_are_those_of_the_design() -> None:
    """The rule: "Once an order to assess or to make a plan is dated"."""
    assert set(SUPERSEDING_ORDERS) == {"assess", "make_plan"}
