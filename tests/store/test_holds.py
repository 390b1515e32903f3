"""Answers to alerts, the switch that stops all sending, and families that were told: recorded, or refused in words."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.casework.alerts.family_notices import tell_family
from models.casework.alerts.holds import acknowledge, snooze
from models.casework.delivery.switches import is_sending, switch
from models.casework.recording.recorded import Recorded
from models.errors import RecordingRefusedError
from models.practice.loader import practices
from models.store import reading, unit_of_work
from tests.store.build import a_case, an_advice, an_order, everything, night, stored, take, write_extract

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WHEN = {"by": "A. Officer", "now": NOON, "today": TODAY}


def ack(address: str, duty: str = "send_final_plan", **said: Any) -> Recorded:
    with unit_of_work(address) as connection:
        return acknowledge(connection, practices(), **{"case": "C-1", "duty": duty, **WHEN, **said})


def put_off(address: str, duty: str = "send_final_plan", until_on: str = "2026-03-16", **said: Any) -> Recorded:
    of = {"case": "C-1", "duty": duty, "until_on": until_on, "reason": "the meeting is on the 15th"}
    with unit_of_work(address) as connection:
        return snooze(connection, practices(), **{**of, **WHEN, **said})


def told(address: str, told_on: str = "2026-03-01", **said: Any) -> Recorded:
    with unit_of_work(address) as connection:
        return tell_family(connection, **{"case": "C-1", "told_on": told_on, "how": "phone", **WHEN, **said})


def refused(address: str, work: Callable[..., Any], *args: Any, **said: Any) -> str:
    """The reasons of a refusal, after which nothing has changed."""
    before = everything(address)
    with pytest.raises(RecordingRefusedError, match="Nothing was recorded") as error:
        work(address, *args, **said)
    assert everything(address) == before
    return error.value.why


@pytest.fixture
def council(database: str, tmp_path: Path) -> str:
    """One case being assessed: health was asked of two bodies, education has replied, psychology was never asked."""
    advice = [
        an_advice(),
        an_advice(body="Clinic: North"),
        an_advice(kind="education", body="", reply_on="2026-02-20", reply="advice"),
    ]
    case = a_case(assess_decision="Y", assess_decided_on="2026-02-02")
    take(database, write_extract(tmp_path, cases=[case, a_case("C-2")], advice=advice, orders=[an_order("C-2")]))
    night(database, "2026-03-02")
    return database


class TestAnAcknowledgement:
    def test_keeps_one_clock_silent_for_as_long_as_practice_says(self, council: str) -> None:
        found = ack(council, reason="draft is being written")
        assert found.said == (
            "Case C-1 of authority 999: send_final_plan, due on 2026-05-25, is acknowledged until 2026-03-09, "
            "with that day. If it is still open then, it speaks again."
        )
        (hold,) = stored(council, "holds")
        of_clock = ("acknowledged", "send_final_plan", 1, 1, "2026-01-05", "2026-03-02", "2026-03-09")
        assert hold == (1, *of_clock, "draft is being written", "2026-03-02 12:00:00.000000+00:00", "A. Officer")

    @pytest.mark.parametrize(
        ("duty", "said", "meant"),
        [
            ("send_f", {}, "send_final_plan"),
            ("give", {"advice_kind": "health", "body": "Clinic: North"}, "give_advice"),
            ("give_advice", {"body": "Royal Hospital"}, "give_advice"),
            ("notify_a", {"case": "999/C-2"}, "notify_assessment_after_order"),
            ("ask_for_advice:psych", {}, "ask_for_advice:psychology"),
            ("ask", {"advice_kind": "social_care"}, "ask_for_advice:social_care"),
        ],
    )
    def test_means_a_clock_by_as_little_as_is_needed(
        self, council: str, duty: str, said: dict[str, str], meant: str
    ) -> None:
        ack(council, duty, **said)
        assert stored(council, "holds", "duty") == [(meant,)]

    @pytest.mark.parametrize(
        ("duty", "said", "why"),
        [
            ("send_final_plan", {"case": "C-9"}, "There is no case C-9."),
            ("send_finale_plan", {}, "There is no duty 'send_finale_plan'. Did you mean send_final_plan"),
            (
                "notify_a",
                {},
                (
                    "The case has no clock of notify_assessment_after_order. Open in this case: "
                    "ask_for_advice:psychology, due on"
                ),
            ),
            (
                "give",
                {},
                "Several clocks are meant: give_advice (health Royal Hospital 1), due on 2026-03-13; give_advice",
            ),
            ("serve", {"case": "C-2"}, "The clock is not open"),
            ("give", {"advice_kind": "education"}, "The clock is not open"),
            ("give", {"advice_kind": "social_care"}, "no such clock: there is give_advice (health Royal Hospital 1)"),
            ("ask_for_advice:health", {}, "The case has no clock of ask_for_advice:health"),
            ("send_final_plan", {"by": " "}, "It is not said who"),
        ],
    )
    def test_is_refused(self, council: str, duty: str, said: dict[str, str], why: str) -> None:
        assert why in refused(council, ack, duty, **said)

    def test_names_every_fault_at_once(self, council: str) -> None:
        why = refused(council, put_off, "give", "soon", reason="", by="")
        assert [x in why for x in ("Several", "without a reason", "not a date", "not said who")] == [True] * 4

    def test_is_not_given_twice_and_times_out(self, council: str) -> None:
        ack(council)
        assert "It is acknowledged already, until 2026-03-09." in refused(council, ack)
        assert refused(council, ack, today=date(2026, 3, 9))
        ack(council, today=date(2026, 3, 10))

    def test_does_not_hold_for_advice_asked_again(self, council: str, tmp_path: Path) -> None:
        ack(council, "give", body="Royal Hospital")
        origin = stored(council, "holds", "origin_on")
        assert origin == [("2026-01-30",)]


class TestASnooze:
    def test_puts_one_clock_off_with_a_reason(self, council: str) -> None:
        assert "is snoozed until 2026-03-16" in put_off(council).said
        assert stored(council, "holds", "kind", "until_on", "reason") == [
            ("snoozed", "2026-03-16", "the meeting is on the 15th")
        ]

    @pytest.mark.parametrize(
        ("until_on", "why"),
        [
            ("2026-03-02", "2026-03-02 is not after today"),
            ("2026-02-20", "2026-02-20 is not after today"),
            ("2026-03-31", "more than 28 days: until 2026-03-30"),
            ("16/03/2026", "not a date written as yyyy-mm-dd"),
        ],
    )
    def test_has_an_end_that_is_near(self, council: str, until_on: str, why: str) -> None:
        assert why in refused(council, put_off, until_on=until_on)

    def test_may_go_beyond_what_stands_and_not_within_it(self, council: str) -> None:
        ack(council)
        assert "acknowledged already" in refused(council, put_off, until_on="2026-03-09")
        put_off(council, until_on="2026-03-10")
        assert len(stored(council, "holds")) == 2


class TestTheSwitch:
    def turn(self, address: str, *, is_on: bool, reason: str = "wrong dates went out", by: str = "A. Manager") -> str:
        with unit_of_work(address) as connection:
            return switch(connection, is_on=is_on, reason=reason, by=by, now=NOON)

    def test_stops_all_sending_and_says_who_and_why(self, database: str) -> None:
        for is_on in (False, True):
            assert self.turn(database, is_on=is_on).startswith(f"Sending is {'on' if is_on else 'off'}")
            with reading(database) as connection:
                assert is_sending(connection) is is_on
        at = "2026-03-02 12:00:00.000000+00:00"
        rows = [(number, bool(on), *rest) for number, on, *rest in stored(database, "switches")]
        of = ("wrong dates went out", at, "A. Manager")
        assert rows == [(1, False, *of), (2, True, *of)]

    def test_is_not_turned_without_a_reason_or_in_vain(self, sqlite_database: str) -> None:
        def turn(address: str, **said: Any) -> str:
            return self.turn(address, **said)

        why = refused(sqlite_database, turn, is_on=True, reason="", by="")
        assert [x in why for x in ("not said why", "not said who", "sending is on already")] == [True] * 3


class TestAFamilyTold:
    def test_is_recorded_for_the_plan_where_no_task_was_set(self, council: str) -> None:
        found = told(council)
        assert found.said.endswith("told on 2026-03-01 by phone, before the date of send_final_plan, 2026-05-25.")
        (row,) = stored(council, "family_notices", "duty", "due_on", "told_on", "told_by", "told_how", "why")
        assert row[:5] == ("send_final_plan", "2026-05-25", "2026-03-01", "A. Officer", "phone")
        assert "recorded already that they were told of send_final_plan, due on 2026-05-25: on 2026-03-01" in refused(
            council, told
        )

    def test_does_the_task_that_was_set(self, council: str) -> None:
        self.set_task(council, 1, "send_final_plan", "2026-05-25")
        told(council)
        assert stored(council, "family_notices", "id", "told_on", "why") == [(1, "2026-03-01", "no panel in time")]

    def test_is_put_right_with_a_reason_and_what_was_said_before_is_kept(self, council: str) -> None:
        assert "so there is nothing to put right" in refused(council, told, correct="mistyped")
        told(council, told_on="2026-02-01")
        assert "put it right with a reason" in refused(council, told)
        later = {"now": NOON + timedelta(hours=2), "by": "B. Leader"}
        found = told(council, correct="the month was mistyped", **later)
        assert found.said.endswith("2026-05-25. Until now it was recorded as 2026-02-01.")
        first = ["2026-02-01", "phone", "A. Officer", "2026-03-02 12:00", "B. Leader", "2026-03-02 14:00"]
        ((*now, before),) = stored(council, "family_notices", "told_on", "told_how", "told_by", "said_before")
        assert now == ["2026-03-01", "phone", "B. Leader"]
        assert json.loads(before) == [[*first, "the month was mistyped"]]
        told(council, how="letter", correct="it was a letter", **later)
        ((before,),) = stored(council, "family_notices", "said_before")
        assert [x[0] for x in json.loads(before)] == ["2026-02-01", "2026-03-01"]

    @pytest.mark.parametrize("is_set", [True, False])
    def test_is_of_the_date_as_it_is_now_and_not_of_one_that_was_put_right(self, council: str, *, is_set: bool) -> None:
        self.set_task(council, 1, "send_final_plan", "2026-06-08")
        if is_set:
            self.set_task(council, 2, "send_final_plan", "2026-05-25")
        assert "before the date of send_final_plan, 2026-05-25." in told(council).said
        days = stored(council, "family_notices", "due_on", "told_on")
        assert sorted(days) == [("2026-05-25", "2026-03-01"), ("2026-06-08", None)]
        told(council, told_on="2026-02-27", correct="the day was mistyped")
        assert ("2026-05-25", "2026-02-27") in stored(council, "family_notices", "due_on", "told_on")

    def test_of_several_tasks_says_which(self, council: str) -> None:
        self.set_task(council, 1, "send_final_plan", "2026-05-25")
        self.set_task(council, 2, "decide_whether_to_assess", "2026-02-16")
        assert "several tasks of telling the family: send_final_plan, due on 2026-05-25" in refused(council, told)
        assert "after the date of decide_whether_to_assess" in told(council, duty="decide").said

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"told_on": "2026-03-03"}, "is in the future"),
            ({"told_on": "2026-01-04"}, "before the request, which came on 2026-01-05"),
            ({"told_on": "yesterday"}, "not a date"),
            ({"how": "pigeon"}, "'pigeon' is no way of telling a family. Choose one of: letter"),
            ({"by": ""}, "It is not said who"),
            ({"case": "C-9"}, "There is no case C-9"),
            ({"duty": "amend"}, "The case has no clock of amend"),
        ],
    )
    def test_is_refused(self, council: str, said: dict[str, str], why: str) -> None:
        assert why in refused(council, told, **said)

    def set_task(self, address: str, number: int, duty: str, due_on: str) -> None:
        of = f"{number}, 1, '{duty}', '{due_on}', '2026-02-10', '{due_on}', 'no panel in time'"
        columns = "id, case_id, duty, due_on, predicted_on, tell_by, why"
        with unit_of_work(address) as connection:
            connection.exec_driver_sql(f"INSERT INTO family_notices ({columns}) VALUES ({of})")
