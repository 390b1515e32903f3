"""Random canonical extracts (design 9), in which most days lie on a boundary, or one before or after it.

The same seed writes the same bytes. The dates are those that decide something: the last lawful day, the day of the
evaluation, and ties between what can end a clock.
"""

import csv
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def words(text: str) -> list[str]:
    return text.split()


SHEETS = {
    "cases": words("""
        authority_code case_ref person_ref birth_date ncy primary_need in_care setting_type setting_urn
        request_source team officer request_received_on brought_to_attention_on assess_decision assess_decided_on
        assess_agreed_after_refusal_on plan_decision no_plan_notified_on draft_served_on consultation_sent_on
        consultation_replied_on representations_received_on final_plan_sent_on withdrawn_on week20_exception
        """),
    "advice": words("""
        authority_code case_ref kind body requested_on received_by_body_on reply_on reply replied_by
        returned_for_rework_on accepted_on
        """),
    "exceptions": words("""
        authority_code case_ref duty advice_kind code from_on to_on facts impractical_because claimed_on
        family_told_on approved_by
        """),
    "orders": words("""
        authority_code case_ref kind requires dated_on notified_on no_plan_notified_on draft_served_on
        final_plan_sent_on
        """),
    "closures": words("authority_code setting_urn closed_from reopens_on"),
}
ADVICE_KINDS = (
    "parent",
    "education",
    "health",
    "psychology",
    "social_care",
    "other",
    "preparation_for_adulthood",
    "requested_by_family",
)
ORDER_KINDS = ("tribunal_order", "reg45_notice", "mediation_agreement")
CASE_LENGTHS = {
    "decide_whether_to_assess": 42,
    "decide_whether_to_issue": 112,
    "serve_draft": 112,
    "send_final_plan": 140,
    "reply_to_consultation": 15,
}
ORDER_LENGTHS = {
    "assess": {
        "notify_assessment_after_order": 14,
        "notify_no_plan_after_order": 70,
        "send_final_plan_after_order": 98,
    },
    "make_plan": {"serve_draft_after_order": 35, "send_final_plan_after_make_order": 77},
    "amend": {"amend_plan_after_order": 35},
    "name_setting": {"name_setting_after_order": 14},
    "reconsider": {"reconsider_after_order": 14},
}
ADVICE_LENGTH = 42
CODES = (
    "school_closed_4w",
    "early_years_closed_4w",
    "exceptional_personal",
    "absent_4w",
    "absent_2w",
    "missed_appointment",
)
LIKELY_CODES = {
    "case": ("school_closed_4w", "early_years_closed_4w", "exceptional_personal", "absent_4w"),
    "advice": ("exceptional_personal", "absent_4w", "missed_appointment"),
    "order": ("exceptional_personal", "absent_2w", "absent_4w", "school_closed_4w"),
}
REASONS_FOR_DELAY = ("ep_shortage", "no_placement", "annual_leave", "covid_2020", "reg_13_3", "")
"""Codes that no limit allows in these years: they are kept and except nothing."""

AUTHORITY, NEIGHBOUR, NO_CASES_HERE = "336", "330", "999"
FIRST_DAY, DAYS = date(2023, 6, 1), 1600
NEAR = (-1, 0, 0, 1)
ONE_DAY = timedelta(days=1)


def write_random_extract(folder: Path, seed: int, cases: int = 40) -> list[date]:
    """Write an extract of so many cases into a folder; the days to evaluate it on, at most four, the main one first."""
    extract = RandomExtract(seed)
    for number in range(cases):
        extract.add_case(number)
    folder.mkdir(parents=True, exist_ok=True)
    for sheet, columns in SHEETS.items():
        write_sheet(folder / f"{sheet}.csv", columns, extract.sheets[sheet])
    return extract.days()


