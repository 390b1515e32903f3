"""Facts recorded here: what is refused, what is written, and how they stand against later extracts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.casework.chronology.replay import replay
from models.casework.recording.exceptions import claim_exception
from models.casework.recording.facts import add_panel_date, correct_fact, record_milestone
from models.casework.recording.recorded import Recorded
from models.errors import RecordingRefusedError
from models.queries.held import contradictions, held_facts
from models.queries.scope import Scope
from models.store import fetch, reading, unit_of_work
from tests.store.build import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    Row,
    a_case,
    a_closure,
    a_panel,
    a_review,
    an_advice,
    an_exception,
    an_order,
    chronology,
    clocks_on,
    everything,
    stored,
    take,
    write_extract,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 5, 19, tzinfo=UTC)
TODAY = date(2026, 3, 2)


CHANGES_NOTHING = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is refused is only read, and in the same words; that nothing was written is looked at each time."""


def do(address: str, work: Callable[..., Recorded], *, now: datetime = NOON, **said: Any) -> Recorded:
    when = {} if work is add_panel_date else {"today": TODAY}
    with unit_of_work(address) as connection:
        return work(connection, **{"by": "A. Officer", "now": now, **when, **said})


def milestone(address: str, name: str = "final_plan_sent_on", on: str = "2026-02-27", **said: Any) -> Recorded:
    return do(address, record_milestone, **{"case": "C-1", "milestone": name, "happened_on": on, **said})


def correction(address: str, record: str, column: str, value: str, **said: Any) -> Recorded:
    of = {"case": "C-1", "record": record, "column": column, "value": value, "reason": "typing error"}
    return do(address, correct_fact, **{**of, **said})


def claim(address: str, **said: Any) -> Recorded:
    of = {"case": "C-1", "duty": "send_final_plan", "code": "absent_4w", "from_on": "2026-01-12"}
    why = {"to_on": "2026-02-20", "facts": "abroad", "impractical_because": "nobody could be seen"}
    return do(address, claim_exception, **{**of, **why, **said})


def refused(address: str, work: Callable[..., Recorded], *args: Any, **said: Any) -> str:
    """The reasons of a refusal, after which nothing has changed."""
    before = everything(address)
    with pytest.raises(RecordingRefusedError, match="Nothing was recorded") as error:
        work(address, *args, **said)
    assert everything(address) == before
    assert error.value.exit_code == 15
    return error.value.why


def held(address: str) -> list[tuple[str, str, str, str]]:
    """Each held fact as milestone, value, state, what the extract says."""
    with reading(address) as connection:
        return [(x.milestone, x.value, x.state, x.contradicted_by) for x in held_facts(connection)]


def case_says(address: str, column: str) -> Any:
    return stored(address, "cases", column)[0][0]


@pytest.fixture
def council_of_one(database: str, tmp_path: Path) -> str:
    """A database with one case that is asked for advice and has been decided to assess."""
    take_again(database, tmp_path, now=MONDAY - timedelta(days=1))
    return database


def take_again(address: str, tmp_path: Path, *, now: datetime, case: Row | None = None, **sheets: list[Row]) -> Any:
    known = a_case("C-1", assess_decision="Y", assess_decided_on="2026-02-02", **(case or {}))
    given = {"cases": [known], "advice": [an_advice()], **sheets}
    return take(address, write_extract(tmp_path, extracted_at=now, **given), now=now, allow_older=True)


