"""Who held the case: a slow loop over days says the same as the columns, whatever the facts; and in words of a case."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.queries.evaluated import Evaluated
from models.queries.holding.holders import spans
from models.queries.holding.ledger import Ledger, ledger, of_spans
from models.queries.holding.pathway import HOLDERS
from models.queries.records import Loaded
from models.statute.records import Codes, Records, Repeated
from models.statute.register import load_register
from models.store import reading
from tests.store.build import a_case, an_advice, an_exception, an_order, take, write_extract

FIRST = date(2026, 1, 1)
AS_OF = date(2026, 9, 1)
ALWAYS = ("education", "health", "psychology", "social_care")
Day = date | None


@dataclass
class Advice:
    kind: str
    requested_on: Day
    received_by_body_on: Day
    reply_on: Day
    reply: str
    has_replied_by: bool


@dataclass
class Order:
    requires: str
    dated_on: Day
    no_plan_notified_on: Day
    final_plan_sent_on: Day


@dataclass
class Case:
    request_received_on: Day
    assess_decision: str
    assess_decided_on: Day
    assess_agreed_after_refusal_on: Day
    no_plan_notified_on: Day
    draft_served_on: Day
    consultation_sent_on: Day
    consultation_replied_on: Day
    representations_received_on: Day
    final_plan_sent_on: Day
    withdrawn_on: Day
    advice: list[Advice] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)


def days(first: int, last: int, *, of_ten: int = 10) -> st.SearchStrategy[Day]:
    """So many times in ten a day between these of the year, now and then any other, else not known.

    Days that follow each other as they mostly do: out of order everything would end before it had begun.
    """
    usual = st.integers(first, last)
    some = st.one_of(usual, usual, usual, st.integers(0, 270)).map(lambda x: FIRST + timedelta(days=x))
    return st.integers(1, 10).flatmap(lambda x: some if x <= of_ten else st.none())


ADVICE = st.builds(
    Advice,
    st.sampled_from((*ALWAYS, "health", "other", "parent")),
    days(30, 150, of_ten=9),
    days(40, 160, of_ten=4),
    days(60, 230, of_ten=7),
    st.sampled_from(("advice", "advice", "advice", "declined", "not_known", "")),
    st.booleans(),
)
ORDERS = st.builds(
    Order,
    st.sampled_from(("assess", "make_plan", "amend")),
    days(90, 240),
    days(150, 260, of_ten=2),
    days(150, 260, of_ten=5),
)


def each_asked(advice: list[Advice]) -> list[Advice]:
    """The same, with every body among them that must always be asked."""
    return [replace(x, kind=kind) for x, kind in zip(advice, ALWAYS, strict=False)] + advice[len(ALWAYS) :]


CASES = st.builds(
    Case,
    days(0, 20, of_ten=10),
    st.sampled_from(("Y", "Y", "Y", "N", "")),
    days(20, 70, of_ten=9),
    days(60, 120, of_ten=3),
    days(100, 200, of_ten=1),
    days(110, 240, of_ten=6),
    days(110, 240, of_ten=6),
    days(120, 260, of_ten=6),
    days(120, 260, of_ten=6),
    days(180, 265, of_ten=5),
    days(60, 260, of_ten=1),
    st.one_of(st.lists(ADVICE, max_size=6), st.lists(ADVICE, min_size=4, max_size=6).map(each_asked)),
    st.one_of(st.just([]), st.just([]), st.lists(ORDERS, max_size=3)),
)


class ByHand:
    """One case, day by day: what its holder is, by the facts dated before the day and not after the day asked about."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.orders = sorted(
            (x for x in case.orders if x.requires != "amend" and _known(x.dated_on) and x.dated_on >= self.begun),
            key=lambda x: (x.dated_on, case.orders.index(x)),
        )

    @property
    def begun(self) -> date:
        return self.case.request_received_on or date.max

    def of(self, name: str) -> Day:
        day = getattr(self.case, name)
        return day if _known(day) else None

    def refused(self) -> Day:
        ordered = any(x.requires != "amend" and _known(x.dated_on) for x in self.case.orders)
        if self.case.assess_decision != "N" or (self.given_up() and not ordered):
            return None
        return self.of("assess_decided_on")

    def given_up(self) -> bool:
        decided, agreed = self.of("assess_decided_on"), self.of("assess_agreed_after_refusal_on")
        return self.case.assess_decision == "N" and decided is not None and agreed is not None and agreed >= decided

    def decided(self) -> Day:
        if self.given_up() and self.refused() is None:
            return self.of("assess_agreed_after_refusal_on")
        return self.of("assess_decided_on")

    def ended_before(self, day: date) -> bool:
        ends = [self.of(x) for x in ("final_plan_sent_on", "no_plan_notified_on", "withdrawn_on")]
        ends += [self.refused(), *[x.dated_on for x in self.orders]]
        return any(x and x < day for x in ends)

    def order_ended_before(self, order: Order, day: date) -> bool:
        own = [order.final_plan_sent_on, order.no_plan_notified_on, self.of("withdrawn_on")]
        of_case = [self.of(x) for x in ("final_plan_sent_on", "no_plan_notified_on")]
        later = [x for x in of_case if x and order.dated_on and x >= order.dated_on]
        return any(x and _known(x) and x < day for x in [*own, *later])

    def on(self, day: date) -> tuple[str, Day, Day] | None:
        """The holder of a day, the last lawful day of what it had to do, and that for the plan."""
        plan = self.begun + timedelta(weeks=20)
        made = [x for x in self.orders if x.dated_on and x.dated_on < day]
        if made and not self.order_ended_before(made[-1], day):
            due = made[-1].dated_on + timedelta(weeks=14 if made[-1].requires == "assess" else 11)
            return "authority_under_order", due, due
        if made or self.ended_before(day):
            return ("appeal", None, None) if len(made) < len(self.orders) else None
        draft = self.of("draft_served_on")
        if draft and draft < day:
            return *self.after_draft(draft, day), plan
        decided = self.decided()
        if decided and decided < day:
            return *self.gathering(day), plan
        return "authority_deciding", self.begun + timedelta(weeks=6), plan

    def after_draft(self, draft: date, day: date) -> tuple[str, date]:
        last = draft + timedelta(days=14)
        comments = self.of("representations_received_on")
        if comments and comments >= max(draft, self.begun):
            last = min(last, comments)
        if day <= last:
            return "family", draft + timedelta(days=14)
        sent, replied = self.of("consultation_sent_on"), self.of("consultation_replied_on")
        if sent and sent < day and not (replied and sent <= replied < day):
            return "setting", sent + timedelta(days=15)
        return "authority_finalising", self.begun + timedelta(weeks=20)

    def gathering(self, day: date) -> tuple[str, date]:
        owing = []
        for place, x in enumerate(self.case.advice):
            asked = next((y for y in (x.received_by_body_on, x.requested_on) if _known(y)), None)
            is_answer = x.reply == "advice" or (x.reply == "not_known" and x.has_replied_by)
            answered = x.reply_on if is_answer and _known(x.reply_on) else None
            if x.kind != "parent" and asked and asked < day and not (answered and answered < max(day, asked)):
                owing.append((asked, place, x.kind))
        if owing:
            asked, _, kind = min(owing)
            return kind, asked + timedelta(weeks=6)
        asked_of = {
            x.kind
            for x in self.case.advice
            if (y := next((y for y in (x.received_by_body_on, x.requested_on, x.reply_on) if _known(y)), None))
            and y < day
        }
        holder = "authority_drafting" if asked_of >= set(ALWAYS) else "authority_asking"
        return holder, self.begun + timedelta(weeks=16)

    def days(self) -> list[tuple[date, str, bool, bool]]:
        """Every day that somebody held, who, and whether it was late for the holder and for the plan."""
        found = []
        for number in range(1, (AS_OF - self.begun).days + 1):
            day = self.begun + timedelta(days=number)
            if held := self.on(day):
                holder, due, plan_due = held
                found.append((day, holder, bool(due and day > due), bool(plan_due and day > plan_due)))
        return found


