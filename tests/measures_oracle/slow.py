"""Every measure again, by a loop over rows of text: slow, and written out by hand instead of read from the definitions.

It shares with the product only the clocks, which have an oracle of their own, and the list of periods.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.measures.catalogue import Catalogue
from models.measures.periods import Period
from models.queries.clocks import ClockRow

Row = Mapping[str, str]
Found = dict[tuple[str, ...], tuple[float, float | None]]
"""By measure, basis, period, its first day, dimension and group: the numerator, and the denominator if it has one."""

DONE_OR_LATE = ("met", "met_late", "overdue", "excepted")
FOUR = ("education", "health", "psychology", "social_care")
PHASES = {
    "N1": "early years",
    "R": "primary",
    "6": "primary",
    "7": "secondary",
    "11": "secondary",
    "12": "post-16",
}
SOURCES = {"1": "young person or parent", "2": "school or other setting"}
BANDS = {
    "week": (*range(1, 21), 26, 39, 52, 78, 104),
    "age": (6, 16, 20, 26, 39, 52, 78, 104),
    "overdue": (28, 84, 182, 364),
}


@dataclass
class World:
    """The rows of an extract, the clocks, and the day asked about."""

    as_of: date
    sheets: Mapping[str, list[Row]]
    clocks: Mapping[tuple[str, str, str, str], ClockRow]

    def day(self, row: Row, name: str) -> date | None:
        """A date that was known by the day."""
        found = date.fromisoformat(row[name]) if row.get(name) else None
        return found if found is None or found <= self.as_of else None

    def state(self, record: str, ref: str, key: str, duty: str) -> str:
        clock = self.clocks.get((record, ref, key, duty))
        return clock.state if clock else ""

    def due(self, record: str, ref: str, key: str, duty: str) -> date | None:
        clock = self.clocks.get((record, ref, key, duty))
        return date.fromisoformat(clock.due_on) if clock and clock.due_on else None

    def of(self, sheet: str, ref: str) -> list[Row]:
        return [x for x in self.sheets.get(sheet, []) if x["case_ref"] == ref]


class CaseFacts:
    """What is worked out of one case."""

    def __init__(self, world: World, row: Row) -> None:
        w, self.row, self.ref = world, row, row["case_ref"]
        self.w = world
        self.received, self.noticed = w.day(row, "request_received_on"), w.day(row, "brought_to_attention_on")
        self.requested = self.received or self.noticed
        self.decided, self.no_plan = w.day(row, "assess_decided_on"), w.day(row, "no_plan_notified_on")
        self.draft, self.final = w.day(row, "draft_served_on"), w.day(row, "final_plan_sent_on")
        self.withdrawn = w.day(row, "withdrawn_on")
        told_later = bool(row.get("assess_decided_on")) and self.decided is None
        self.assess = "" if told_later else row.get("assess_decision", "")
        later = any(row.get(x) and not w.day(row, x) for x in ("no_plan_notified_on", "final_plan_sent_on"))
        self.plan = "" if later else row.get("plan_decision", "")
        self.request_outcome = self.assess if self.assess in ("Y", "N", "W") else ("W" if self.withdrawn else "A")
        self.plan_outcome = self.plan if self.plan in ("Y", "N", "W") else self._plan_by_dates()
        self.exception = (w.clocks.get(("case", self.ref, "", "send_final_plan")) or _NO_CLOCK).exception
        flag = row.get("week20_exception", "")
        self.week20 = flag == "1" if flag else bool(self.exception)
        orders = [w.day(x, "dated_on") for x in w.of("orders", self.ref) if x["requires"] in ("assess", "make_plan")]
        self.orders = [x for x in orders if x]
        agreed = w.day(row, "assess_agreed_after_refusal_on")
        given_up = agreed and self.decided and agreed >= self.decided and not self.orders
        refused_row = row.get("assess_decision") == "N"
        self.refused = self.decided if refused_row and not given_up else None
        self.stage = self._stage()

    def _plan_by_dates(self) -> str:
        return "Y" if self.final else "N" if self.no_plan else "W" if self.withdrawn else "A"

    def weeks(self, to: date | None) -> float | None:
        if not self.received or not to or to < self.received:
            return None
        return (to - self.received).days / 7

    def state(self, duty: str) -> str:
        return self.w.state("case", self.ref, "", duty)

    def due(self, duty: str) -> date | None:
        return self.w.due("case", self.ref, "", duty)

    def is_open(self, duty: str, *ends: date | None) -> bool:
        superseded = any(x >= self.requested for x in self.orders) if self.requested else False
        return bool(self.state(duty)) and not any(ends) and not superseded

    def advice_open(self) -> list[tuple[Row, ClockRow]]:
        found = []
        for row in self.w.of("advice", self.ref):
            clock = self.w.clocks.get(("advice", self.ref, row["kind"], "give_advice"))
            if clock and not answered(self.w, row) and not self.withdrawn:
                found.append((row, clock))
        return found

    def is_wanted(self, clock: ClockRow) -> bool:
        """Of advice: for a plan still to be sent, or asked for since an order to make one."""
        ordered = any(str(x) <= clock.origin_on for x in self.orders)
        return self.final is None or self.to_come or ordered

    def orders_open(self) -> list[ClockRow]:
        clocks = [x for key, x in self.w.clocks.items() if key[0] == "order" and key[1] == self.ref]
        return [x for x in clocks if not x.done_on and x.state in ("running", "overdue", "excepted")]

    def _stage(self) -> str:
        to_come = self.is_open("send_final_plan", self.final, self.no_plan, self.refused, self.withdrawn)
        if to_come and self.is_open("decide_whether_to_assess", self.decided, self.withdrawn):
            return "request"
        if to_come and self.advice_open():
            return "advice"
        if to_come and self.is_open("serve_draft", self.draft, self.no_plan, self.refused, self.withdrawn):
            return "draft"
        if to_come:
            return "final_plan"
        return "order" if self.orders_open() else ""

    @property
    def to_come(self) -> bool:
        return self.stage not in ("", "order")

    @property
    def week(self) -> int | None:
        """The first week whose end, so many weeks after the request, has not passed; the request's own day is in it."""
        if not self.requested:
            return None
        return next(n for n in range(1, 10_000) if self.requested + timedelta(weeks=n) >= self.w.as_of)

    @property
    def overdue(self) -> int | None:
        due = self.due("send_final_plan")
        late = (self.w.as_of - due).days if due else 0
        return late if self.to_come and late > 0 else None

    @property
    def missing(self) -> int:
        in_time = {
            x["kind"]
            for x in self.w.of("advice", self.ref)
            if self.final and (day := answered(self.w, x)) and day <= self.final
        }
        return sum(kind not in in_time for kind in FOUR)

    def decision_state(self) -> str:
        """How the sixteen weeks went, for a decision either way."""
        due = self.due("decide_whether_to_issue")
        if not due or self.state("decide_whether_to_issue") == "superseded":
            return ""
        done = min([x for x in (self.draft, self.no_plan, self.final) if x], default=None)
        stopped = min([x for x in (self.refused, self.withdrawn) if x], default=None)
        if stopped and done and stopped < done:
            done = None
        if stopped and not done:
            return "stopped"
        late = (done or self.w.as_of) > due
        if late and self.w.clocks["case", self.ref, "", "decide_whether_to_issue"].exception:
            return "excepted"
        if done:
            return "met_late" if late else "met"
        return "overdue" if late else "running"

    def told_in_time(self) -> bool:
        return any(
            x["duty"] == "send_final_plan" and (told := self.w.day(x, "told_on")) and str(told) <= x["tell_by"]
            for x in self.w.of("notices", self.ref)
        )

    def tasks(self, *, late: bool) -> int:
        if not self.stage:
            return 0
        today = self.w.as_of
        clocks = [x for _, x in self.advice_open() if self.is_wanted(x)] + self.orders_open()
        owed = {
            "decide_whether_to_assess": (self.decided, self.withdrawn),
            "decide_whether_to_issue": (self.no_plan, self.draft, self.final, self.refused, self.withdrawn),
            "send_final_plan": (self.final, self.no_plan, self.refused, self.withdrawn),
        }
        for duty, ends in owed.items():
            if self.is_open(duty, *ends) and not (duty == "decide_whether_to_issue" and self.plan == "Y"):
                clocks.append(self.w.clocks["case", self.ref, "", duty])
        if late:
            return sum(x.state == "overdue" for x in clocks)
        soon = [x for x in clocks if x.state in ("running", "overdue") and x.due_on]
        return sum(0 <= (date.fromisoformat(x.due_on) - today).days <= 7 for x in soon)


