"""The design, section 4.1, one small function per sentence, counting days one at a time: the product's oracle.

Written from the rules and the law by somebody who had not seen the product, and kept that way: standard
library only, nothing imported from the product, no datum shared with it. A sentence in quotation marks is the
design's; "Decided" says which reading the project took where the design leaves two.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]
"""One row of a sheet or one clock: text by column, "" for unknown."""

COLUMNS = (
    "authority_code",
    "case_ref",
    "record",
    "record_key",
    "duty",
    "stage",
    "statutory",
    "origin_on",
    "due_on",
    "act_by",
    "done_on",
    "state",
    "days",
    "exception",
)
"""Design 10, without the citation, which is the register's own wording."""


# ---------------------------------------------------------------- the table of duties, and what excepts them
class Duty(NamedTuple):
    record: str
    stage: str
    statutory: str
    limit: int
    origin: tuple[str, ...]
    done_by: str
    stopped_by: tuple[str, ...]
    exceptions: tuple[str, ...]


WEEK = 7
FROM_REQUEST = ("request_received_on", "brought_to_attention_on")
FROM_RECEIPT = ("received_by_body_on", "requested_on")
FROM_ORDER = ("dated_on",)
CLOSURES = ("school_closed_4w", "early_years_closed_4w")
REG_8_2 = ("exceptional_personal", "absent_4w", "missed_appointment")
REG_10_4 = (*CLOSURES, "exceptional_personal", "absent_4w")
REG_44_3 = (*REG_10_4, "absent_2w")
"""Of reg 44 itself and, through reg 13(3), of reg 10(4)."""

CASE = {
    "decide_whether_to_assess": Duty(
        "case", "request", "1", 6 * WEEK, FROM_REQUEST, "assess_decided_on", ("withdrawn_on",), REG_10_4
    ),
    "decide_whether_to_issue": Duty(
        "case",
        "decision",
        "1",
        16 * WEEK,
        FROM_REQUEST,
        "no_plan_notified_on",
        ("draft_served_on", "final_plan_sent_on", "refusal", "withdrawn_on"),
        REG_10_4,
    ),
    "serve_draft": Duty(
        "case",
        "draft",
        "0",
        16 * WEEK,
        FROM_REQUEST,
        "draft_served_on",
        ("no_plan_notified_on", "refusal", "withdrawn_on"),
        (),
    ),
    "send_final_plan": Duty(
        "case",
        "final_plan",
        "1",
        20 * WEEK,
        FROM_REQUEST,
        "final_plan_sent_on",
        ("no_plan_notified_on", "refusal", "withdrawn_on"),
        REG_10_4,
    ),
    "reply_to_consultation": Duty(
        "case", "draft", "0", 15, ("consultation_sent_on",), "consultation_replied_on", ("withdrawn_on",), ()
    ),
}
ADVICE = {
    "give_advice": Duty(
        "advice", "advice", "1", 6 * WEEK, FROM_RECEIPT, "answered", ("withdrawn_on of its case",), REG_8_2
    ),
}


def after_order(weeks: int, done_by: str, stopped_by: tuple[str, ...], exceptions: tuple[str, ...]) -> Duty:
    return Duty("order", "order", "1", weeks * WEEK, FROM_ORDER, done_by, stopped_by, exceptions)


ORDER = {
    "assess": {
        "notify_assessment_after_order": after_order(2, "notified_on", ("withdrawn_on of its case",), ()),
        "notify_no_plan_after_order": after_order(
            10,
            "no_plan_notified_on",
            ("withdrawn_on of its case", "draft_served_on", "final_plan_sent_on"),
            REG_44_3,
        ),
        "send_final_plan_after_order": after_order(
            14, "final_plan_sent_on", ("withdrawn_on of its case", "no_plan_notified_on"), REG_44_3
        ),
    },
    # Decided: an empty cell of "stopped by" means what it says. These orders concern a plan, not a request that
    # could be withdrawn.
    "make_plan": {
        "serve_draft_after_order": after_order(5, "draft_served_on", (), REG_44_3),
        "send_final_plan_after_make_order": after_order(11, "final_plan_sent_on", (), REG_44_3),
    },
    "amend": {"amend_plan_after_order": after_order(5, "final_plan_sent_on", (), REG_44_3)},
    "name_setting": {"name_setting_after_order": after_order(2, "final_plan_sent_on", (), REG_44_3)},
    "reconsider": {"reconsider_after_order": after_order(2, "notified_on", (), ())},
}
SUPERSEDING = ("assess", "make_plan")