def _known(day: Day) -> bool:
    return day is not None and day <= AS_OF


@given(st.lists(CASES, max_size=4))
@settings(max_examples=40, deadline=None)
def test_the_columns_say_what_a_loop_over_days_says(cases: list[Case]) -> None:
    found = of_columns(cases)
    for number, case in enumerate(cases, 10):
        begun = case.request_received_on
        expected = ByHand(case).days() if begun and begun <= AS_OF else []
        assert unrolled(found, number) == expected
        assert sum(found.days[found.case_id == number]) == len(expected)


def unrolled(found: Ledger, case_id: int) -> list[tuple[date, str, bool, bool]]:
    """The stretches of a case as days; of a stretch the late days are its last ones."""
    result = []
    for row in np.flatnonzero(found.case_id == case_id).tolist():
        until, number = found.until_on[row].item(), int(found.days[row])
        for left in reversed(range(number)):
            late = [left < int(column[row]) for column in (found.days_late, found.days_over)]
            result.append((until - timedelta(days=left), tuple(HOLDERS)[found.holder[row]], *late))
    return result


def of_columns(cases: Sequence[Case]) -> Ledger:
    advice = [(number, x) for number, case in enumerate(cases) for x in case.advice]
    orders = [(number, x) for number, case in enumerate(cases) for x in case.orders]
    superseding = [(number, x.dated_on) for number, x in orders if x.requires != "amend" and x.dated_on]
    ids = np.arange(10, 10 + len(cases))
    loaded = [
        loaded_of("case", list(enumerate(cases)), {"assess_decision": [x.assess_decision for x in cases]}, superseding),
        loaded_of("advice", advice, {"kind": [x.kind for _, x in advice], "reply": [x.reply for _, x in advice]}),
        loaded_of(
            "order", orders, {"kind": ["tribunal_order"] * len(orders), "requires": [x.requires for _, x in orders]}
        ),
    ]
    withdrawn = column([x.withdrawn_on for x in cases])
    for kind in loaded[1:]:
        kind.records.dates["withdrawn_on"] = withdrawn[kind.case_ids - 10]  # type: ignore[index]
    return of_spans(spans(*(Evaluated(x, load_register(), AS_OF) for x in loaded)), ids)