_NO_CLOCK = ClockRow(*[""] * len(ClockRow._fields))


def answered(w: World, row: Row) -> date | None:
    """The day advice was given, or somebody with a name said that the child is not known."""
    if row.get("reply") == "advice" or (row.get("reply") == "not_known" and row.get("replied_by")):
        return w.day(row, "reply_on")
    return None


def recompute(world: World, catalogue: Catalogue, periods: Iterable[Period], lawful: set[tuple[str, str]]) -> Found:
    """Every measurement, without those of nothing in a group."""
    cases = {row["case_ref"]: CaseFacts(world, row) for row in world.sheets["cases"]}
    sums: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for measure in catalogue.measures:
        for basis in measure.basis:
            rows = list(ROWS[measure.key](world, cases, lawful))
            stretches = [Period("day", world.as_of, world.as_of)] if basis == "open" else list(periods)
            for period in stretches:
                key = (measure.key, basis, period.kind, str(period.first))
                sums[*key, "all", ""]
                for days, amount, names in rows:
                    day = world.as_of if basis == "open" else days[basis]
                    if not day or not period.first <= day <= min(period.last, world.as_of):
                        continue
                    groups = [("all", "")]
                    for name in measure.dimensions:
                        fine = name in ("officer", "ncy", "setting_type", "provider")
                        if period.is_recent and not (fine and period.kind == "month"):
                            groups.append((name, names(name)))
                    for group in groups:
                        sums[*key, *group][0] += amount
                        sums[*key, *group][1] += 1
    units = {x.key: x.unit for x in catalogue.measures}
    return {key: (top, None if units[key[0]] == "count" else bottom) for key, (top, bottom) in sums.items()}