class TestAMilestone:
    def test_is_in_the_record_the_chronology_and_the_clocks(self, council_of_one: str) -> None:
        found = milestone(council_of_one)
        assert found.said == "Case C-1 of authority 999: final_plan_sent_on 2026-02-27 (was not known)."
        assert case_says(council_of_one, "final_plan_sent_on") == "2026-02-27"
        entry = chronology(council_of_one)[-1]
        assert (entry.record, entry.recorded_by, entry.source) == ("case", "A. Officer", "recorded here")
        assert entry.changes == {"final_plan_sent_on": (None, "2026-02-27")}
        assert stored(council_of_one, "chronology", "happened_on")[-1] == ("2026-02-27",)
        assert all(entry.is_sealed for entry in chronology(council_of_one))
        assert held(council_of_one) == [("final_plan_sent_on", "2026-02-27", "standing", "")]
        (clock,) = [x for x in clocks_on(council_of_one, "2026-03-02") if x.duty == "send_final_plan"]
        assert clock.state == "met"

    def test_of_advice_brings_the_reply_with_it(self, council_of_one: str) -> None:
        said = {"advice_kind": "health", "outcome": "not_known", "replied_by": "Nurse B"}
        found = milestone(council_of_one, "advice: reply_on", "2026-02-20", **said)
        assert "Nurse B" not in found.said
        assert stored(council_of_one, "advice", "reply_on", "reply", "replied_by") == [
            ("2026-02-20", "not_known", "Nurse B")
        ]
        assert [x[0] for x in held(council_of_one)] == ["reply_on", "reply", "replied_by"]
        (clock,) = [x for x in clocks_on(council_of_one, "2026-03-02") if x.duty == "give_advice"]
        assert clock.state == "met"

    def test_of_a_decision_brings_the_outcome_with_it(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path))
        assert "With assess_decided_on say the outcome too: Y, N." in refused(
            database, milestone, "assess_decided_on", "2026-02-02"
        )
        milestone(database, "assess_decided_on", "2026-02-02", outcome="N")
        assert case_says(database, "assess_decision") == "N"

    def test_of_an_order_is_meant_by_its_number_or_its_name(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, orders=[an_order(), an_order(requires="amend")]))
        assert "several of the kind order: 1; 2. Say the number" in refused(
            database, milestone, "order: final_plan_sent_on"
        )
        milestone(database, order_number=2)
        assert stored(database, "orders", "final_plan_sent_on") == [(None,), ("2026-02-27",)]
        assert case_says(database, "final_plan_sent_on") is None

    def test_asks_which_body_and_takes_its_latest_request(self, database: str, tmp_path: Path) -> None:
        twice = [
            an_advice(),
            an_advice(requested_on="2026-02-10"),
            an_advice(body="Clinic"),
            an_advice(kind="education"),
        ]
        take(database, write_extract(tmp_path, advice=twice))
        said = {"name": "received_by_body_on", "on": "2026-02-12"}
        assert "Say the kind of advice" in refused(database, milestone, **said)
        why = refused(database, milestone, **said, advice_kind="health")
        assert "health Royal Hospital 1; health Royal Hospital 2; health Clinic 1. Say the body" in why
        assert "no such advice" in refused(database, milestone, **said, advice_kind="social_care")
        milestone(database, **said, advice_kind="health", body="Royal Hospital")
        assert [x[0] for x in stored(database, "advice", "received_by_body_on")] == [None, "2026-02-12", None, None]

    def test_the_latest_request_is_the_last_of_the_extract_whenever_it_came_in(
        self, sqlite_database: str, tmp_path: Path
    ) -> None:
        first = an_advice(requested_on="30 January")
        take(sqlite_database, write_extract(tmp_path, advice=[first, an_advice(requested_on="2026-02-10")]))
        mended = [an_advice(), an_advice(requested_on="2026-02-10")]
        take(sqlite_database, write_extract(tmp_path, advice=mended, extracted_at=TUESDAY), now=TUESDAY)
        milestone(sqlite_database, "received_by_body_on", "2026-02-12", advice_kind="health")
        assert stored(sqlite_database, "advice", "number", "received_by_body_on") == [(2, "2026-02-12"), (1, None)]

    def test_replaces_what_was_held(self, council_of_one: str) -> None:
        milestone(council_of_one)
        milestone(council_of_one, on="2026-02-26")
        assert [(x[1], x[2]) for x in held(council_of_one)] == [("2026-02-27", "replaced"), ("2026-02-26", "standing")]