def loaded_of(
    kind: str,
    rows: Sequence[tuple[int, Case | Advice | Order]],
    codes: dict[str, list[str]],
    orders: Sequence[tuple[int, Day]] = (),
) -> Loaded:
    names = {"case": Case, "advice": Advice, "order": Order}[kind].__dataclass_fields__
    dates = {x: column([getattr(row, x) for _, row in rows]) for x in names if x.endswith("_on")}
    flags = {"has_replied_by": np.array([x.has_replied_by for _, x in rows], dtype=bool)} if kind == "advice" else {}
    dated = column([day for _, day in orders])
    repeated = {"order_dated_on": Repeated(np.array([x for x, _ in orders], dtype=np.int64), dated)}
    records = Records(
        kind,
        len(rows),
        dates,
        {x: Codes.of(words) for x, words in codes.items()},
        flags,
        repeated if kind == "case" else {},
    )
    ids = np.arange(10, 10 + len(rows))
    case_ids = np.array([10 + number for number, _ in rows], dtype=np.int64)
    nothing = [""] * len(rows)
    return Loaded(records, ids, case_ids, nothing, nothing, nothing, nothing)


def column(values: Sequence[Day]) -> np.ndarray:
    return np.array([np.datetime64(x) if x else np.datetime64("NaT") for x in values], dtype="datetime64[D]")


def held(address: str, as_of: str) -> list[tuple[str, str, str, int, int, int]]:
    with reading(address) as connection:
        found = ledger(connection, load_register(), date.fromisoformat(as_of))
    columns = (found.holders(), found.from_on.astype(str), found.until_on.astype(str))
    numbers = (found.days, found.days_late, found.days_over)
    return list(zip(*(x.tolist() for x in (*columns, *numbers)), strict=True))


def test_a_case_from_request_to_plan(database: str, tmp_path: Path) -> None:
    case = a_case(
        assess_decision="Y",
        assess_decided_on="2026-02-20",  # four days after the six weeks
        draft_served_on="2026-05-11",
        representations_received_on="2026-05-21",
        consultation_sent_on="2026-05-12",
        consultation_replied_on="2026-06-01",
        final_plan_sent_on="2026-06-10",
    )
    asked = {"requested_on": "2026-02-23", "reply": "advice"}
    advice = [
        an_advice(kind="education", reply_on="2026-03-10", **asked),
        an_advice(kind="health", reply_on="2026-04-20", **asked),
        an_advice(kind="psychology", reply_on="2026-04-01", **asked),
        an_advice(kind="social_care", requested_on="2026-04-24", reply_on="2026-05-01", reply="advice"),
    ]
    take(database, write_extract(tmp_path, cases=[case], advice=advice))
    assert held(database, "2026-07-01") == [
        ("authority_deciding", "2026-01-05", "2026-02-20", 46, 4, 0),
        ("authority_asking", "2026-02-20", "2026-02-23", 3, 0, 0),
        ("education", "2026-02-23", "2026-03-10", 15, 0, 0),
        ("health", "2026-03-10", "2026-04-20", 41, 14, 0),
        ("authority_asking", "2026-04-20", "2026-04-24", 4, 0, 0),
        ("social_care", "2026-04-24", "2026-05-01", 7, 0, 0),
        ("authority_drafting", "2026-05-01", "2026-05-11", 10, 10, 0),
        ("family", "2026-05-11", "2026-05-21", 10, 0, 0),
        ("setting", "2026-05-21", "2026-06-01", 11, 5, 7),
        ("authority_finalising", "2026-06-01", "2026-06-10", 9, 9, 9),
    ]