Days = dict[str, date | None]
Cohort = Iterable[tuple[Days, float, Callable[[str], str]]]
Make = Callable[[World, dict[str, CaseFacts], set[tuple[str, str]]], Cohort]


def _named(c: CaseFacts, own: Mapping[str, str] | None = None) -> Callable[[str], str]:
    def name(dimension: str) -> str:  # noqa: PLR0911 - one a dimension
        if own and dimension in own:
            return own[dimension] or "not known"
        row = c.row
        if dimension == "in_care":
            return {"1": "in care", "0": "not in care"}.get(row.get("in_care", ""), "not known")
        if dimension == "request_source":
            said = row.get("request_source", "")
            return SOURCES.get(said, said) or "not known"
        if dimension == "age_phase":
            return _phase(c)
        if dimension == "stage":
            return c.stage or "not known"
        if dimension == "exception":
            return c.exception or "not known"
        if dimension in BANDS:
            return _band(BANDS[dimension], c.overdue if dimension == "overdue" else c.week)
        return row.get(dimension, "") or "not known"

    return name


def _phase(c: CaseFacts) -> str:
    if c.row.get("ncy") in PHASES:
        return PHASES[c.row["ncy"]]
    if not c.row.get("birth_date"):
        return "not known"
    born, then = date.fromisoformat(c.row["birth_date"]), c.requested or c.w.as_of
    begun = date(then.year if then.month >= 9 else then.year - 1, 8, 31)
    age = begun.year - born.year - ((born.month, born.day) > (8, 31))
    names = ((4, "early years"), (11, "primary"), (16, "secondary"), (19, "post-16"))
    return next((name for end, name in names if age < end), "over 18")


def _band(ends: tuple[int, ...], number: int | None) -> str:
    if number is None:
        return "not known"
    low = 1
    for end in ends:
        if number <= end:
            return str(end) if end == low else f"{low} to {end}"
        low = end + 1
    return f"over {ends[-1]}"


def _of_cases(
    days: Callable[[CaseFacts], Days], among: Callable[[CaseFacts], Any], amount: Callable[[CaseFacts], Any]
) -> Make:
    def rows(w: World, cases: dict[str, CaseFacts], lawful: set[tuple[str, str]]) -> Cohort:
        for c in cases.values():
            if among(c):
                yield days(c), float(amount(c)), _named(c)

    return rows