class TestRefusals:
    @CHANGES_NOTHING
    def test_of_another_day_than_the_extract_has_say_how_to_correct_it(self, council_of_one: str) -> None:
        why = refused(council_of_one, milestone, "assess_decided_on", "2026-02-20", outcome="Y")
        assert "assess_decided_on is 2026-02-02 already, by the extract: if that is wrong, correct the fact" in why

    @CHANGES_NOTHING
    def test_name_every_fault_at_once(self, council_of_one: str) -> None:
        why = refused(council_of_one, milestone, "final_plan_send_on", "soon", case="C-2", by=" ")
        assert "There is no case C-2." in why
        assert "Did you mean final_plan_sent_on" in why
        assert "It is not said who records it." in why

    @CHANGES_NOTHING
    def test_of_an_unknown_case_name_near_ones(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, cases=[a_case("C-2025-00123"), a_case("C-2026-00999")]))
        assert "Did you mean C-2025-00123?" in refused(database, milestone, case="C-2025-00132")
        assert "Near it: C-2025-00123" in refused(database, milestone, case="00123")

    @pytest.mark.parametrize(
        ("name", "on", "why"),
        [
            ("final_plan_sent_on", "27/02/2026", "not a date written as yyyy-mm-dd"),
            ("final_plan_sent_on", "2026-02-30", "there is no such day"),
            ("final_plan_sent_on", "", "not said when it happened"),
            ("final_plan_sent_on", "2026-03-03", "is in the future: today is 2026-03-02"),
            ("withdrawn_on", "2026-01-04", "is before the request, which came on 2026-01-05"),
            ("final_plan_sent_on", "2026-02-01", "would be before assess_decided_on 2026-02-02, which it must follow"),
            ("request_received_on", "2026-02-03", "assess_decided_on 2026-02-02 is before the request"),
            ("request_received_on", "2026-01-05", "Nothing would change"),
            ("birth_date", "2016-01-05", "There is no milestone 'birth_date'"),
        ],
    )
    @CHANGES_NOTHING
    def test_of_dates(self, council_of_one: str, name: str, on: str, why: str) -> None:
        assert why in refused(council_of_one, milestone, name, on)

    @CHANGES_NOTHING
    def test_of_replies(self, council_of_one: str) -> None:
        reply = {"name": "reply_on", "on": "2026-02-20", "advice_kind": "health"}
        assert "With reply_on say the outcome too" in refused(council_of_one, milestone, **reply)
        assert "only with the name" in refused(council_of_one, milestone, **reply, outcome="not_known")
        assert "is no outcome" in refused(council_of_one, milestone, **reply, outcome="Y")
        assert "An outcome goes with" in refused(council_of_one, milestone, outcome="Y")
        early = {**reply, "on": "2026-01-29", "outcome": "advice"}
        assert "before requested_on 2026-01-30" in refused(council_of_one, milestone, **early)

    @CHANGES_NOTHING
    def test_of_what_does_not_belong_to_the_record(self, council_of_one: str) -> None:
        assert "leave out" in refused(council_of_one, milestone, advice_kind="health")
        assert "The case has no order." in refused(council_of_one, milestone, order_number=1)


