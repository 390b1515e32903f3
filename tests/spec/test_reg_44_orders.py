"""Orders of the Tribunal, and what the law treats as one."""

import pytest

from tests.spec.build import a_case, a_claim, an_order, clock_of, due_on, state_of

title = "Orders, concessions and mediation agreements"
law = "SEND Regulations 2014, regs 42(2), 44(2) and 45"

PERIODS = [
    ("assess", "notify_assessment_after_order", 2, "2025-06-16"),
    ("assess", "notify_no_plan_after_order", 10, "2025-08-11"),
    ("assess", "send_final_plan_after_order", 14, "2025-09-08"),
    ("make_plan", "serve_draft_after_order", 5, "2025-07-07"),
    ("make_plan", "send_final_plan_after_make_order", 11, "2025-08-18"),
    ("amend", "amend_plan_after_order", 5, "2025-07-07"),
    ("name_setting", "name_setting_after_order", 2, "2025-06-16"),
    ("reconsider", "reconsider_after_order", 2, "2025-06-16"),
    ("maintain_and_amend", "amend_maintained_plan_after_order", 5, "2025-07-07"),
]
KINDS = ["tribunal_order", "reg45_notice", "mediation_agreement", None]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("requires", "duty", "weeks", "last_day"), PERIODS)
def test_the_periods_run_from_the_order_the_notice_or_the_agreement(
    requires: str, duty: str, weeks: int, last_day: str, kind: str | None
) -> None:
    assert due_on(an_order(requires, kind=kind, dated_on="2025-06-02"), duty) == last_day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("tribunal_order", "reg 44(2)(b)"), ("reg45_notice", "reg 45(3)"), ("mediation_agreement", "reg 42(2)")],
)
def test_each_cites_its_own_provision(kind: str, words: str) -> None:
    clock = clock_of(
        an_order("assess", kind=kind, dated_on="2025-06-02"), "notify_assessment_after_order", "2025-06-03"
    )
    assert words in clock.cite


def test_a_written_mediation_agreement_may_name_another_date() -> None:
    agreed = an_order("assess", kind="mediation_agreement", dated_on="2025-06-02", agreed_timescale_on="2025-10-31")
    assert due_on(agreed, "send_final_plan_after_order") == "2025-10-31"
    # An order cannot be bargained away.
    ordered = an_order("assess", dated_on="2025-06-02", agreed_timescale_on="2025-10-31")
    assert due_on(ordered, "send_final_plan_after_order") == "2025-09-08"


def test_an_order_has_only_the_duties_it_requires() -> None:
    assert state_of(an_order("amend", dated_on="2025-06-02"), "send_final_plan_after_order", "2025-12-01") == "no clock"


def test_ten_weeks_bind_only_a_decision_not_to_issue() -> None:
    order = an_order("assess", dated_on="2025-06-02", draft_served_on="2025-08-01")
    assert state_of(order, "notify_no_plan_after_order", "2025-12-01") == "stopped"
    order = an_order("assess", dated_on="2025-06-02", no_plan_notified_on="2025-08-11")
    assert state_of(order, "notify_no_plan_after_order", "2025-12-01") == "met"
    assert state_of(order, "send_final_plan_after_order", "2025-12-01") == "stopped"


def test_withdrawing_the_case_stops_an_order_to_assess_but_not_an_order_to_make_a_plan() -> None:
    assess = an_order("assess", dated_on="2025-06-02", withdrawn_on="2025-06-10")
    assert state_of(assess, "notify_assessment_after_order", "2025-12-01") == "stopped"
    make = an_order("make_plan", dated_on="2025-06-02", withdrawn_on="2025-06-10")
    assert state_of(make, "serve_draft_after_order", "2025-12-01") == "overdue"


@pytest.mark.parametrize(
    ("requires", "duty"), [("cease", "cease_plan_after_dismissal"), ("maintain", "maintain_plan_after_order")]
)
def test_immediately_is_the_day_of_the_order(requires: str, duty: str) -> None:
    order = an_order(requires, dated_on="2025-06-02")
    assert due_on(order, duty) == "2025-06-02"
    assert state_of(order, duty, "2025-06-03") == "overdue"


def test_a_recommendation_is_answered_in_five_weeks() -> None:
    assert due_on(an_order("recommendation", dated_on="2025-06-02"), "respond_to_recommendation") == "2025-07-07"


@pytest.mark.parametrize("code", ["exceptional_personal", "absent_2w", "absent_4w"])
def test_an_order_knows_a_shorter_absence(code: str) -> None:
    claim = a_claim(code, from_on="2025-06-09", to_on="2025-07-06")
    order = an_order("assess", dated_on="2025-06-02", claims=[claim])
    clock = clock_of(order, "send_final_plan_after_order", "2025-10-01")
    assert (clock.state, clock.exception) == ("excepted", code)


def test_two_weeks_away_are_enough_for_an_order_and_not_for_the_twenty_weeks() -> None:
    away = a_claim("absent_2w", from_on="2025-06-09", to_on="2025-06-22")
    assert (
        state_of(an_order("amend", dated_on="2025-06-02", claims=[away]), "amend_plan_after_order", "2025-08-01")
        == "excepted"
    )
    thirteen_days = a_claim("absent_2w", from_on="2025-06-09", to_on="2025-06-21")
    order = an_order("amend", dated_on="2025-06-02", claims=[thirteen_days])
    assert state_of(order, "amend_plan_after_order", "2025-08-01") == "overdue"
    case = a_case(request_received_on="2025-03-03", claims=[away])
    assert state_of(case, "send_final_plan", "2025-08-01") == "overdue"


@pytest.mark.parametrize(
    ("requires", "duty"), [("assess", "notify_assessment_after_order"), ("reconsider", "reconsider_after_order")]
)
def test_no_exception_reaches_the_two_weeks_to_say_so(requires: str, duty: str) -> None:
    claim = a_claim("exceptional_personal", from_on="2025-06-03")
    assert state_of(an_order(requires, dated_on="2025-06-02", claims=[claim]), duty, "2025-07-01") == "overdue"


@pytest.mark.parametrize(
    ("requires", "duty", "in_2014", "from_2015"),
    [
        ("assess", "notify_assessment_after_order", "2015-04-19", "2015-04-06"),
        ("make_plan", "send_final_plan_after_make_order", "2015-04-19", "2015-06-08"),
        ("amend", "amend_plan_after_order", "2015-04-19", "2015-04-27"),
        ("name_setting", "name_setting_after_order", "2015-04-19", "2015-04-06"),
    ],
)
def test_a_concession_had_four_weeks_until_23_march_2015(
    requires: str, duty: str, in_2014: str, from_2015: str
) -> None:
    # SI 2015/359 replaced the words of reg 45; the day before and the day of the change.
    assert due_on(an_order(requires, kind="reg45_notice", dated_on="2015-03-22"), duty) == in_2014
    assert due_on(an_order(requires, kind="reg45_notice", dated_on="2015-03-23"), duty) == from_2015


@pytest.mark.parametrize("duty", ["notify_no_plan_after_order", "send_final_plan_after_order"])
def test_a_concession_of_2014_had_no_ten_or_fourteen_weeks(duty: str) -> None:
    concession = an_order("assess", kind="reg45_notice", dated_on="2015-03-22")
    assert state_of(concession, duty, "2015-03-23") == "unknown"


def test_an_order_of_2014_is_not_a_concession_of_2014() -> None:
    assert due_on(an_order("amend", dated_on="2014-12-01"), "amend_plan_after_order") == "2015-01-05"
