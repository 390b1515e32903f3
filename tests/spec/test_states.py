"""The eight states of a clock, and what wins on the same day."""

from typing import ClassVar

import pytest

from tests.spec.build import a_case, an_advice_request, clock_of, due_on, state_of

title = "States"
law = "Design, section 4.1; *W v Hertfordshire* [2023] EWHC 3138 (Admin) for a change of mind"

DUTY = "send_final_plan"
RECEIVED, DUE, THE_DAY_AFTER = "2025-09-01", "2026-01-19", "2026-01-20"


def test_running_until_the_last_day_and_overdue_from_the_day_after() -> None:
    case = a_case(request_received_on=RECEIVED)
    first, last, late = (clock_of(case, DUTY, day) for day in (RECEIVED, DUE, THE_DAY_AFTER))
    assert (first.state, first.days) == ("running", 140)
    assert (last.state, last.days) == ("running", 0)
    assert (late.state, late.days) == ("overdue", -1)


def test_met_on_the_last_day_and_late_on_the_day_after() -> None:
    in_time = clock_of(a_case(request_received_on=RECEIVED, final_plan_sent_on=DUE), DUTY, "2026-06-01")
    assert (in_time.state, in_time.days, in_time.done_on) == ("met", 0, DUE)
    late = clock_of(a_case(request_received_on=RECEIVED, final_plan_sent_on=THE_DAY_AFTER), DUTY, "2026-06-01")
    assert (late.state, late.days) == ("met_late", -1)


def test_done_on_the_day_it_was_asked() -> None:
    clock = clock_of(a_case(request_received_on=RECEIVED, final_plan_sent_on=RECEIVED), DUTY, "2026-06-01")
    assert (clock.state, clock.days) == ("met", 140)


def test_a_request_not_yet_received_has_no_clock() -> None:
    assert state_of(a_case(request_received_on=RECEIVED), DUTY, "2025-08-31") == "no clock"


def test_only_what_had_happened_by_then_counts() -> None:
    case = a_case(request_received_on=RECEIVED, final_plan_sent_on=DUE, withdrawn_on="2026-03-01")
    assert state_of(case, DUTY, "2026-01-18") == "running"
    assert state_of(case, DUTY, DUE) == "met"


class TestUnknown:
    def test_without_a_request(self) -> None:
        clock = clock_of(a_case(assess_decided_on="2025-10-01"), DUTY, "2026-01-01")
        assert (clock.state, clock.due_on, clock.days) == ("unknown", None, None)

    def test_done_before_it_began(self) -> None:
        clock = clock_of(a_case(request_received_on=RECEIVED, final_plan_sent_on="2025-08-31"), DUTY, "2026-01-01")
        # The due date is still shown: it is the two dates that contradict each other.
        assert (clock.state, clock.due_on, clock.days) == ("unknown", DUE, None)

    def test_before_there_was_such_a_law(self) -> None:
        assert state_of(a_case(request_received_on="2014-08-31"), DUTY, "2015-06-01") == "unknown"
        assert state_of(a_case(request_received_on="2014-09-01"), DUTY, "2014-09-01") == "running"


class TestStopped:
    def test_withdrawn_in_time(self) -> None:
        clock = clock_of(a_case(request_received_on=RECEIVED, withdrawn_on="2025-10-01"), DUTY, "2026-06-01")
        assert (clock.state, clock.days) == ("stopped", 110)

    def test_withdrawn_when_already_late_shows_how_late(self) -> None:
        clock = clock_of(a_case(request_received_on=RECEIVED, withdrawn_on="2026-02-02"), DUTY, "2026-06-01")
        assert (clock.state, clock.days) == ("stopped", -14)

    @pytest.mark.parametrize("duty", ["decide_whether_to_issue", "serve_draft", "send_final_plan"])
    def test_refusing_to_assess_stops_what_would_have_followed(self, duty: str) -> None:
        refused = a_case(request_received_on=RECEIVED, assess_decided_on="2025-10-10", assess_decision="N")
        assert state_of(refused, duty, "2026-06-01") == "stopped"
        assert state_of(refused, "decide_whether_to_assess", "2026-06-01") == "met"