class TestACorrection:
    def test_keeps_its_reason(self, council_of_one: str) -> None:
        found = correction(council_of_one, "case", "assess_decided_on", "2026-02-01")
        assert found.said.endswith("assess_decided_on 2026-02-01 (was 2026-02-02).")
        assert chronology(council_of_one)[-1].source == "recorded here, because typing error"

    def test_may_say_that_a_fact_is_not_known(self, council_of_one: str, tmp_path: Path) -> None:
        correction(council_of_one, "case", "assess_decided_on", "")
        assert case_says(council_of_one, "assess_decided_on") is None
        take_again(council_of_one, tmp_path, now=TUESDAY)
        assert case_says(council_of_one, "assess_decided_on") is None
        assert held(council_of_one) == [("assess_decided_on", "", "contradicted", "2026-02-02")]

    def test_reaches_every_kind_of_record(self, database: str, tmp_path: Path) -> None:
        sheets = {"reviews": [a_review(), a_review(number=2)], "exceptions": [an_exception()], "orders": [an_order()]}
        take(database, write_extract(tmp_path, **sheets))
        correction(database, "review", "meeting_on", "2026-05-02", number=2)
        correction(database, "exception", "to_on", "2026-03-20")
        correction(database, "order", "requires", "amend")
        assert stored(database, "reviews", "meeting_on") == [("2026-02-02",), ("2026-05-02",)]
        assert stored(database, "exceptions", "to_on") == [("2026-03-20",)]
        assert stored(database, "orders", "requires") == [("amend",)]

    @pytest.mark.parametrize(
        ("record", "column", "value", "why"),
        [
            ("cases", "draft_served_on", "2026-02-20", "no kind of record 'cases'. Did you mean case?"),
            ("case", "draft_sent_on", "2026-02-20", "no column 'draft_sent_on'. Did you mean"),
            ("case", "case_ref", "C-2", "cannot be corrected"),
            ("case", "assess_decision", "maybe", "it is no code of assess_decision"),
            ("advice", "body", "Clinic", "cannot be corrected"),
            ("case", "in_care", "perhaps", "neither 1 nor 0"),
            ("case", "officer", "", "Nothing would change"),
        ],
    )
    @CHANGES_NOTHING
    def test_is_refused(self, council_of_one: str, record: str, column: str, value: str, why: str) -> None:
        assert why in refused(council_of_one, correction, record, column, value)

    @CHANGES_NOTHING
    def test_needs_a_reason(self, council_of_one: str) -> None:
        assert "needs its reason" in refused(
            council_of_one, correction, "case", "assess_decided_on", "2026-02-01", reason=" "
        )


