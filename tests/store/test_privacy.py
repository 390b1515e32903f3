"""Data protection: a purge leaves nothing of a case and lets nothing back in; access shows all of one person."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer import BadParameter

from deployments.commands.doctor import findings
from deployments.commands.privacy import run_purge, run_subject_access
from models.casework.delivery.messages import Words
from models.casework.delivery.undelivered import tell_of_failures
from models.casework.privacy.purging import Due, Purged, due_for_purge, purge
from models.errors import NotFoundError, StoreError
from models.practice.loader import Practices, practice
from models.queries.outbox.outbox import Untold
from models.queries.subject_access import held_on
from models.store import reading, settle_deleted, unit_of_work
from models.tables.all import METADATA
from tests.store.alerting import alert_night, staff
from tests.store.build import (
    TUESDAY,
    a_case,
    a_review,
    a_transfer,
    an_advice,
    an_order,
    counted,
    everything,
    execute,
    night,
    one_of_each,
    stored,
    take,
    write_extract,
)

POLICY = Practices(practice())
LATER = datetime(2034, 6, 1, 12, tzinfo=UTC)
NO_PLAN = {"assess_decision": "N", "assess_decided_on": "2026-02-10"}
WITH_PLAN = {"assess_decision": "Y", "assess_decided_on": "2026-02-10", "final_plan_sent_on": "2026-05-20"}


def due(address: str, as_of: date) -> list[Due]:
    with reading(address) as connection:
        return due_for_purge(connection, POLICY, as_of)


def purge_all(address: str) -> Purged:
    with unit_of_work(address) as connection:
        found = due_for_purge(connection, POLICY, LATER.date())
        return purge(connection, found, POLICY, LATER.date(), now=LATER, by="the test", reason="retention schedule")


def test_an_authority_keeps_its_own_as_long_as_its_own_practice_says(sqlite_database: str, tmp_path: Path) -> None:
    cases = [a_case("C-1", authority_code=code, **NO_PLAN) for code in ("998", "999")]
    take(sqlite_database, write_extract(tmp_path, cases=cases))
    longer = practice().retention.model_copy(update={"cases_without_plan_years": 10})
    own = Practices(practice(), {"998": practice().model_copy(update={"retention": longer})})
    with reading(sqlite_database) as connection:
        assert [x.authority_code for x in due_for_purge(connection, own, date(2032, 2, 11))] == ["999"]
        assert [x.authority_code for x in due_for_purge(connection, own, date(2036, 2, 11))] == ["998", "999"]


def mentions(address: str, words: str) -> list[str]:
    """The tables that hold these words anywhere."""
    return [name for name, rows in everything(address).items() if any(words in str(row) for row in rows)]


@pytest.mark.parametrize(
    ("facts", "as_of", "is_due"),
    [
        pytest.param(NO_PLAN, date(2032, 2, 10), False, id="six years are not quite over"),
        pytest.param(NO_PLAN, date(2032, 2, 11), True, id="six years after the refusal"),
        pytest.param({}, date(2090, 1, 1), False, id="a request that nobody ever decided is open"),
        pytest.param(WITH_PLAN, date(2090, 1, 1), False, id="a plan of somebody whose age is not known"),
        pytest.param(WITH_PLAN | {"birth_date": "2019-05-04"}, date(2050, 5, 4), False, id="a plan, 31 today"),
        pytest.param(WITH_PLAN | {"birth_date": "2019-05-04"}, date(2050, 5, 5), True, id="a plan, past 31"),
    ],
)
def test_a_closed_case_is_kept_as_long_as_the_policy_says(
    sqlite_database: str, tmp_path: Path, facts: dict[str, str], as_of: date, is_due: bool
) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**facts)]))
    assert bool(due(sqlite_database, as_of)) == is_due


def test_a_plan_that_came_after_an_order_or_from_elsewhere_is_a_plan(sqlite_database: str, tmp_path: Path) -> None:
    refs = ("ordered", "reviewed", "moved", "ordered in vain", "refused")
    extract = write_extract(
        tmp_path,
        cases=[a_case(ref, birth_date="2019-05-04", **NO_PLAN) for ref in refs],
        orders=[an_order("ordered", final_plan_sent_on="2026-05-20"), an_order("ordered in vain")],
        reviews=[a_review("reviewed")],
        transfers=[a_transfer("moved")],
    )
    take(sqlite_database, extract)
    assert [x.case_ref for x in due(sqlite_database, date(2050, 5, 4))] == ["ordered in vain", "refused"]
    assert len(due(sqlite_database, date(2050, 5, 5))) == len(refs)


def test_what_happened_to_its_advice_counts_too(sqlite_database: str, tmp_path: Path) -> None:
    extract = write_extract(tmp_path, cases=[a_case(**NO_PLAN)], advice=[an_advice(reply_on="2026-03-30")])
    take(sqlite_database, extract)
    assert due(sqlite_database, date(2032, 3, 30)) == []
    assert [x.last_on for x in due(sqlite_database, date(2032, 3, 31))] == ["2026-03-30"]


def test_nothing_of_a_purged_case_is_left_and_the_others_stand(database: str, tmp_path: Path) -> None:
    sheets = one_of_each("GONE-1")
    sheets["cases"] = [
        a_case("GONE-1", person_ref="P-marked", birth_date="1996-05-04", **NO_PLAN),
        a_case("GONE-10", **NO_PLAN),
        a_case("STAYS"),
    ]
    sheets["advice"].append(an_advice("STAYS"))
    take(database, write_extract(tmp_path, **sheets))
    night(database, "2026-04-01")
    before = stored(database, "chronology", "case_ref", "hash")
    found = purge_all(database)
    assert found.cases == 2
    assert found.chronology == sum(case.startswith("GONE") for case, _ in before)
    assert mentions(database, "GONE") == []
    assert mentions(database, "P-marked") == []
    assert stored(database, "chronology", "case_ref", "hash") == [x for x in before if not x[0].startswith("GONE")]
    assert [x[0] for x in stored(database, "cases", "case_ref")] == ["STAYS"]
    assert all(finding.is_well for finding in findings(date(2026, 4, 1)) if finding.what == "chronology")


def test_the_files_themselves_have_nothing_more_of_a_purged_child(sqlite_database: str, tmp_path: Path) -> None:
    def holding(words: str) -> list[str]:
        file = Path(sqlite_database.removeprefix("sqlite:///"))
        return [x.name for x in sorted(file.parent.glob(f"{file.name}*")) if words.encode() in x.read_bytes()]

    cases = [a_case(f"C-{number}", person_ref=f"P-marked-{number}", **NO_PLAN) for number in range(300)]
    take(sqlite_database, write_extract(tmp_path, cases=cases))
    purge_all(sqlite_database)
    assert holding("P-marked")
    assert settle_deleted(sqlite_database)
    assert holding("P-marked") == []


def test_the_message_that_told_of_one_that_failed_is_emptied_too(sqlite_database: str, tmp_path: Path) -> None:
    people = staff()
    take(sqlite_database, write_extract(tmp_path, cases=[a_case("GONE-1", team="North")], people=people))
    alert_night(sqlite_database, "2026-02-20")
    execute(
        sqlite_database,
        "UPDATE messages SET subject = 'Overdue: GONE-1', text = 'GONE-1', status = 'permanent_failure', why = 'gone'",
    )
    with unit_of_work(sqlite_database) as connection:
        assert tell_of_failures(connection, subjects_of, now=TUESDAY, on=TUESDAY.date())
    refused = write_extract(tmp_path, extracted_at=TUESDAY, cases=[a_case("GONE-1", team="North", **NO_PLAN)])
    take(sqlite_database, refused, now=TUESDAY)
    assert "messages" in mentions(sqlite_database, "GONE-1")
    of_a_year = practice().retention.model_copy(update={"cases_without_plan_years": 1})
    own = Practices(practice().model_copy(update={"retention": of_a_year}))
    a_year_on = datetime(2027, 6, 1, 12, tzinfo=UTC)
    with unit_of_work(sqlite_database) as connection:
        gone = due_for_purge(connection, own, a_year_on.date())
        purge(connection, gone, own, a_year_on.date(), now=a_year_on, by="the test", reason="retention schedule")
    assert mentions(sqlite_database, "GONE-1") == []


def subjects_of(failures: Sequence[Untold], reference: str) -> tuple[Words, str]:
    return Words("could not be delivered", " ".join(x.subject for x in failures), reference), "1"


def test_an_extract_does_not_bring_a_purged_case_back(database: str, tmp_path: Path) -> None:
    sheets = {"cases": [a_case("C-1", **NO_PLAN), a_case("C-2")], "advice": [an_advice("C-1"), an_advice("C-2")]}
    take(database, write_extract(tmp_path, **sheets))
    purge_all(database)
    taken = take(database, write_extract(tmp_path, extracted_at=TUESDAY, **sheets), now=TUESDAY)
    assert taken.purged == 1
    assert taken.rejections == ()
    assert [x[0] for x in stored(database, "cases", "case_ref")] == ["C-2"]
    assert len(stored(database, "advice")) == 1


def test_what_was_set_aside_long_ago_goes_also_when_no_case_is_due(
    sqlite_watched: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    then, at = (datetime(year, 2, 1, 12, tzinfo=UTC) for year in (2024, 2025))
    aside = write_extract(tmp_path, cases=[a_case(), a_case("C-2", birth_date="Zebedee")], extracted_at=then)
    take(sqlite_watched, aside, now=then)
    for is_sure in (False, True):
        run_purge(date(2025, 2, 2), at, by="the test", reason="retention schedule", is_sure=is_sure)
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("No closed case has been held for long enough")
    assert "The words of 0 messages and 1 row set aside at import have been kept for long enough." in said
    assert "Nothing was deleted." in said
    assert counted(sqlite_watched, "quarantine", "privacy_acts") == {"quarantine": 0, "privacy_acts": 1}


@pytest.mark.parametrize("reason", ["", "  "])
def test_nobody_is_shown_what_is_held_without_a_reason(sqlite_watched: str, tmp_path: Path, reason: str) -> None:
    take(sqlite_watched, write_extract(tmp_path, cases=[a_case(person_ref="P-1")]))
    with pytest.raises(BadParameter, match="Say why, for the record"):
        run_subject_access("P-1", LATER, by="the test", reason=reason, as_json=False)
    assert counted(sqlite_watched, "privacy_acts") == {"privacy_acts": 0}


def test_a_purge_is_recorded_without_saying_whose(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1", **NO_PLAN)]))
    purge_all(database)
    assert stored(database, "privacy_acts", "act", "acted_by", "reason", "cases", "chronology") == [
        ("purge", "the test", "retention schedule", 1, 1)
    ]
    assert counted(database, "purged_cases", "purging") == {"purged_cases": 1, "purging": 0}


def test_the_chronology_stays_closed_to_everybody_else(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1", **NO_PLAN), a_case("C-2")]))
    purge_all(database)
    with pytest.raises(StoreError, match="append-only"):
        execute(database, "DELETE FROM chronology WHERE case_ref = 'C-2'")


def test_keys_of_purged_rows_are_not_given_out_again(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1"), a_case("C-2", **NO_PLAN)]))
    highest = max(stored(database, "cases", "id"))
    purge_all(database)
    take(database, write_extract(tmp_path, extracted_at=TUESDAY, cases=[a_case("C-1"), a_case("C-3")]), now=TUESDAY)
    assert min(x for x in stored(database, "cases", "id") if x != (1,)) > highest


def test_access_shows_every_row_on_a_person_and_of_nobody_else(database: str, tmp_path: Path) -> None:
    sheets = one_of_each("C-1")
    sheets["cases"] = [
        a_case("C-1", person_ref="P-1"),
        a_case("C-2", person_ref="P-2"),
        a_case("C-3", person_ref="P-1"),
    ]
    sheets["advice"].append(an_advice("C-2"))
    take(database, write_extract(tmp_path, **sheets))
    night(database, "2026-04-01")
    with reading(database) as connection:
        found = held_on(connection, "P-1")
    assert [row["case_ref"] for row in found["cases"]] == ["C-1", "C-3"]
    of_case = ("advice", "exceptions", "orders", "reviews", "transfers")
    assert {name: len(found[name]) for name in of_case} == dict.fromkeys(of_case, 1)
    assert {row["case_ref"] for row in found["chronology"]} == {"C-1", "C-3"}
    assert "C-2" not in str(found)


def test_access_for_somebody_unknown_says_what_a_reference_is(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path))
    with reading(sqlite_database) as connection, pytest.raises(NotFoundError, match="pseudonymous reference"):
        held_on(connection, "Alex Sample")


def test_every_table_with_a_case_in_it_is_purged_and_shown() -> None:
    """A table added later that hangs on a case must be added to both lists."""
    from models.casework.privacy import purging
    from models.queries import subject_access

    hung = {table.name for table in METADATA.sorted_tables if "case_id" in table.columns}
    named = {
        table.name for table in METADATA.sorted_tables if {"authority_code", "case_ref"} <= set(table.columns.keys())
    }
    assert set(purging.BY_CASE) == hung
    assert set(purging.BY_REFERENCE) == named - {"cases", "purging"}
    assert set(subject_access.BY_CASE) == hung
    assert set(subject_access.BY_REFERENCE) == named - {"cases", "purging"}