# ---------------------------------------------------------------- days, one at a time
ONE_DAY = timedelta(days=1)


def days_named(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in text.split())


BANK_HOLIDAYS = days_named("""
    2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28
    2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
    2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
    2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
    2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
    2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
    2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
    2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
    2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
    """)
YEARS_KNOWN = range(2020, 2029)


def days_after(day: date, number: int) -> date:
    """The rule: "event day is day 0"."""
    for _ in range(number):
        day += ONE_DAY
    return day


def days_before(day: date, number: int) -> date:
    for _ in range(number):
        day -= ONE_DAY
    return day


def days_from_to(first: date, last: date) -> int:
    """How many days the last lies after the first; negative if it lies before."""
    number = 0
    while first < last:
        first, number = first + ONE_DAY, number + 1
    while first > last:
        first, number = first - ONE_DAY, number - 1
    return number


def is_working_day(day: date) -> bool:
    assert day.year in YEARS_KNOWN, f"no bank holidays known for {day}"
    return f"{day:%a}" not in ("Sat", "Sun") and day not in BANK_HOLIDAYS


def act_by(due: date) -> date:
    """The rule: "the last *useful* working day at or before `due_on - 1`"."""
    day = days_before(due, 1)
    while not is_working_day(day):
        day = days_before(day, 1)
    return day


# ---------------------------------------------------------------- reading
class Case(NamedTuple):
    """A case with all that belongs to it, each in file order; the closures are those of the whole extract."""

    row: Row
    advice: list[Row]
    orders: list[Row]
    claims: list[Row]
    closures: list[Row]


def read(folder: Path) -> list[Case]:
    """The cases of a canonical extract."""
    advice, orders, claims = (by_case(rows_of(folder, sheet)) for sheet in ("advice", "orders", "exceptions"))
    closures = rows_of(folder, "closures")
    return [
        Case(row, advice[case_of(row)], orders[case_of(row)], claims[case_of(row)], closures)
        for row in rows_of(folder, "cases")
    ]


def rows_of(folder: Path, sheet: str) -> list[Row]:
    path = folder / f"{sheet}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def case_of(row: Row) -> tuple[str, str]:
    """Design 5: "Identity: `(authority_code, case_ref)`"."""
    return row["authority_code"], row["case_ref"]


