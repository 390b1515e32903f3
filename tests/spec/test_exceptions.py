"""What disapplies a limit, and what never does."""

from collections.abc import Mapping
from typing import ClassVar

import pytest

from models.statute.register import load_register
from tests.spec.build import a_case, a_claim, an_advice_request, clock_of, days_after, due_on, state_of

title = "Exceptions"
law = "SEND Regulations 2014, regs 5(4), 8(2), 10(4), 13(3), 27(3), 44(3) and 45"

RECEIVED = "2026-05-04"
SIX_WEEKS, SIXTEEN_WEEKS, TWENTY_WEEKS = "2026-06-15", "2026-08-24", "2026-09-21"
CLOSURE = {"closed_from": "2026-07-23", "reopens_on": "2026-09-02"}


def state_with(claim_of: Mapping[str, object], duty: str = "send_final_plan", as_of: str = "2026-11-01") -> str:
    """The state of a case received on 4 May 2026 with one claim."""
    claim = a_claim(**claim_of)  # type: ignore[arg-type]
    return state_of(a_case(request_received_on=RECEIVED, claims=[claim]), duty, as_of)


class TestEffect:
    def test_the_limit_is_disapplied_and_no_new_date_is_set(self) -> None:
        claim = a_claim("exceptional_personal", from_on="2026-06-01", to_on="2026-06-20")
        clock = clock_of(a_case(request_received_on=RECEIVED, claims=[claim]), "send_final_plan", "2026-10-01")
        assert (clock.state, clock.exception) == ("excepted", "exceptional_personal")
        # The due date stays where it was, and the days go on counting: "as soon as practicable" remains.
        assert (clock.due_on, clock.days) == (TWENTY_WEEKS, -10)

    def test_it_shows_only_once_the_date_has_passed(self) -> None:
        claim = {"code": "exceptional_personal", "from_on": "2026-06-01"}
        assert state_with(claim, as_of=TWENTY_WEEKS) == "running"
        assert state_with(claim, as_of=days_after(TWENTY_WEEKS, 1)) == "excepted"

    def test_a_plan_sent_late_is_excepted_and_one_in_time_is_simply_met(self) -> None:
        claim = a_claim("exceptional_personal", from_on="2026-06-01")
        late = a_case(request_received_on=RECEIVED, final_plan_sent_on="2026-10-12", claims=[claim])
        assert state_of(late, "send_final_plan", "2026-11-01") == "excepted"
        in_time = a_case(request_received_on=RECEIVED, final_plan_sent_on=TWENTY_WEEKS, claims=[claim])
        assert state_of(in_time, "send_final_plan", "2026-11-01") == "met"

    def test_each_limit_is_tested_alone(self) -> None:
        claim = a_claim(
            "exceptional_personal", duty="decide_whether_to_assess", from_on="2026-06-01", to_on="2026-06-20"
        )
        case = a_case(request_received_on=RECEIVED, assess_decided_on="2026-07-20", assess_decision="Y", claims=[claim])
        assert state_of(case, "decide_whether_to_assess", "2026-11-01") == "excepted"
        # A decision five weeks late leaves the sixteen and the twenty weeks exactly where they were.
        assert due_on(case, "decide_whether_to_issue") == SIXTEEN_WEEKS
        assert state_of(case, "send_final_plan", "2026-11-01") == "overdue"

    def test_it_never_revives_a_clock_that_was_stopped(self) -> None:
        claim = a_claim("exceptional_personal", from_on="2026-06-01")
        case = a_case(request_received_on=RECEIVED, withdrawn_on="2026-10-01", claims=[claim])
        assert state_of(case, "send_final_plan", "2026-11-01") == "stopped"


class TestAClaim:
    COMPLETE: ClassVar[dict[str, object]] = {
        "code": "exceptional_personal",
        "from_on": "2026-06-01",
        "to_on": "2026-06-20",
    }

    def test_holds_when_it_is_complete(self) -> None:
        assert state_with(self.COMPLETE) == "excepted"

    @pytest.mark.parametrize(
        ("missing", "why"),
        [
            ({"facts": False}, "without facts it is a reason for delay"),
            ({"impractical_because": False}, "the fact must have made the limit impractical"),
            ({"from_on": None}, "nobody can say whether it touched the period"),
            ({"claimed_on": "2026-12-01"}, "not claimed yet on the day of asking"),
            ({"claimed_on": None}, "nobody has claimed it"),
            ({"from_on": "2026-09-22", "to_on": "2026-10-30"}, "it began after the limit had passed"),
            ({"from_on": "2026-04-01", "to_on": "2026-05-03"}, "it was over before the request came"),
        ],
    )
    def test_fails_when_something_is_missing(self, missing: dict[str, object], why: str) -> None:
        assert state_with(self.COMPLETE | missing) == "overdue", why

    def test_may_touch_the_period_at_either_end(self) -> None:
        assert state_with(self.COMPLETE | {"from_on": TWENTY_WEEKS, "to_on": None}) == "excepted"
        assert state_with(self.COMPLETE | {"from_on": "2026-04-01", "to_on": RECEIVED}) == "excepted"

    def test_may_be_open_ended(self) -> None:
        assert state_with(self.COMPLETE | {"to_on": None}) == "excepted"

    @pytest.mark.parametrize(
        "code", ["ep_shortage", "staff_leave", "no_placement", "summer_holiday", "missed_appointment", "absent_2w"]
    )
    def test_of_anything_not_listed_is_a_reason_for_delay_and_no_exception(self, code: str) -> None:
        # "hard edged legal duties": a shortage of psychologists or a panel date disapplies nothing.
        assert state_with(self.COMPLETE | {"code": code}) == "overdue"

    def test_that_holds_is_found_among_others_that_do_not(self) -> None:
        claims = [
            a_claim("ep_shortage", from_on="2026-06-01"),
            a_claim("absent_4w", from_on="2026-06-01", to_on="2026-06-28"),
        ]
        clock = clock_of(a_case(request_received_on=RECEIVED, claims=claims), "send_final_plan", "2026-11-01")
        assert (clock.state, clock.exception) == ("excepted", "absent_4w")

    def test_made_first_is_the_one_shown(self) -> None:
        claims = [a_claim("exceptional_personal", from_on="2026-06-01"), a_claim("absent_4w", from_on="2026-06-01")]
        clock = clock_of(a_case(request_received_on=RECEIVED, claims=claims), "send_final_plan", "2026-11-01")
        assert clock.exception == "exceptional_personal"