def _issued(c: CaseFacts) -> bool:
    return c.plan_outcome == "Y" and c.final is not None


def _weeks(low: float, high: float) -> Callable[[CaseFacts], bool]:
    return lambda c: (weeks := c.weeks(c.final)) is not None and low < weeks <= high


ROWS: dict[str, Make] = {}
EVER = float("inf")
one = lambda _: 1  # noqa: E731
for suffix, plain in (("", True), ("_excluding_exceptions", False)):

    def issued(c: CaseFacts, *, plain: bool = plain) -> bool:
        return _issued(c) and (plain or not c.week20)

    def due_state(duty: str, *, plain: bool = plain) -> Callable[[CaseFacts], bool]:
        wanted = DONE_OR_LATE if plain else DONE_OR_LATE[:3]
        return lambda c: c.state(duty) in wanted and (due := c.due(duty)) is not None and due < c.w.as_of

    final = lambda c: {"issued": c.final}  # noqa: E731
    ROWS[f"plans_within_20_weeks{suffix}"] = _of_cases(final, issued, _weeks(-1, 20))
    ROWS[f"plans_within_20_to_52_weeks{suffix}"] = _of_cases(final, issued, _weeks(20, 52))
    ROWS[f"plans_after_52_weeks{suffix}"] = _of_cases(final, issued, _weeks(52, EVER))
    ROWS[f"weeks_to_plan{suffix}"] = _of_cases(
        final, lambda c, issued=issued: issued(c) and c.weeks(c.final) is not None, lambda c: c.weeks(c.final)
    )
    for key, duty in (
        ("plans_due_in_time", "send_final_plan"),
        ("assess_decisions_due_in_time", "decide_whether_to_assess"),
    ):
        ROWS[f"{key}{suffix}"] = _of_cases(
            lambda c, duty=duty: {"due": c.due(duty), "requested": c.requested},
            due_state(duty),
            lambda c, duty=duty: c.state(duty) == "met",
        )
    ROWS[f"plan_decisions_due_in_time{suffix}"] = _of_cases(
        lambda c: {"due": c.due("decide_whether_to_issue"), "requested": c.requested},
        lambda c, plain=plain: (
            c.decision_state() in (DONE_OR_LATE if plain else DONE_OR_LATE[:3])
            and c.due("decide_whether_to_issue") < c.w.as_of
        ),
        lambda c: c.decision_state() == "met",
    )
    ROWS[f"cases_overdue{suffix}"] = _of_cases(
        lambda c: {},
        lambda c, plain=plain: (
            c.to_come
            and c.state("send_final_plan") in (("running", "overdue", "excepted") if plain else ("running", "overdue"))
        ),
        lambda c: c.overdue is not None,
    )

    def advice_due(
        w: World, cases: dict[str, CaseFacts], lawful: set[tuple[str, str]], *, plain: bool = plain
    ) -> Cohort:
        for row in w.sheets.get("advice", []):
            clock = w.clocks.get(("advice", row["case_ref"], row["kind"], "give_advice"))
            if clock and clock.state in (DONE_OR_LATE if plain else DONE_OR_LATE[:3]):
                due, origin = date.fromisoformat(clock.due_on), date.fromisoformat(clock.origin_on)
                if due < w.as_of:
                    yield {"due": due, "requested": origin}, float(clock.state == "met"), _of_advice(cases, row)

    ROWS[f"advice_due_in_time{suffix}"] = advice_due


def _of_advice(cases: dict[str, CaseFacts], row: Row) -> Callable[[str], str]:
    return _named(cases[row["case_ref"]], {"agency": row["kind"], "provider": row.get("body", "")})


def _decided(c: CaseFacts) -> bool:
    return c.assess in ("Y", "N") and c.decided is not None


def _told_no_plan(c: CaseFacts) -> bool:
    return c.plan_outcome == "N" and c.no_plan is not None


def _within(weeks: float | None, most: int) -> bool:
    return weeks is not None and weeks <= most