@pytest.mark.parametrize(
    ("seen_first_on", "expected"),
    [
        ("2026-02-20", [("authority_drafting", "2026-02-20", "2026-03-01", 9)]),
        (
            "2026-02-21",
            [
                ("authority_asking", "2026-02-20", "2026-02-21", 1),
                ("authority_drafting", "2026-02-21", "2026-03-01", 8),
            ],
        ),
        ("2026-03-01", [("authority_asking", "2026-02-20", "2026-03-01", 9)]),
    ],
)
def test_on_the_day_the_last_body_is_known_to_be_asked_the_draft_is_to_be_written(
    sqlite_database: str, tmp_path: Path, seen_first_on: str, expected: list[tuple[str, str, str, int]]
) -> None:
    case = a_case(assess_decision="Y", assess_decided_on="2026-02-02")
    asked = {"requested_on": "2026-02-02", "reply": "advice"}
    advice = [an_advice(kind=kind, reply_on="2026-02-20", **asked) for kind in ("education", "health", "psychology")]
    # Nobody knows when it was asked; that it was is known from its reply.
    advice.append(an_advice(kind="social_care", requested_on="", reply_on=seen_first_on, reply="advice"))
    take(sqlite_database, write_extract(tmp_path, cases=[case], advice=advice))
    found = held(sqlite_database, "2026-03-01")
    assert [row[:4] for row in found if row[1] >= "2026-02-20"] == expected


def test_no_day_is_lost_where_an_exception_disapplies_the_limit(sqlite_database: str, tmp_path: Path) -> None:
    cases = [a_case(x, assess_decision="Y", assess_decided_on="2026-02-01") for x in ("C-1", "C-2")]
    cases = [{**x, "draft_served_on": "2026-04-01"} for x in cases]
    take(sqlite_database, write_extract(tmp_path, cases=cases, exceptions=[an_exception("C-1")]))
    late = [row[4:] for row in held(sqlite_database, "2026-07-01") if row[0] == "authority_finalising"]
    assert late == [(0, 0), (37, 37)]


def test_the_tribunal_has_the_case_between_a_refusal_and_its_order(sqlite_database: str, tmp_path: Path) -> None:
    case = a_case(assess_decision="N", assess_decided_on="2026-02-01")
    take(sqlite_database, write_extract(tmp_path, cases=[case], orders=[an_order(dated_on="2026-06-01")]))
    assert [row[0] for row in held(sqlite_database, "2026-05-31")] == ["authority_deciding"]
    assert [row[:4] for row in held(sqlite_database, "2026-10-01")] == [
        ("authority_deciding", "2026-01-05", "2026-02-01", 27),
        ("appeal", "2026-02-01", "2026-06-01", 120),
        ("authority_under_order", "2026-06-01", "2026-10-01", 122),
    ]


def test_a_case_without_a_request_is_left_out(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(request_received_on="")]))
    assert held(sqlite_database, "2026-07-01") == []


def test_what_was_asked_and_answered_on_the_day_of_the_decision_leaves_only_the_writing(
    sqlite_database: str, tmp_path: Path
) -> None:
    case = a_case(assess_decision="Y", assess_decided_on="2026-02-02")
    at_once = {"requested_on": "2026-02-02", "reply_on": "2026-02-02", "reply": "advice"}
    take(sqlite_database, write_extract(tmp_path, cases=[case], advice=[an_advice(kind=x, **at_once) for x in ALWAYS]))
    assert [row[:3] for row in held(sqlite_database, "2026-03-01")] == [
        ("authority_deciding", "2026-01-05", "2026-02-02"),
        ("authority_drafting", "2026-02-02", "2026-03-01"),
    ]