def write_sheet(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def plus(day: date, number: int) -> date:
    return day + number * ONE_DAY


class Dice:
    """Seeded chance."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same extract for the same seed is what is wanted

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def pick(self, *things: Any) -> Any:
        return self._random.choice(things)

    def between(self, first: int, last: int) -> int:
        return self._random.randint(first, last)

    def weighted(self, *shares: tuple[int, Any]) -> Any:
        """One of the things, each as likely as its share says."""
        (found,) = self._random.choices([thing for _, thing in shares], [share for share, _ in shares])
        return found

    def shuffle(self, things: list[Any]) -> None:
        self._random.shuffle(things)


class RandomExtract:
    """The sheets of an extract as they grow, case by case."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self.as_of = plus(FIRST_DAY, self.dice.between(0, DAYS))
        self.sheets: dict[str, list[Row]] = {sheet: [] for sheet in SHEETS}
        self._other_days: set[date] = set()
        self._closures: set[tuple[str, str, date]] = set()
        self._references: set[tuple[str, str]] = set()

    def days(self) -> list[date]:
        """The main day, the days before and after it, and one on which something else is decided."""
        others = sorted(self._other_days)
        self.dice.shuffle(others)
        return list(dict.fromkeys([self.as_of, plus(self.as_of, -1), plus(self.as_of, 1), *others[:1]]))

    def add_case(self, number: int) -> None:
        """A case, its orders, its advice, the closures of its setting and the claims made for it."""
        case = self.a_case(number)
        start = self.start_of(case)
        self.decide_on_assessment(case, start)
        self.decide_on_plan(case, start)
        self.consult(case, start)
        self.withdraw(case, start)
        self.sheets["cases"].append(case)
        orders = self.orders(case, start)
        advice = self.advice(case, start)
        self.close_setting(case, advice)
        self.claims(case, start, orders, advice)
        for length in CASE_LENGTHS.values():
            if self.dice.chance(8):
                self._other_days.add(plus(start, length + self.dice.pick(0, 1)))

    # ------------------------------------------------------------ days
    def near(self, start: date, length: int, empty: int = 25) -> date | None:
        """When something with a limit was done: mostly on its last lawful day, or one before or after."""
        dice = self.dice
        if dice.chance(empty):
            return None
        return dice.weighted(
            (45, plus(start, length + dice.pick(-1, 0, 1))),
            (20, plus(start, dice.between(0, length))),
            (13, plus(start, length + dice.between(2, 89))),
            (12, plus(self.as_of, dice.pick(-1, 0, 1))),
            (3, plus(self.as_of, dice.between(2, 39))),  # yet to come
            (3, plus(start, dice.pick(0, 1))),
            (4, plus(start, dice.pick(-1, -1, -30))),  # before it began
        )

    def start(self, *lengths: int) -> date:
        """When something began, so that as_of mostly is the last lawful day, or one before or after."""
        dice = self.dice
        return dice.weighted(
            (50, plus(self.as_of, -dice.pick(*lengths) + dice.pick(-1, 0, 1))),
            (40, plus(self.as_of, -dice.between(5, 329))),
            (5, self.as_of),
            (5, plus(self.as_of, dice.pick(1, 2, 10))),
        )

    # ------------------------------------------------------------ a case
    def a_case(self, number: int) -> Row:
        """A case with a reference that another authority may have too, and a setting that another case may have."""
        dice = self.dice
        authority = dice.weighted((85, AUTHORITY), (15, NEIGHBOUR))
        reference = f"C{dice.between(0, number) if dice.chance(10) else number:04}"
        if (authority, reference) in self._references:
            reference = f"D{number:04}"
        self._references.add((authority, reference))
        setting = str(100_000 + (dice.between(0, number) if dice.chance(15) else number))
        return {
            "authority_code": authority,
            "case_ref": reference,
            "person_ref": f"P-{authority}-{reference}",
            "team": "North",
            "officer": f"O{dice.between(1, 4)}",
            "setting_urn": dice.weighted((92, setting), (8, None)),
            "week20_exception": dice.weighted((70, None), (15, "0"), (15, "1")),
        }

    def start_of(self, case: Row) -> date:
        """Give the case one, both or none of its origins; the day that its other dates turn about."""
        dice = self.dice
        start = self.start(42, 112, 140)
        received, brought = dice.weighted(
            (70, (start, None)),
            (8, (None, start)),
            (12, (start, plus(start, dice.pick(-20, -1, 0, 1, 20)))),
            (4, (plus(self.as_of, dice.pick(1, 5)), start)),  # the first choice is yet to come
            (2, (plus(self.as_of, 3), plus(self.as_of, 1))),  # both are
            (4, (None, None)),
        )
        case |= {"request_received_on": received, "brought_to_attention_on": brought}
        return start

    def decide_on_assessment(self, case: Row, start: date) -> None:
        dice = self.dice
        decided = self.near(start, 42, empty=20)
        decision = (
            dice.pick("Y", "Y", "Y", "N", "N", "W", "A", None) if decided else dice.pick("A", "A", None, "N", "Y")
        )
        agreed = dice.weighted((97, None), (3, plus(start, 70)))
        if decided and decision == "N" and dice.chance(60):
            agreed = plus(decided, dice.pick(-1, 0, 1, 20, 45, 60))
        case |= {
            "assess_decision": decision,
            "assess_decided_on": decided,
            "assess_agreed_after_refusal_on": agreed,
        }

    def decide_on_plan(self, case: Row, start: date) -> None:
        dice = self.dice
        is_refused = case["assess_decision"] == "N"
        draft = self.near(start, 112, empty=70 if is_refused else 40)
        no_plan = self.near(start, 112, empty=75)
        final = self.near(start, 140, empty=70 if is_refused else 50)
        if draft and no_plan and dice.chance(30):
            no_plan = plus(draft, dice.pick(-1, 0, 1))
        if draft and final and dice.chance(15):
            final = plus(draft, dice.pick(-1, 0, 1))
        case |= {
            "plan_decision": dice.pick("Y", None, "A") if final else dice.pick("N", None, "A", "Y"),
            "draft_served_on": draft,
            "no_plan_notified_on": no_plan,
            "final_plan_sent_on": final,
        }
        if draft and dice.chance(40):
            case["representations_received_on"] = plus(draft, dice.pick(14, 15))

    def consult(self, case: Row, start: date) -> None:
        dice = self.dice
        if dice.chance(55):
            sent = dice.pick(
                plus(self.as_of, -15 + dice.pick(-1, 0, 1)),
                plus(case["draft_served_on"] or start, dice.pick(0, 1, 20)),
            )
            case |= {"consultation_sent_on": sent, "consultation_replied_on": self.near(sent, 15, empty=35)}
        elif dice.chance(12):  # a reply to nothing
            case["consultation_replied_on"] = plus(self.as_of, dice.pick(-10, 0, 1))

    def withdraw(self, case: Row, start: date) -> None:
        dice = self.dice
        if not dice.chance(20):
            return
        ends = self.days_of(
            case,
            "assess_decided_on",
            "draft_served_on",
            "no_plan_notified_on",
            "final_plan_sent_on",
            "consultation_replied_on",
        )
        case["withdrawn_on"] = dice.weighted(
            (50, plus(dice.pick(*ends, plus(start, 42)), dice.pick(*NEAR))),
            (20, plus(start, dice.pick(42, 112, 140) + dice.pick(-1, 0, 1))),
            (10, self.as_of),
            (10, plus(self.as_of, 1)),
            (10, plus(start, -1)),
        )

    @staticmethod
    def days_of(row: Row, *columns: str) -> list[date]:
        return [row[column] for column in columns if row.get(column)]

    # ------------------------------------------------------------ what belongs to it
    def orders(self, case: Row, start: date) -> list[Row]:
        """The orders of a case, in any order of their dates: they are numbered as they stand in the file."""
        dice = self.dice
        if not dice.chance(60 if case["assess_decision"] == "N" else 30):
            return []
        made = [self.order(case, start) for _ in range(dice.pick(1, 1, 1, 2, 3))]
        self.sheets["orders"] += made
        return made

    def order(self, case: Row, start: date) -> Row:
        dice = self.dice
        requires = dice.weighted((4, "assess"), (3, "make_plan"), (2, "amend"), (2, "name_setting"), (1, "reconsider"))
        dated = self.order_dated_on(case, start, requires)
        since = dated or start
        lengths = tuple(ORDER_LENGTHS[requires].values())
        final = self.near(since, dice.pick(*lengths, max(lengths), 70), empty=50)
        no_plan = self.near(since, 70, empty=65)
        if no_plan and final and dice.chance(40):
            no_plan = plus(final, dice.pick(-1, 0, 1))
        return {
            "authority_code": case["authority_code"],
            "case_ref": case["case_ref"],
            "kind": dice.pick(*ORDER_KINDS),
            "requires": requires,
            "dated_on": dated,
            "notified_on": self.near(since, 14, empty=40),
            "no_plan_notified_on": no_plan,
            "draft_served_on": self.near(since, dice.pick(35, 70), empty=50),
            "final_plan_sent_on": final,
        }

    def order_dated_on(self, case: Row, start: date, requires: str) -> date | None:
        dice = self.dice
        ties = self.days_of(
            case,
            "assess_decided_on",
            "assess_agreed_after_refusal_on",
            "draft_served_on",
            "no_plan_notified_on",
            "final_plan_sent_on",
            "withdrawn_on",
            "consultation_sent_on",
        )
        lengths = tuple(ORDER_LENGTHS[requires].values())
        length = dice.pick(*lengths)
        return dice.weighted(
            (30, plus(dice.pick(*ties, start), dice.pick(*NEAR))),
            (25, plus(self.as_of, -length + dice.pick(-1, 0, 1))),
            (20, plus(self.as_of, -max(lengths) - dice.between(2, 60))),
            (5, plus(self.as_of, dice.pick(-1, 0, 1, 1))),
            (12, plus(start, dice.pick(42, 112, 140) + dice.pick(-1, 0, 1, 30))),
            (3, plus(start, dice.pick(-1, 0, -20))),
            (5, None),
        )

    def advice(self, case: Row, start: date) -> list[Row]:
        """The advice asked for; sometimes a kind twice, of the same body or of another."""
        dice = self.dice
        kinds = [kind for kind in ADVICE_KINDS if dice.chance(75 if kind == "education" else 35)]
        if kinds and dice.chance(8):
            kinds.append(dice.pick(*kinds))
        made = [self.request_for_advice(case, start, kind) for kind in kinds]
        self.sheets["advice"] += made
        return made

    def request_for_advice(self, case: Row, start: date, kind: str) -> Row:
        dice = self.dice
        requested = dice.weighted(
            (35, plus(self.as_of, -ADVICE_LENGTH + dice.pick(-1, 0, 1))),
            (40, plus(start, dice.pick(0, 7, 41, 42, 43))),
            (13, plus(self.as_of, -dice.between(1, 149))),
            (6, plus(self.as_of, dice.pick(0, 1))),
            (6, None),
        )
        received = dice.weighted(
            (45, plus(requested, dice.pick(0, 1, 2, 7, -1)) if requested else None),
            (10, plus(self.as_of, -ADVICE_LENGTH + dice.pick(-1, 0, 1))),
            (7, plus(self.as_of, dice.pick(0, 1))),  # perhaps not received yet
            (38, None),
        )
        since = requested if requested and received and received > self.as_of else received or requested or start
        replied = self.near(since, ADVICE_LENGTH, empty=35)
        reply = dice.weighted((3, "advice"), (2, "not_known"), (1, "declined"), (1, None))
        if not replied:
            reply = dice.weighted((90, None), (5, "advice"), (5, "not_known"))
        return {
            "authority_code": case["authority_code"],
            "case_ref": case["case_ref"],
            "kind": kind,
            "body": f"Body {dice.pick(1, 2)}",
            "requested_on": requested,
            "received_by_body_on": received,
            "reply_on": replied,
            "reply": reply,
            "replied_by": "Named person" if reply and dice.chance(55) else None,
            "returned_for_rework_on": plus(replied, 5) if replied and dice.chance(15) else None,
            "accepted_on": plus(replied, 9) if replied and dice.chance(15) else None,
        }

    def close_setting(self, case: Row, advice: list[Row]) -> None:
        """Closures of the case's setting, no two from the same day, about the days on which its head was asked."""
        dice = self.dice
        asked = [x["requested_on"] for x in advice if x["kind"] == "education" and x["requested_on"]]
        if not case["setting_urn"] or not dice.chance(65 if asked else 15):
            return
        for _ in range(dice.pick(1, 1, 2)):
            length = dice.pick(27, 28, 28, 29, 29, 41)
            closed = self.closed_from(asked, length)
            closure = {
                "authority_code": dice.weighted((96, case["authority_code"]), (4, NO_CASES_HERE)),
                "setting_urn": case["setting_urn"],
                "closed_from": closed,
                "reopens_on": dice.weighted((95, plus(closed, length)), (5, None)),
            }
            key = (closure["authority_code"], closure["setting_urn"], closed)
            if key not in self._closures:
                self._closures.add(key)
                self.sheets["closures"].append(closure)

    def closed_from(self, asked: list[date], length: int) -> date:
        dice = self.dice
        if not asked:
            return plus(self.as_of, -dice.between(0, 199))
        day = dice.pick(*asked)
        return dice.weighted(
            (45, plus(day, 7 + dice.pick(*NEAR))),  # asked as the window opens
            (32, plus(day, 7 + dice.pick(*NEAR) - length)),  # and as it shuts
            (13, plus(day, -dice.between(0, length - 7))),
            (10, plus(self.as_of, -dice.between(0, 199))),
        )

    # ------------------------------------------------------------ claims
    def claims(self, case: Row, start: date, orders: list[Row], advice: list[Row]) -> None:
        """Claims for the clocks of a case, some of them for the same clock."""
        dice = self.dice
        targets = self.targets(case, start, orders, advice)
        target = dice.pick(*targets)
        for _ in range(dice.pick(0, 1, 2, 3, 4, 6)):
            if dice.chance(70):
                target = dice.pick(*targets)
            self.sheets["exceptions"].append(self.claim(case, *target))

    @staticmethod
    def targets(
        case: Row, start: date, orders: list[Row], advice: list[Row]
    ) -> list[tuple[str, str, str | None, date, date]]:
        """The clocks to claim for, with their first and last day; oftener those that may be excepted."""
        found = []
        for duty, length in CASE_LENGTHS.items():
            since = case.get("consultation_sent_on") if duty == "reply_to_consultation" else start
            weight = 1 if duty in ("reply_to_consultation", "serve_draft") else 4
            if since:
                found += [("case", duty, None, since, plus(since, length))] * weight
        for request in advice:
            since = request["received_by_body_on"] or request["requested_on"]
            if since:
                found += [("advice", "give_advice", request["kind"], since, plus(since, ADVICE_LENGTH))] * 2
        for order in orders:
            since = order["dated_on"]
            if since:
                lengths = ORDER_LENGTHS[order["requires"]]
                found += [("order", duty, None, since, plus(since, length)) for duty, length in lengths.items()] * 6
        return found

    def claim(self, case: Row, record: str, duty: str, kind: str | None, start: date, due: date) -> Row:
        dice = self.dice
        code = dice.weighted(
            (80, dice.pick(*LIKELY_CODES[record])), (15, dice.pick(*CODES)), (5, dice.pick(*REASONS_FOR_DELAY))
        )
        first, last = self.span(code, start, due)
        claimed = dice.weighted(
            (70, min(plus(due, dice.pick(-10, 0, 1)), self.as_of)),
            (10, self.as_of),
            (12, plus(self.as_of, dice.pick(1, 1, 20))),
            (8, None),
        )
        if claimed and dice.chance(10):
            self._other_days.add(claimed)
        if kind and dice.chance(10):
            kind = dice.pick(None, *ADVICE_KINDS)
        return {
            "authority_code": case["authority_code"],
            "case_ref": case["case_ref"],
            "duty": duty,
            "advice_kind": kind,
            "code": code,
            "from_on": first,
            "to_on": last,
            "facts": dice.weighted((92, "Family abroad; letter on file"), (8, None)),
            "impractical_because": dice.weighted((92, "The child could not be seen"), (8, None)),
            "claimed_on": claimed,
            "family_told_on": claimed if dice.chance(50) else None,
            "approved_by": "Team leader" if dice.chance(50) else None,
        }

    def span(self, code: str, start: date, due: date) -> tuple[date | None, date | None]:
        """From and to of a claim: inside the period, at an end of it, open-ended, without a beginning, inverted."""
        dice = self.dice
        lengths = {"absent_4w": (27, 28, 28, 29), "absent_2w": (13, 14, 14, 15)}
        over = dice.pick(*lengths.get(code, (1, 5, 28))) - 1
        inside, at_end = plus(start, dice.pick(0, 1, 10)), plus(due, dice.pick(*NEAR))
        at_start = plus(start, dice.pick(-1, -1, 0, 0, 1))
        return dice.weighted(
            (35, (inside, plus(inside, over))),
            (20, (at_end, plus(at_end, over))),
            (20, (plus(at_start, -over), at_start)),
            (13, (plus(dice.pick(start, due), dice.pick(-40, -1, 0, 1)), None)),
            (6, (None, dice.pick(None, due))),
            (3, (inside, plus(inside, -dice.pick(1, 3)))),
            (3, (plus(start, -5), plus(due, 5))),
        )