ROWS |= {
    "plans_issued": _of_cases(lambda c: {"issued": c.final}, _issued, one),
    "plans_without_all_advice": _of_cases(lambda c: {"issued": c.final}, _issued, lambda c: c.missing > 0),
    "exceptions_used": _of_cases(lambda c: {"issued": c.final}, _issued, lambda c: c.week20),
    "requests_received": _of_cases(lambda c: {"requested": c.received}, lambda c: c.received, one),
    "requests_refused": _of_cases(
        lambda c: {"requested": c.received}, lambda c: c.received, lambda c: c.request_outcome == "N"
    ),
    "assess_decided_within_6_weeks": _of_cases(
        lambda c: {"decided": c.decided}, _decided, lambda c: _within(c.weeks(c.decided), 6)
    ),
    "refusals": _of_cases(lambda c: {"decided": c.decided}, _decided, lambda c: c.assess == "N"),
    "no_plan_within_16_weeks": _of_cases(
        lambda c: {"decided": c.no_plan}, _told_no_plan, lambda c: _within(c.weeks(c.no_plan), 16)
    ),
    "no_plan": _of_cases(lambda c: {"decided": c.no_plan}, _told_no_plan, one),
    "withdrawn": _of_cases(lambda c: {"withdrawn": c.withdrawn}, lambda c: c.withdrawn and not c.final, one),
    "cases_open": _of_cases(lambda c: {}, lambda c: c.stage, one),
    "clocks_overdue": _of_cases(lambda c: {}, lambda c: c.stage, lambda c: c.tasks(late=True)),
    "clocks_due_this_week": _of_cases(lambda c: {}, lambda c: c.stage, lambda c: c.tasks(late=False)),
    "families_told_in_time": _of_cases(
        lambda c: {"due": c.due("send_final_plan")},
        lambda c: c.state("send_final_plan") in DONE_OR_LATE[1:] and c.due("send_final_plan") < c.w.as_of,
        lambda c: c.told_in_time(),
    ),
}


def _rows_of(sheet: str, make: Callable[[World, CaseFacts, Row, set[tuple[str, str]]], Any]) -> Make:
    """`make` answers days, an amount and own names for a row of the sheet, or None if it is not in the cohort."""

    def rows(w: World, cases: dict[str, CaseFacts], lawful: set[tuple[str, str]]) -> Cohort:
        for row in w.sheets.get(sheet, []):
            c = cases[row["case_ref"]]
            found = make(w, c, row, lawful)
            if found:
                days, amount, own = found
                yield days, float(amount), _named(c, own)

    return rows


def _own(row: Row) -> dict[str, str]:
    return {"agency": row["kind"], "provider": row.get("body", "")}