def by_case(rows: Iterable[Row]) -> defaultdict[tuple[str, str], list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[case_of(row)].append(row)
    return found


def a_date(row: Row, column: str) -> date | None:
    return date.fromisoformat(row[column]) if row[column] else None


def fact(row: Row, column: str, as_of: date) -> date | None:
    """The rule: "Only facts dated on or before `as_of` count."."""
    day = a_date(row, column)
    return day if day and day <= as_of else None


def earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


# ---------------------------------------------------------------- origin
def origin_on(duty: Duty, record: Row, as_of: date) -> date | None:
    """The rule: "origin milestones (first present wins)".

    Decided: a first choice that lies after `as_of` is not present yet, so the second is used.
    """
    return next((day for column in duty.origin if (day := fact(record, column, as_of))), None)


def does_not_exist_yet(duty: Duty, record: Row, as_of: date) -> bool:
    """The rule: "a clock whose origin is after `as_of` does not exist yet".

    Decided: where there is no origin at all the clock exists and is unknown, also for a consultation never sent.
    """
    return origin_on(duty, record, as_of) is None and any(record[column] for column in duty.origin)


# ---------------------------------------------------------------- done
def done_on(duty: Duty, record: Row, as_of: date) -> date | None:
    """The column "done by"; for advice "reply_on, if reply is `advice`, or `not_known` with replied_by"."""
    if duty.done_by != "answered":
        return fact(record, duty.done_by, as_of)
    if record["reply"] == "advice" or (record["reply"] == "not_known" and record["replied_by"]):
        return fact(record, "reply_on", as_of)
    return None


# ---------------------------------------------------------------- stopped, superseded
def superseding_orders(case: Case, as_of: date) -> list[date]:
    """The rule: "an order to assess or to make a plan is dated"."""
    days = [fact(order, "dated_on", as_of) for order in case.orders if order["requires"] in SUPERSEDING]
    return [day for day in days if day]


def refusal_on(case: Case, as_of: date) -> date | None:
    """The rule: "*Refusal* = assess_decision N, on assess_decided_on"."""
    if case.row["assess_decision"] != "N" or is_undone(case, as_of):
        return None
    return fact(case.row, "assess_decided_on", as_of)


def is_undone(case: Case, as_of: date) -> bool:
    """The rule: "if assess_agreed_after_refusal_on follows with no order, the original clocks run on [...]".

    Decided: an agreement on the very day follows; any order to assess or to make a plan dated by `as_of` is an
    order, whenever it came; orders of other kinds are not.
    """
    refused = fact(case.row, "assess_decided_on", as_of)
    agreed = fact(case.row, "assess_agreed_after_refusal_on", as_of)
    if not refused or not agreed or agreed < refused:
        return False
    return not superseding_orders(case, as_of)


def stopped_on(duty: Duty, record: Row, case: Case, as_of: date) -> date | None:
    """The column "stopped by". Decided: what stops a clock stops it also when dated before the origin."""
    return earliest(stop_on(name, record, case, as_of) for name in duty.stopped_by)


def stop_on(name: str, record: Row, case: Case, as_of: date) -> date | None:
    if name == "refusal":
        return refusal_on(case, as_of)
    if name == "withdrawn_on of its case":
        return fact(case.row, "withdrawn_on", as_of)
    return fact(record, name, as_of)


def superseded_on(duty: Duty, case: Case, origin: date, as_of: date) -> date | None:
    """The rule: "Once an order to assess or to make a plan is dated, the case's open clocks are `superseded`".

    Decided: a clock that had not begun on the day of the order was not open then, so only an order on or after the
    origin counts. The case's clocks are those of the record `case`.
    """
    if duty.record != "case":
        return None
    return earliest(day for day in superseding_orders(case, as_of) if day >= origin)


def how_it_ended(done: date | None, stopped: date | None, superseded: date | None) -> tuple[str, date | None]:
    """The rule: "What happened first ends a clock (done wins a tie)".

    Decided: on the same day a stop comes before an order.
    """
    first = earliest((done, stopped, superseded))
    if first is None:
        return "open", None
    in_order = (("done", done), ("stopped", stopped), ("superseded", superseded))
    return next(how for how, day in in_order if day == first), first


# ---------------------------------------------------------------- exceptions
def exception_code(key: str, duty: Duty, kind: str, case: Case, origin: date, due: date, as_of: date) -> str:
    """The code of the claim that holds. Decided: of several the first in the file."""
    for claim in case.claims:
        if (
            is_for(claim, key, kind)
            and has_come(claim, as_of)
            and claim["code"] in duty.exceptions
            and is_explained(claim)
            and passes_its_test(claim, case, origin, due, as_of)
        ):
            return claim["code"]
    return ""


def is_for(claim: Row, key: str, kind: str) -> bool:
    """The rule: "(for one duty, and one advice kind)". Decided: a claim for advice that names no kind is for none."""
    return claim["duty"] == key and (key != "give_advice" or claim["advice_kind"] == kind)


def has_come(claim: Row, as_of: date) -> bool:
    """The rule: "counts once claimed_on has come"."""
    return fact(claim, "claimed_on", as_of) is not None


def is_explained(claim: Row) -> bool:
    """The rule: "its facts and impractical_because are given"."""
    return bool(claim["facts"] and claim["impractical_because"])


def passes_its_test(claim: Row, case: Case, origin: date, due: date, as_of: date) -> bool:
    """The rule: "and its own test holds".

    Decided: a closure is dated by `closures`; the claim needs no period of its own, nor must it touch the clock's.
    """
    if claim["code"] in CLOSURES:
        return asked_around_a_closure(case, as_of)
    if not touches(claim, origin, due):
        return False
    if claim["code"] == "absent_4w":
        return lasts(claim, 28)
    if claim["code"] == "absent_2w":
        return lasts(claim, 14)
    return True


def touches(claim: Row, origin: date, due: date) -> bool:
    """The rule: "from_on to to_on (open-ended where empty; from_on is needed) must touch the period [...]".

    Decided: a period that ends before it begins is none.
    """
    first, last = a_date(claim, "from_on"), a_date(claim, "to_on")
    if first is None or (last and last < first):
        return False
    return first <= due and (last is None or last >= origin)


def lasts(claim: Row, days: int) -> bool:
    """The rule: "an absence must last at least 28 days with both ends counted"; 14 under regs 44 and 45.

    Decided: an absence that has not ended is long enough.
    """
    first, last = a_date(claim, "from_on"), a_date(claim, "to_on")
    return last is None or days_from_to(first, last) + 1 >= days


def asked_around_a_closure(case: Case, as_of: date) -> bool:
    """The rule: "a school closure is tested by its window": advice asked of the head, so of the kind education."""
    asked = [fact(advice, "requested_on", as_of) for advice in case.advice if advice["kind"] == "education"]
    return any(
        day and catches(closure, day) for closure in case.closures if is_of_its_setting(closure, case) for day in asked
    )


def is_of_its_setting(closure: Row, case: Case) -> bool:
    setting = (case.row["authority_code"], case.row["setting_urn"])
    return case.row["setting_urn"] != "" and (closure["authority_code"], closure["setting_urn"]) == setting


def catches(closure: Row, asked: date) -> bool:
    """The rule: "sent_to_head in [C-7d, R-7d] [...] and the closure lasts at least 28 days from C"."""
    closed, reopens = a_date(closure, "closed_from"), a_date(closure, "reopens_on")
    if not closed or not reopens or days_from_to(closed, reopens) < 28:
        return False
    return days_before(closed, 7) <= asked <= days_before(reopens, 7)


# ---------------------------------------------------------------- one clock
def clock(key: str, duty: Duty, record: Row, record_key: str, case: Case, as_of: date) -> Row | None:
    """One duty applied to one record, None where there is no such clock yet."""
    if does_not_exist_yet(duty, record, as_of):
        return None
    origin, done = origin_on(duty, record, as_of), done_on(duty, record, as_of)
    due = days_after(origin, duty.limit) if origin else None
    found = {
        "authority_code": case.row["authority_code"],
        "case_ref": case.row["case_ref"],
        "record": duty.record,
        "record_key": record_key,
        "duty": key,
        "stage": duty.stage,
        "statutory": duty.statutory,
        "origin_on": text(origin),
        "due_on": text(due),
        "act_by": text(act_by(due)) if due else "",
        "done_on": text(done),
    }
    if origin is None or (done and done < origin):
        # "An origin that is missing, or a done date before its origin, is `unknown`."
        return found | {"state": "unknown", "days": "", "exception": ""}
    how, ended = how_it_ended(done, stopped_on(duty, record, case, as_of), superseded_on(duty, case, origin, as_of))
    code = exception_code(key, duty, record.get("kind", ""), case, origin, due, as_of)
    return found | {
        # Decided: what was done after something else had ended the clock is not shown as its doing.
        "done_on": text(done) if how == "done" else "",
        "state": state(how, ended or as_of, due, is_excepted=code != ""),
        "days": str(days_from_to(ended or as_of, due)),
        # Decided: shown whenever a claim holds, late or not.
        "exception": code,
    }


def state(how: str, counted_to: date, due: date, *, is_excepted: bool) -> str:
    """The rule: "Then a clock past its due date, open or done late, is `excepted`."; the others by their meaning."""
    if how in ("stopped", "superseded"):
        return how
    if counted_to <= due:
        return "met" if how == "done" else "running"
    if is_excepted:
        return "excepted"
    return "met_late" if how == "done" else "overdue"


def text(day: date | None) -> str:
    return day.isoformat() if day else ""


# ---------------------------------------------------------------- all clocks
def evaluate(cases: Iterable[Case], as_of: date) -> list[Row]:
    """Every clock of these cases as it stood on `as_of`."""
    return [found for case in cases for found in clocks_of(case, as_of) if found]


def clocks_of(case: Case, as_of: date) -> Iterator[Row | None]:
    for key, duty in CASE.items():
        yield clock(key, duty, case.row, "", case, as_of)
    for advice in case.advice:
        if advice["kind"] != "parent":  # "not kind parent: no duty"
            for key, duty in ADVICE.items():
                yield clock(key, duty, advice, advice["kind"], case, as_of)
    for number, order in enumerate(case.orders, 1):
        for key, duty in ORDER[order["requires"]].items():
            yield clock(key, duty, order, str(number), case, as_of)