class TestAClaim:
    def test_holds_at_once_and_is_numbered_out_of_the_way(self, council_of_one: str) -> None:
        found = claim(council_of_one, approved_by="Head", family_told_on="2026-02-20")
        assert found.said == ("Case C-1 of authority 999, exception 1001: absent_4w is claimed for send_final_plan.")
        columns = ("number", "duty", "code", "claimed_on", "approved_by", "family_told_on", "facts")
        assert stored(council_of_one, "exceptions", *columns) == [
            (1001, "send_final_plan", "absent_4w", "2026-03-02", "Head", "2026-02-20", "abroad")
        ]
        (clock,) = [x for x in clocks_on(council_of_one, "2026-08-02") if x.duty == "send_final_plan"]
        assert (clock.state, clock.exception) == ("excepted", "absent_4w")
        assert claim(council_of_one, duty="decide_whether_to_assess").subject.record_key == "1002"

    @CHANGES_NOTHING
    def test_of_what_is_no_exception_names_the_lawful_ones(self, council_of_one: str) -> None:
        why = refused(council_of_one, claim, code="ep_shortage")
        assert "'ep_shortage' is no exception for send_final_plan here: the law allows school_closed_4w" in why
        assert "covid_2020" not in why
        assert "reasons for a delay" in why

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"duty": "send_final_plans"}, "Did you mean send_final_plan"),
            ({"duty": "give_advice", "code": "missed_appointment"}, "say the kind of advice"),
            ({"duty": "give_advice", "advice_kind": "education"}, "no clock of give_advice for education advice"),
            ({"duty": "send_final_plan_after_order"}, "no clock of send_final_plan_after_order"),
            ({"advice_kind": "health"}, "leave out any kind of advice"),
            ({"facts": " "}, "facts is not given"),
            ({"impractical_because": ""}, "impractical_because is not given"),
            ({"from_on": ""}, "from_on is not given"),
            ({"from_on": "2026-03-03", "to_on": ""}, "from_on 2026-03-03 is in the future"),
            ({"to_on": "2026-01-11"}, "to_on 2026-01-11 would be before from_on 2026-01-12"),
            ({"to_on": "2026-01-20"}, "The claim would not hold: it did not last long enough"),
            ({"from_on": "2025-10-01", "to_on": "2025-12-01"}, "does not touch the time from the origin"),
            ({"family_told_on": "2026-03-09"}, "family_told_on 2026-03-09 is in the future"),
        ],
    )
    @CHANGES_NOTHING
    def test_is_refused(self, council_of_one: str, said: dict[str, str], why: str) -> None:
        assert why in refused(council_of_one, claim, **said)

    @CHANGES_NOTHING
    def test_is_not_made_twice(self, council_of_one: str) -> None:
        claim(council_of_one)
        assert "claim 1001 of the case says so already, from 2026-01-12" in refused(council_of_one, claim)

    def test_about_a_closure_is_kept_in_doubt(self, council_of_one: str) -> None:
        found = claim(council_of_one, code="school_closed_4w")
        assert "It does not hold yet: advice was not asked" in found.said

    def test_about_a_closure_that_is_known_is_not_in_doubt(self, database: str, tmp_path: Path) -> None:
        closed = a_closure(closed_from="2026-01-26", reopens_on="2026-03-01")
        cases = [a_case(setting_urn="100001")]
        asked = [an_advice(kind="education", requested_on="2026-01-30")]
        take(database, write_extract(tmp_path, cases=cases, advice=asked, closures=[closed]))
        assert claim(database, code="school_closed_4w", to_on="").said.endswith("for send_final_plan.")

    def test_for_advice_names_its_kind(self, council_of_one: str) -> None:
        said = {"duty": "give_advice", "code": "missed_appointment", "advice_kind": "health"}
        found = claim(council_of_one, **said, from_on="2026-02-11", to_on="2026-02-11")
        assert found.said.endswith("missed_appointment is claimed for give_advice for health advice.")

    def test_stays_when_the_extract_lacks_it(self, council_of_one: str, tmp_path: Path) -> None:
        claim(council_of_one)
        for day, claims in ((TUESDAY, []), (WEDNESDAY, [an_exception(code="exceptional_personal")]), (THURSDAY, [])):
            take_again(council_of_one, tmp_path, now=day, exceptions=claims)
            assert 1001 in [number for (number,) in stored(council_of_one, "exceptions", "number")]
        assert stored(council_of_one, "exceptions", "number") == [(1001,)]
        assert held(council_of_one) == [("claimed_on", "2026-03-02", "standing", "")]

    def test_is_reconciled_when_the_extract_carries_the_same(self, council_of_one: str, tmp_path: Path) -> None:
        claim(council_of_one)
        take_again(council_of_one, tmp_path, now=TUESDAY, exceptions=[an_exception(claimed_on="2026-03-02")])
        assert held(council_of_one) == [("claimed_on", "2026-03-02", "reconciled", "")]
        take_again(council_of_one, tmp_path, now=WEDNESDAY, exceptions=[])
        assert stored(council_of_one, "exceptions", "number") == [(1001,)]