def _asked(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
    day = w.day(row, "requested_on")
    return row["kind"] != "parent" and day and ({"requested": day}, 1, _own(row))


def _is_outstanding(w: World, c: CaseFacts, row: Row) -> bool:
    return bool(c.stage) and any(x is row and c.is_wanted(clock) for x, clock in c.advice_open())


def _returned(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
    day = answered(w, row)
    back = w.day(row, "returned_for_rework_on")
    return row["kind"] != "parent" and day and ({"answered": day}, back is not None, _own(row))


def _nameless(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
    day = w.day(row, "reply_on")
    wanted = row["kind"] != "parent" and row.get("reply") == "not_known" and day
    return wanted and ({"answered": day}, not row.get("replied_by"), _own(row))


def _claim(
    counted: Callable[[Row, set[tuple[str, str]]], Any],
    among: Callable[[Row, set[tuple[str, str]]], bool] = lambda *_: True,
) -> Make:
    def make(w: World, c: CaseFacts, row: Row, lawful: set[tuple[str, str]]) -> Any:
        day = w.day(row, "claimed_on")
        own = {"code": row.get("code", ""), "duty": row["duty"]}
        return day and among(row, lawful) and ({"claimed": day}, counted(row, lawful), own)

    return _rows_of("exceptions", make)


def _is_lawful(row: Row, lawful: set[tuple[str, str]]) -> bool:
    return (row["duty"], row.get("code", "")) in lawful


def _review(duty: str) -> Callable[[World, CaseFacts, Row], tuple[str, date | None]]:
    def look(w: World, c: CaseFacts, row: Row) -> tuple[str, date | None]:
        key = row["review_number"]
        return w.state("review", c.ref, key, duty), w.due("review", c.ref, key, duty)

    return look


def _decided_review(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
    met, told = w.day(row, "meeting_on"), w.day(row, "decision_notified_on")
    return met and told and ({"decided": told}, 0 <= (told - met).days <= 28, {})


def _due_review(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
    state, due = _review("decide_after_review")(w, c, row)
    wanted = state in DONE_OR_LATE and due and due < w.as_of
    return wanted and ({"due": due, "held": w.day(row, "meeting_on")}, state == "met", {})


def _phase_transfer(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
    looks = [_review(f"amend_plan_before_{x}_transfer")(w, c, row) for x in ("phase", "post16")]
    state, due = looks[0] if looks[0][1] else looks[1]
    return state in DONE_OR_LATE and due and due < w.as_of and ({"due": due}, state == "met", {})


def _notice(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
    by = date.fromisoformat(row["tell_by"])
    told = w.day(row, "told_on")
    return by < w.as_of and ({"due": by}, told is not None and told <= by, {"duty": row["duty"]})


def _simple(
    sheet: str,
    name: str,
    basis: str,
    own: Callable[[Row], dict[str, str]] = lambda _: {},
    among: Callable[[Row], bool] = lambda _: True,
) -> Make:
    def make(w: World, c: CaseFacts, row: Row, _: Any) -> Any:
        day = w.day(row, name)
        return day and among(row) and ({basis: day}, 1, own(row))

    return _rows_of(sheet, make)


WORDS_OF_DECISION = {"A": "amend", "C": "cease", "M": "maintain", "": "not known"}
ROWS |= {
    "advice_requested": _rows_of("advice", _asked),
    "advice_outstanding": _rows_of("advice", lambda w, c, x, _: _is_outstanding(w, c, x) and ({}, 1, _own(x))),
    "advice_overdue": _rows_of(
        "advice",
        lambda w, c, x, _: (
            _is_outstanding(w, c, x) and ({}, w.state("advice", c.ref, x["kind"], "give_advice") == "overdue", _own(x))
        ),
    ),
    "advice_returned": _rows_of("advice", _returned),
    "not_known_without_a_name": _rows_of("advice", _nameless),
    "exceptions_claimed": _claim(lambda *_: 1),
    "exceptions_not_allowed": _claim(lambda x, lawful: not _is_lawful(x, lawful)),
    "delay_reasons": _claim(lambda *_: 1, lambda x, lawful: not _is_lawful(x, lawful)),
    "exceptions_approved": _claim(lambda x, _: bool(x.get("approved_by"))),
    "notices_told_in_time": _rows_of("notices", _notice),
    "review_decisions_within_4_weeks": _rows_of("reviews", _decided_review),
    "review_decisions_due_in_time": _rows_of("reviews", _due_review),
    "reviews_held": _simple("reviews", "meeting_on", "held"),
    "reviews_decided": _simple(
        "reviews",
        "decision_notified_on",
        "decided",
        lambda x: {"review_decision": WORDS_OF_DECISION[x.get("decision", "")]},
    ),
    "plans_to_cease": _simple("reviews", "decision_notified_on", "decided", among=lambda x: x.get("decision") == "C"),
    "reviews_overdue": _rows_of(
        "reviews", lambda w, c, x, _: _review("review_plan")(w, c, x)[0] == "overdue" and ({}, 1, {})
    ),
    "review_decisions_overdue": _rows_of(
        "reviews", lambda w, c, x, _: _review("decide_after_review")(w, c, x)[0] == "overdue" and ({}, 1, {})
    ),
    "phase_transfers_in_time": _rows_of("reviews", _phase_transfer),
    "orders_made": _simple("orders", "dated_on", "decided", lambda x: {"kind": x["kind"], "requires": x["requires"]}),
    # What follows is fed straight into the frames' tables and has tests of its own.
    "chases_sent": lambda *_: (),
    "chases_answered": lambda *_: (),
    "days_to_answer_a_chase": lambda *_: (),
    "recorded_within_7_days": lambda *_: (),
    "days_to_record": lambda *_: (),
}