class TestSuperseded:
    def test_an_order_ends_the_original_clocks(self) -> None:
        case = a_case(request_received_on=RECEIVED, orders_dated_on=["2025-12-01"])
        clock = clock_of(case, DUTY, "2026-06-01")
        assert (clock.state, clock.days) == ("superseded", 49)

    def test_an_order_made_when_it_was_already_late(self) -> None:
        case = a_case(request_received_on=RECEIVED, orders_dated_on=["2026-02-02"])
        clock = clock_of(case, DUTY, "2026-06-01")
        assert (clock.state, clock.days) == ("superseded", -14)

    def test_the_first_order_after_the_request_is_the_one_that_counts(self) -> None:
        case = a_case(request_received_on=RECEIVED, orders_dated_on=["2026-02-02", "2025-03-03", "2025-12-01"])
        clock = clock_of(case, DUTY, "2026-06-01")
        assert (clock.state, clock.days) == ("superseded", 49)
        assert state_of(case, DUTY, "2025-11-30") == "running"

    def test_an_order_from_before_the_request_supersedes_nothing(self) -> None:
        case = a_case(request_received_on=RECEIVED, orders_dated_on=["2025-03-03"])
        assert state_of(case, DUTY, "2026-06-01") == "overdue"


class TestAChangeOfMind:
    """The request of *W v Hertfordshire*: 30 December 2022, refused 8 February 2023."""

    REFUSED: ClassVar[dict[str, str]] = {
        "request_received_on": "2022-12-30",
        "assess_decided_on": "2023-02-08",
        "assess_decision": "N",
    }

    def test_without_an_order_the_original_clock_runs_on_as_if_never_stopped(self) -> None:
        case = a_case(**self.REFUSED, assess_agreed_after_refusal_on="2023-05-02")
        assert due_on(case, DUTY) == "2023-05-19"
        assert state_of(case, DUTY, "2023-05-19") == "running"
        assert state_of(case, DUTY, "2023-05-20") == "overdue"

    def test_until_the_mind_changes_it_is_stopped(self) -> None:
        case = a_case(**self.REFUSED, assess_agreed_after_refusal_on="2023-05-02")
        assert state_of(case, DUTY, "2023-05-01") == "stopped"

    def test_it_may_change_on_the_day_of_the_refusal_but_not_before_it(self) -> None:
        same_day = a_case(**self.REFUSED, assess_agreed_after_refusal_on="2023-02-08")
        assert state_of(same_day, DUTY, "2023-03-01") == "running"
        earlier = a_case(**self.REFUSED, assess_agreed_after_refusal_on="2023-02-07")
        assert state_of(earlier, DUTY, "2023-03-01") == "stopped"

    def test_with_an_order_it_is_the_orders_clock_that_runs(self) -> None:
        case = a_case(**self.REFUSED, assess_agreed_after_refusal_on="2023-05-02", orders_dated_on=["2023-05-09"])
        assert state_of(case, DUTY, "2023-06-01") == "stopped"

    def test_the_refusal_met_the_six_weeks_whatever_came_of_it(self) -> None:
        case = a_case(**self.REFUSED, assess_agreed_after_refusal_on="2023-05-02")
        assert due_on(case, "decide_whether_to_assess") == "2023-02-10"
        assert state_of(case, "decide_whether_to_assess", "2023-06-01") == "met"


class TestOnTheSameDay:
    def test_done_wins_over_withdrawn(self) -> None:
        case = a_case(request_received_on=RECEIVED, final_plan_sent_on="2026-01-05", withdrawn_on="2026-01-05")
        assert state_of(case, DUTY, "2026-06-01") == "met"

    def test_done_wins_over_an_order(self) -> None:
        case = a_case(request_received_on=RECEIVED, final_plan_sent_on="2026-01-05", orders_dated_on=["2026-01-05"])
        assert state_of(case, DUTY, "2026-06-01") == "met"

    def test_a_stop_wins_over_an_order(self) -> None:
        case = a_case(request_received_on=RECEIVED, withdrawn_on="2026-01-05", orders_dated_on=["2026-01-05"])
        assert state_of(case, DUTY, "2026-06-01") == "stopped"

    def test_a_day_earlier_wins_over_done(self) -> None:
        case = a_case(request_received_on=RECEIVED, final_plan_sent_on="2026-01-05", withdrawn_on="2026-01-04")
        clock = clock_of(case, DUTY, "2026-06-01")
        assert (clock.state, clock.done_on) == ("stopped", None)

    def test_a_reply_and_a_withdrawal(self) -> None:
        advice = an_advice_request(
            received_by_body_on="2025-10-13", reply_on="2025-11-03", reply="advice", withdrawn_on="2025-11-03"
        )
        assert state_of(advice, "give_advice", "2026-01-01") == "met"