class TestAPanelDate:
    def test_may_lie_ahead_and_stays(self, council_of_one: str, tmp_path: Path) -> None:
        said = {"authority_code": "999", "panel": "SEND panel", "held_on": "2026-04-01"}
        found = do(council_of_one, add_panel_date, **said)
        assert found.said.startswith("SEND panel of authority 999 meets on 2026-04-01.")
        take_again(council_of_one, tmp_path, now=TUESDAY, panels=[a_panel("2026-03-10")])
        assert stored(council_of_one, "panels", "held_on") == [("2026-04-01",), ("2026-03-10",)]
        assert held(council_of_one) == [("held_on", "2026-04-01", "standing", "")]
        take_again(council_of_one, tmp_path, now=WEDNESDAY, panels=[a_panel("2026-04-01")])
        assert held(council_of_one) == [("held_on", "2026-04-01", "reconciled", "")]
        assert len(stored(council_of_one, "panels")) == 2

    @CHANGES_NOTHING
    def test_is_refused(self, council_of_one: str) -> None:
        def add(address: str, **said: str) -> Recorded:
            of = {"authority_code": "999", "panel": "SEND panel", "held_on": "2026-04-01"}
            return do(address, add_panel_date, **{**of, **said})

        why = refused(council_of_one, add, authority_code="998", panel=" ", held_on="soon")
        assert "No case of an authority '998' is held. Did you mean 999?" in why
        assert "panel is not given" in why
        assert "not a date" in why
        add(council_of_one)
        assert "is known already" in refused(council_of_one, add)