class TestAbsence:
    def test_lasts_at_least_28_days_with_both_ends_counted(self) -> None:
        away = {"code": "absent_4w", "from_on": "2026-06-01"}
        assert state_with(away | {"to_on": "2026-06-28"}) == "excepted"
        assert state_with(away | {"to_on": "2026-06-27"}) == "overdue"


class TestSchoolClosure:
    """Closed from 23 July 2026, open again on 2 September: the window is 16 July to 26 August, both days in it."""

    @pytest.mark.parametrize(
        ("asked", "state"),
        [
            ("2026-07-15", "overdue"),
            ("2026-07-16", "excepted"),
            ("2026-08-10", "excepted"),
            ("2026-08-26", "excepted"),
            ("2026-08-27", "overdue"),
            (None, "overdue"),
        ],
    )
    def test_turns_on_when_the_head_was_asked(self, asked: str | None, state: str) -> None:
        assert state_with({"code": "school_closed_4w", "asked_on": asked, **CLOSURE}) == state

    @pytest.mark.parametrize(
        ("closed_from", "reopens_on", "state"),
        [
            ("2026-07-23", "2026-08-20", "excepted"),
            # Twenty-seven days, as the weeks of Christmas or Easter always are fewer, are not enough.
            ("2026-07-23", "2026-08-19", "overdue"),
            ("2025-12-20", "2026-01-05", "overdue"),
            (None, "2026-09-02", "overdue"),
            ("2026-07-23", None, "overdue"),
        ],
    )
    def test_lasts_at_least_28_days(self, closed_from: str | None, reopens_on: str | None, state: str) -> None:
        claim = {
            "code": "school_closed_4w",
            "asked_on": "2026-07-20",
            "closed_from": closed_from,
            "reopens_on": reopens_on,
        }
        assert state_with(claim) == state

    def test_does_not_ask_whether_the_limit_itself_ends_in_the_holidays(self) -> None:
        claim = {"code": "school_closed_4w", "asked_on": "2026-07-20", **CLOSURE}
        assert state_with(claim, "decide_whether_to_issue") == "excepted"
        assert state_with(claim, "send_final_plan") == "excepted"

    def test_early_years_providers_have_the_same_window(self) -> None:
        assert state_with({"code": "early_years_closed_4w", "asked_on": "2026-07-16", **CLOSURE}) == "excepted"


LISTED = {
    "notify_no_provision_needed": set(),
    "decide_whether_to_assess": {"school_closed_4w", "early_years_closed_4w", "exceptional_personal", "absent_4w"},
    "give_advice": {"exceptional_personal", "absent_4w", "missed_appointment"},
    "give_reassessment_advice": {"exceptional_personal", "absent_4w", "missed_appointment"},
    "decide_whether_to_issue": {"school_closed_4w", "early_years_closed_4w", "exceptional_personal", "absent_4w"},
    "send_final_plan": {"school_closed_4w", "early_years_closed_4w", "exceptional_personal", "absent_4w"},
    "send_final_plan_after_reassessment": {
        "school_closed_4w",
        "early_years_closed_4w",
        "exceptional_personal",
        "absent_4w",
    },
}
AFTER_AN_ORDER = {"exceptional_personal", "absent_2w", "school_closed_4w", "early_years_closed_4w", "absent_4w"}


def test_which_limit_allows_which_exception() -> None:
    """The table of the law, whole: a limit that is not in it allows nothing outside the summer of 2020."""
    register = load_register()
    for duty in register.duties:
        for limit in duty.limits:
            codes = {allowed.code for allowed in limit.exceptions} - {"covid_2020"}
            if duty.record == "order":
                assert codes in (set(), AFTER_AN_ORDER), duty.key
            else:
                assert codes == LISTED.get(duty.key, set()), duty.key


def test_an_appointment_missed_excuses_only_the_body_that_made_it() -> None:
    missed = a_claim("missed_appointment", from_on="2026-06-01", to_on="2026-06-01")
    advice = an_advice_request("psychology", received_by_body_on=RECEIVED, claims=[missed])
    assert state_of(advice, "give_advice", "2026-07-01") == "excepted"
    assert state_with({"code": "missed_appointment", "from_on": "2026-06-01"}) == "overdue"