class TestAgainstLaterExtracts:
    def test_a_silent_extract_leaves_it_standing(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one)
        entries = len(chronology(council_of_one))
        taken = take_again(council_of_one, tmp_path, now=TUESDAY)
        assert (taken.total.changed, len(chronology(council_of_one))) == (0, entries)
        assert case_says(council_of_one, "final_plan_sent_on") == "2026-02-27"
        assert held(council_of_one)[0][2:] == ("standing", "")

    def test_the_same_reconciles_and_the_extract_governs_again(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one)
        entries = len(chronology(council_of_one))
        take_again(council_of_one, tmp_path, now=TUESDAY, case={"final_plan_sent_on": "2026-02-27"})
        assert len(chronology(council_of_one)) == entries
        assert held(council_of_one)[0][2:] == ("reconciled", "")
        take_again(council_of_one, tmp_path, now=WEDNESDAY, case={"final_plan_sent_on": "2026-02-28"})
        assert case_says(council_of_one, "final_plan_sent_on") == "2026-02-28"

    def test_another_word_is_a_contradiction_and_overwrites_nothing(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one)
        entries = len(chronology(council_of_one))
        for now, said in ((TUESDAY, "2026-02-25"), (WEDNESDAY, "2026-02-26")):
            take_again(council_of_one, tmp_path, now=now, case={"final_plan_sent_on": said})
            assert held(council_of_one)[0][2:] == ("contradicted", said)
            assert case_says(council_of_one, "final_plan_sent_on") == "2026-02-27"
        assert len(chronology(council_of_one)) == entries
        with reading(council_of_one) as connection:
            (found,) = contradictions(connection, Scope("999", "C-1"))
            assert contradictions(connection, Scope("998")) == []
        assert "The extract says: 2026-02-26." in found.in_words
        take_again(council_of_one, tmp_path, now=THURSDAY, case={"final_plan_sent_on": "2026-02-27"})
        assert held(council_of_one)[0][2:] == ("reconciled", "")

    def test_a_contradiction_ends_when_the_extract_falls_silent(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one)
        take_again(council_of_one, tmp_path, now=TUESDAY, case={"final_plan_sent_on": "2026-02-25"})
        take_again(council_of_one, tmp_path, now=WEDNESDAY)
        assert held(council_of_one)[0][2:] == ("standing", "")

    def test_the_word_of_the_extract_can_be_accepted(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one)
        take_again(council_of_one, tmp_path, now=TUESDAY, case={"final_plan_sent_on": "2026-02-25"})
        correction(council_of_one, "case", "final_plan_sent_on", "2026-02-25", now=TUESDAY)
        take_again(council_of_one, tmp_path, now=WEDNESDAY, case={"final_plan_sent_on": "2026-02-25"})
        assert [x[2] for x in held(council_of_one)] == ["replaced", "reconciled"]

    def test_other_facts_of_the_record_follow_the_extract(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one)
        take_again(council_of_one, tmp_path, now=TUESDAY, case={"draft_served_on": "2026-02-20"})
        assert case_says(council_of_one, "draft_served_on") == "2026-02-20"
        assert case_says(council_of_one, "final_plan_sent_on") == "2026-02-27"
        assert chronology(council_of_one)[-1].changes == {"draft_served_on": (None, "2026-02-20")}

    def test_a_record_with_a_held_fact_does_not_go(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one, "received_by_body_on", "2026-02-02", advice_kind="health")
        take_again(council_of_one, tmp_path, now=TUESDAY, advice=[an_advice(kind="education")])
        assert stored(council_of_one, "advice", "kind") == [("health",), ("education",)]
        assert held(council_of_one)[0][2:] == ("contradicted", "no such record")
        correction(council_of_one, "advice", "received_by_body_on", "", advice_kind="health", now=TUESDAY)
        take_again(council_of_one, tmp_path, now=WEDNESDAY, advice=[an_advice(kind="education")])
        assert stored(council_of_one, "advice", "kind") == [("education",)]
        assert held(council_of_one)[-1][2] == "reconciled"

    def test_a_case_that_is_not_in_the_extract_says_nothing(self, database: str, tmp_path: Path) -> None:
        cases = [a_case("C-1"), a_case("C-2"), a_case("C-3")]
        take(database, write_extract(tmp_path, cases=cases, advice=[an_advice()]))
        milestone(database, "received_by_body_on", "2026-02-02", advice_kind="health")
        take(database, write_extract(tmp_path, cases=cases[1:], advice=[], extracted_at=TUESDAY), now=TUESDAY)
        assert held(database)[0][2:] == ("standing", "")
        assert stored(database, "advice", "received_by_body_on") == [("2026-02-02",)]

    def test_a_contradiction_stands_while_the_extract_leaves_the_case_out(
        self, sqlite_database: str, tmp_path: Path
    ) -> None:
        others = [a_case("C-2"), a_case("C-3")]
        take(sqlite_database, write_extract(tmp_path, cases=[a_case("C-1"), *others]))
        milestone(sqlite_database)
        said = [a_case("C-1", final_plan_sent_on="2026-02-25"), *others]
        take(sqlite_database, write_extract(tmp_path, cases=said, extracted_at=TUESDAY), now=TUESDAY)
        take(sqlite_database, write_extract(tmp_path, cases=others, extracted_at=WEDNESDAY), now=WEDNESDAY)
        assert held(sqlite_database)[0][2:] == ("contradicted", "2026-02-25")

    def test_costs_one_query_where_nothing_is_held(
        self, council_of_one: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from models.casework.recording import holding

        asked: list[str] = []

        def counting(connection: Any, sql: str, **values: object) -> list[Any]:
            asked.append(sql)
            return fetch(connection, sql, **values)

        monkeypatch.setattr(holding, "fetch", counting)
        take_again(council_of_one, tmp_path, now=TUESDAY, exceptions=[an_exception()])
        assert len(asked) == 1


class TestReplay:
    def test_rebuilds_what_was_recorded_here(self, council_of_one: str, tmp_path: Path) -> None:
        milestone(council_of_one)
        claim(council_of_one)
        correction(council_of_one, "exception", "to_on", "2026-03-01", number=1001)
        take_again(council_of_one, tmp_path, now=TUESDAY, case={"final_plan_sent_on": "2026-02-25"})
        with reading(council_of_one) as connection:
            with replay(connection, known_at=TUESDAY) as then:
                assert fetch(then, "SELECT final_plan_sent_on FROM cases") == [("2026-02-27",)]
                assert fetch(then, "SELECT number, to_on FROM exceptions") == [(1001, "2026-03-01")]
            with replay(connection, known_at=NOON - timedelta(hours=1)) as then:
                assert fetch(then, "SELECT final_plan_sent_on FROM cases") == [(None,)]
                assert fetch(then, "SELECT number FROM exceptions") == []
