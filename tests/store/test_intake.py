"""Taking in an extract: what is new, what changed, what went away, what was set aside."""

import shutil
from pathlib import Path

import pytest

from models.casework.extracts.intake import OPEN_CASE
from models.importers.reader import read_extract
from models.store import fetch, reading
from tests.store.alerting import evening
from tests.store.build import (
    MONDAY,
    RECORDS,
    TUESDAY,
    WEDNESDAY,
    a_case,
    a_closure,
    a_panel,
    a_person,
    a_review,
    an_advice,
    an_exception,
    an_order,
    chronology,
    clocks_on,
    counted,
    everything,
    night,
    one_of_each,
    stored,
    take,
    write_extract,
)

EXAMPLE_COUNCIL = Path(__file__).parents[1] / "unit/importers/data/example_council"

OF_EACH_IMPORT = ("imports", "quarantine")
"""The tables that say an extract came, whatever was in it."""


def test_the_first_extract_is_all_new(database: str, tmp_path: Path) -> None:
    taken = take(database, write_extract(tmp_path, **one_of_each()))
    assert {name: (x.read, x.added, x.changed, x.removed) for name, x in taken.sheets.items()} == dict.fromkeys(
        RECORDS, (1, 1, 0, 0)
    )
    assert counted(database, *RECORDS) == dict.fromkeys(RECORDS, 1)
    assert taken.rejections == ()
    assert taken.missing_open_cases == 0


def test_the_first_extract_is_written_down_with_its_origin(database: str, tmp_path: Path) -> None:
    taken = take(database, write_extract(tmp_path, **one_of_each()))
    (written,) = stored(
        database, "imports", "source", "authorities", "extracted_at", "imported_at", "imported_by", "read", "added"
    )
    at = "2026-03-02 19:00:00.000000+00:00"
    assert written == ("canonical", "999", at, at, "the test", taken.total.read, taken.total.added)


def test_every_new_record_is_one_entry_of_the_chronology(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, **one_of_each()))
    found = {entry.record: entry for entry in chronology(database)}
    assert set(found) == {
        "case",
        "advice",
        "exception",
        "order",
        "review",
        "transfer",
        "closure",
        "panel",
        "person",
    }
    assert found["case"].changes == {"case_ref": (None, "C-1"), "request_received_on": (None, "2026-01-05")}
    assert found["advice"].record_key == "health:Royal Hospital:1"
    assert [found[x].case_ref for x in ("closure", "panel", "person")] == ["", "", ""]


def test_what_is_not_known_is_null(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case(request_received_on="")], advice=[an_advice(body="")]))
    assert stored(database, "cases", "request_received_on", "team") == [(None, None)]
    assert stored(database, "advice", "reply_on", "body") == [(None, "")]


def test_a_closed_case_has_nothing_more_to_come(database: str, tmp_path: Path) -> None:
    refused = {"assess_decision": "N", "assess_decided_on": "2026-02-10"}
    take(
        database,
        write_extract(
            tmp_path,
            cases=[
                a_case("open"),
                a_case("refused", **refused),
                a_case("refused and then agreed", **refused, assess_agreed_after_refusal_on="2026-02-20"),
                a_case("final", final_plan_sent_on="2026-02-20"),
                a_case("no plan", no_plan_notified_on="2026-02-20"),
                a_case("withdrawn", withdrawn_on="2026-02-20"),
            ],
        ),
    )
    with reading(database) as connection:
        found = fetch(connection, f"SELECT case_ref FROM cases WHERE {OPEN_CASE} ORDER BY case_ref")
    assert [ref for (ref,) in found] == ["open", "refused and then agreed"]


class TestTheSameExtractAgain:
    def test_changes_nothing(self, database: str, tmp_path: Path) -> None:
        extract = write_extract(tmp_path, **one_of_each())
        take(database, extract)
        night(database, "2026-03-02")
        before = everything(database, but=OF_EACH_IMPORT)
        again = take(database, extract, now=TUESDAY)
        assert (again.total.added, again.total.changed, again.total.removed) == (0, 0, 0)
        assert everything(database, but=OF_EACH_IMPORT) == before

    def test_is_written_down_all_the_same(self, sqlite_database: str, tmp_path: Path) -> None:
        extract = write_extract(tmp_path)
        first, second = take(sqlite_database, extract), take(sqlite_database, extract, now=TUESDAY)
        assert [number for (number,) in stored(sqlite_database, "imports", "id")] == [first.import_id, second.import_id]

    def test_in_another_order_of_its_rows_changes_nothing(self, sqlite_database: str, tmp_path: Path) -> None:
        rows = [a_case("C-1"), a_case("C-2")]
        advice = [an_advice("C-1"), an_advice("C-2"), an_advice("C-2", "education")]
        take(sqlite_database, write_extract(tmp_path, cases=rows, advice=advice))
        before = everything(sqlite_database, but=OF_EACH_IMPORT)
        take(sqlite_database, write_extract(tmp_path, cases=rows[::-1], advice=advice[::-1]), now=TUESDAY)
        assert everything(sqlite_database, but=OF_EACH_IMPORT) == before

    def test_changes_nothing_whatever_its_texts_are(self, database: str, tmp_path: Path) -> None:
        texts = ["\\N", "a\\", "a\tb", "a\nb", 'O\'Hara, "Anne"', "a\x01b", "Zoë \u2028 王 \U0001f600", "null", "[]"]
        cases = [a_case(f"C-{number}", officer=text) for number, text in enumerate(texts)]
        advice = [an_advice("C-1", body=text, replied_by=text) for text in ("", *texts)]
        extract = write_extract(tmp_path, cases=cases, advice=advice)
        assert take(database, extract).total.added == len(cases) + len(advice)
        kept = [text.replace("\x01", "") for text in texts]
        assert [officer for (officer,) in stored(database, "cases", "officer")] == kept
        again = take(database, extract, now=TUESDAY).total
        assert (again.added, again.changed, again.removed) == (0, 0, 0)


class TestAChangedFact:
    def test_is_one_entry_and_one_row(self, database: str, tmp_path: Path) -> None:
        cases = [a_case("C-1"), a_case("C-2")]
        take(database, write_extract(tmp_path, cases=cases, advice=[an_advice("C-1"), an_advice("C-2")]))
        before, entries_before = everything(database), chronology(database)
        decided = a_case("C-2", assess_decision="Y", assess_decided_on="2026-02-16")
        tuesdays = write_extract(
            tmp_path,
            extracted_at=TUESDAY,
            cases=[cases[0], decided],
            advice=[an_advice("C-1"), an_advice("C-2")],
        )
        taken = take(database, tuesdays, now=TUESDAY)
        assert (taken.total.added, taken.total.changed, taken.total.removed) == (0, 1, 0)
        *old, new = chronology(database)
        assert old == entries_before
        assert (new.authority_code, new.case_ref, new.record, new.record_key) == ("999", "C-2", "case", "")
        assert new.changes == {"assess_decision": (None, "Y"), "assess_decided_on": (None, "2026-02-16")}
        assert (new.recorded_at, new.recorded_by) == ("2026-03-03 19:00:00.000000+00:00", "the test")
        assert new.source == f"canonical #{taken.import_id}"
        assert stored(database, "advice") == before["advice"]
        first, second = stored(database, "cases")
        assert first == before["cases"][0]
        assert len(set(second) ^ set(before["cases"][1])) >= 2
        assert stored(database, "cases", "assess_decision", "assess_decided_on") == [(None, None), ("Y", "2026-02-16")]

    def test_happened_when_its_latest_date_says(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path))
        take(sqlite_database, write_extract(tmp_path, cases=[a_case(draft_served_on="2026-02-27")]), now=TUESDAY)
        assert stored(sqlite_database, "chronology", "happened_on") == [("2026-01-05",), ("2026-02-27",)]

    def test_may_be_taken_back(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, cases=[a_case(draft_served_on="2026-02-27")]))
        take(sqlite_database, write_extract(tmp_path), now=TUESDAY)
        assert chronology(sqlite_database)[-1].changes == {"draft_served_on": ("2026-02-27", None)}
        assert stored(sqlite_database, "cases", "draft_served_on") == [(None,)]

    @pytest.mark.parametrize(
        ("sheet", "before", "after", "changes"),
        [
            ("advice", an_advice(), an_advice(reply="declined"), {"reply": (None, "declined")}),
            ("exceptions", an_exception(), an_exception(to_on=""), {"to_on": ("2026-02-20", None)}),
            ("orders", an_order(), an_order(notified_on="2026-02-25"), {"notified_on": (None, "2026-02-25")}),
            ("reviews", a_review(), a_review(decision="M"), {"decision": (None, "M")}),
            ("closures", a_closure(), a_closure(reopens_on="2026-09-02"), {"reopens_on": ("2026-09-01", "2026-09-02")}),
            ("people", a_person(), a_person(address="a@b.example"), {"address": (None, "a@b.example")}),
        ],
    )
    def test_of_any_sheet_is_journalled(self, sqlite_database, tmp_path, sheet, before, after, changes) -> None:
        take(sqlite_database, write_extract(tmp_path, **{sheet: [before]}))
        taken = take(sqlite_database, write_extract(tmp_path, **{sheet: [after]}), now=TUESDAY)
        assert (taken.total.added, taken.total.changed, taken.total.removed) == (0, 1, 0)
        assert chronology(sqlite_database)[-1].changes == changes


class TestARowThatWentAway:
    def test_is_removed_with_its_clocks_and_journalled(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, advice=[an_advice(), an_advice(kind="education")]))
        night(database, "2026-03-02")
        take(database, write_extract(tmp_path, extracted_at=TUESDAY, advice=[an_advice()]), now=TUESDAY)
        assert stored(database, "advice", "kind") == [("health",)]
        (health,) = stored(database, "advice", "id")
        assert [row for row in stored(database, "clocks", "duty", "record_id") if row[0] == "give_advice"] == [
            ("give_advice", *health)
        ]
        gone = chronology(database)[-1]
        assert (gone.record, gone.record_key) == ("advice", "education:Royal Hospital:1")
        assert gone.changes["requested_on"] == ("2026-01-30", None)
        assert {after for _, after in gone.changes.values()} == {None}

    def test_is_removed_when_it_was_the_last_of_its_sheet(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, advice=[an_advice()], orders=[an_order()]))
        night(database, "2026-03-02")
        taken = take(database, write_extract(tmp_path, advice=[], orders=[]), now=TUESDAY)
        assert counted(database, "advice", "orders") == {"advice": 0, "orders": 0}
        assert taken.total.removed == 2
        assert not [row for row in stored(database, "clocks", "duty") if "order" in row[0] or "advice" in row[0]]

    def test_stays_when_a_row_of_its_sheet_could_not_be_read(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, advice=[an_advice(), an_advice(kind="education")]))
        unreadable = an_advice(kind="education", requested_on="30 January")
        taken = take(sqlite_database, write_extract(tmp_path, advice=[an_advice(), unreadable]), now=TUESDAY)
        assert [x.value for x in taken.rejections] == ["30 January"]
        assert taken.total.removed == 0
        assert counted(sqlite_database, "advice") == {"advice": 2}

    def test_stays_when_the_unreadable_row_is_in_a_file_of_another_name(
        self, sqlite_database: str, tmp_path: Path
    ) -> None:
        take(sqlite_database, write_extract(tmp_path, advice=[an_advice(), an_advice(kind="education")]))
        unreadable = an_advice(kind="education", requested_on="30 January")
        extract = write_extract(tmp_path, advice=[an_advice(), unreadable])
        (extract / "advice.csv").rename(extract / "Advice.CSV")
        taken = take(sqlite_database, extract, now=TUESDAY)
        assert len(taken.rejections) == 1
        assert taken.total.removed == 0

    def test_stays_when_the_unreadable_row_is_in_a_workbook(self, sqlite_database: str, tmp_path: Path) -> None:
        both = [an_advice(), an_advice(kind="education")]
        take(sqlite_database, write_extract(tmp_path, advice=both))
        unreadable = [an_advice(), an_advice(kind="education", requested_on="30 January")]
        taken = take(sqlite_database, as_workbook(write_extract(tmp_path, advice=unreadable)), now=WEDNESDAY)
        assert len(taken.rejections) == 1
        assert taken.total.removed == 0

    def test_stays_when_the_unreadable_row_is_in_a_file_that_feeds_several_sheets(
        self, sqlite_database: str, tmp_path: Path
    ) -> None:
        shutil.copytree(EXAMPLE_COUNCIL, tmp_path, dirs_exist_ok=True)
        register = tmp_path / "EHCNA_register_2026-01-31.csv"
        register.write_text(register.read_text().replace("31/02/2025", "28/02/2025"))
        assert take(sqlite_database, read_extract(tmp_path, source="example_council")).rejections == ()
        before = stored(sqlite_database, "advice")
        register.write_text(register.read_text().replace("11/04/2025,02/06/2025,Report", "soon,02/06/2025,Report"))
        taken = take(sqlite_database, read_extract(tmp_path, source="example_council"), now=TUESDAY)
        assert [x.value for x in taken.rejections] == ["soon"]
        assert stored(sqlite_database, "advice") == before

    def test_goes_although_another_sheet_had_an_unreadable_row(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, advice=[an_advice(), an_advice(kind="education")]))
        taken = take(
            sqlite_database,
            write_extract(tmp_path, advice=[an_advice()], orders=[an_order(requires="nonsense")]),
            now=TUESDAY,
        )
        assert len(taken.rejections) == 1
        assert taken.sheets["advice"].removed == 1

    def test_stays_when_its_sheet_is_not_in_the_extract(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, **one_of_each()))
        taken = take(sqlite_database, write_extract(tmp_path), now=TUESDAY)
        assert taken.total.removed == 0
        assert counted(sqlite_database, *RECORDS) == dict.fromkeys(RECORDS, 1)

    def test_stays_when_its_case_is_not_in_the_extract(self, sqlite_database: str, tmp_path: Path) -> None:
        cases = [a_case("C-1"), a_case("C-2"), a_case("C-3")]
        take(sqlite_database, write_extract(tmp_path, cases=cases, advice=[an_advice("C-1"), an_advice("C-2")]))
        taken = take(sqlite_database, write_extract(tmp_path, cases=cases[::2], advice=[an_advice("C-1")]), now=TUESDAY)
        assert taken.missing_open_cases == 1
        assert taken.total.removed == 0
        assert counted(sqlite_database, "cases", "advice") == {"cases": 3, "advice": 2}

    def test_may_come_back(self, sqlite_database: str, tmp_path: Path) -> None:
        with_advice = write_extract(tmp_path, cases=[a_case("C-1")], advice=[an_advice(), an_advice(kind="education")])
        take(sqlite_database, with_advice)
        take(sqlite_database, write_extract(tmp_path, advice=[an_advice()]), now=TUESDAY)
        taken = take(sqlite_database, with_advice, now=WEDNESDAY, allow_older=True)
        assert (taken.total.added, taken.total.removed) == (1, 0)
        assert chronology(sqlite_database)[-1].changes["requested_on"] == (None, "2026-01-30")
        assert all(entry.is_sealed for entry in chronology(sqlite_database))

    def test_of_the_authority_as_a_whole_stays(self, sqlite_database: str, tmp_path: Path) -> None:
        both = [a_panel("2026-03-10"), a_panel("2026-03-17")]
        take(sqlite_database, write_extract(tmp_path, panels=both, people=[a_person("A"), a_person("B")]))
        taken = take(sqlite_database, write_extract(tmp_path, panels=both[:1], people=[a_person("A")]), now=TUESDAY)
        assert taken.total.removed == 0
        assert counted(sqlite_database, "panels", "people") == {"panels": 2, "people": 2}


class TestRowsSetAside:
    def test_a_row_without_a_case_says_so(self, database: str, tmp_path: Path) -> None:
        taken = take(
            database, write_extract(tmp_path, advice=[an_advice("C-1"), an_advice("C-9")], orders=[an_order("C-8")])
        )
        assert counted(database, "advice", "orders") == {"advice": 1, "orders": 0}
        assert [(x.file, x.line, x.column, x.value) for x in taken.rejections] == [
            ("advice.csv", 3, "case_ref", "C-9"),
            ("orders.csv", 2, "case_ref", "C-8"),
        ]
        assert taken.rejections[0].reason.startswith("a row of advice; its case is neither in the records nor among")
        assert "Correct the row of the case if that was set aside too" in taken.rejections[0].remedy

    def test_a_row_whose_case_came_before_is_taken(self, sqlite_database: str, tmp_path: Path) -> None:
        cases = [a_case("C-1"), a_case("C-2"), a_case("C-3")]
        take(sqlite_database, write_extract(tmp_path, cases=cases))
        taken = take(sqlite_database, write_extract(tmp_path, cases=cases[:2], advice=[an_advice("C-3")]), now=TUESDAY)
        assert taken.rejections == ()
        assert counted(sqlite_database, "advice") == {"advice": 1}

    def test_all_are_stored_with_the_import(self, database: str, tmp_path: Path) -> None:
        taken = take(
            database,
            write_extract(
                tmp_path,
                cases=[a_case("C-1"), a_case("C-2", request_received_on="yesterday"), a_case("")],
                advice=[an_advice("C-1", kind="magic"), an_advice("C-9")],
            ),
        )
        assert stored(database, "imports", "quarantined") == [(4,)]
        found = stored(database, "quarantine")
        assert [row[0] for row in found] == [1, 2, 3, 4]
        assert [row[1:] for row in found] == [
            (taken.import_id, x.file, x.line, x.column, x.value, x.reason, x.remedy) for x in taken.rejections
        ]
        assert all(row[-1] and row[-2] for row in found)

    def test_a_case_that_cannot_be_read_stays_as_it_was(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, cases=[a_case("C-1"), a_case("C-2"), a_case("C-3")]))
        before = stored(sqlite_database, "cases")
        broken = a_case("C-2", draft_served_on="soon")
        taken = take(
            sqlite_database, write_extract(tmp_path, cases=[a_case("C-1"), broken, a_case("C-3")]), now=TUESDAY
        )
        assert taken.missing_open_cases == 1
        assert stored(sqlite_database, "cases") == before


class TestTwoAuthorities:
    def test_do_not_disturb_each_other(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, **one_of_each("C-1", authority_code="301")))
        night(database, "2026-03-02")
        before = everything(database, but=("imports",))
        taken = take(
            database, write_extract(tmp_path, cases=[a_case(authority_code="302")], advice=[], panels=[]), now=TUESDAY
        )
        assert (taken.total.added, taken.total.changed, taken.total.removed, taken.missing_open_cases) == (1, 0, 0, 0)
        after = everything(database, but=("imports",))
        assert after["cases"][0] == before["cases"][0]
        assert after["chronology"][:-1] == before["chronology"]
        unchanged = set(before) - {"cases", "chronology"}
        assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}

    def test_may_use_the_same_reference(self, database: str, tmp_path: Path) -> None:
        for authority in ("301", "302"):
            take(database, write_extract(tmp_path, **one_of_each("C-1", authority_code=authority)))
        assert counted(database, *RECORDS) == dict.fromkeys(RECORDS, 2)
        changed = write_extract(
            tmp_path,
            cases=[a_case(authority_code="302", withdrawn_on="2026-03-01")],
            advice=[an_advice(authority_code="302", reply="declined")],
        )
        take(database, changed, now=TUESDAY)
        assert stored(database, "cases", "authority_code", "withdrawn_on") == [("301", None), ("302", "2026-03-01")]
        assert [row.reply for row in _advice(database)] == [None, "declined"]
        chains = chronology(database)
        assert all(entry.is_sealed for entry in chains)
        assert [x.record for x in chains if x.authority_code == "302"][-2:] == ["case", "advice"]

    def test_may_come_in_one_extract(self, sqlite_database: str, tmp_path: Path) -> None:
        both = [a_case("C-1", authority_code="301"), a_case("C-1", authority_code="302")]
        advice = [an_advice("C-1", authority_code="301"), an_advice("C-1", authority_code="302")]
        take(sqlite_database, write_extract(tmp_path, cases=both, advice=advice))
        assert stored(sqlite_database, "imports", "authorities") == [("301,302",)]
        taken = take(sqlite_database, write_extract(tmp_path, cases=both, advice=advice[:1]), now=TUESDAY)
        assert taken.total.removed == 1
        assert len({row.authority_code for row in clocks_on(sqlite_database, "2026-03-02")}) == 2


class TestNumbering:
    def test_is_within_the_case_in_the_order_of_the_extract(self, database: str, tmp_path: Path) -> None:
        take(
            database,
            write_extract(
                tmp_path,
                cases=[a_case("C-1"), a_case("C-2")],
                orders=[an_order("C-1", "assess"), an_order("C-2", "amend"), an_order("C-1", "make_plan")],
                exceptions=[an_exception("C-2"), an_exception("C-1"), an_exception("C-1", code="absent_2w")],
                advice=[an_advice("C-1"), an_advice("C-1", "education"), an_advice("C-1", requested_on="2026-02-10")],
            ),
        )
        assert stored(database, "orders", "number", "requires") == [(1, "assess"), (1, "amend"), (2, "make_plan")]
        assert [number for (number,) in stored(database, "exceptions", "number")] == [1, 1, 2]
        assert stored(database, "advice", "kind", "number") == [("health", 1), ("education", 1), ("health", 2)]

    def test_keeps_a_row_apart_from_its_equal(self, sqlite_database: str, tmp_path: Path) -> None:
        extract = write_extract(tmp_path, orders=[an_order(), an_order()])
        taken = take(sqlite_database, extract)
        assert taken.sheets["orders"].added == 2
        assert take(sqlite_database, extract, now=TUESDAY).total.changed == 0

    def test_does_not_move_when_a_row_between_cannot_be_read(self, sqlite_database: str, tmp_path: Path) -> None:
        first, second = an_order(dated_on="2026-02-16"), an_order(dated_on="2026-02-23")
        take(sqlite_database, write_extract(tmp_path, orders=[first, second]))
        before = stored(sqlite_database, "orders")
        unreadable = an_order(dated_on="a Monday")
        taken = take(sqlite_database, write_extract(tmp_path, orders=[unreadable, second]), now=TUESDAY)
        assert (taken.total.changed, taken.total.removed) == (0, 0)
        assert stored(sqlite_database, "orders") == before

    def test_does_not_move_when_a_row_between_has_a_field_too_many(self, sqlite_database: str, tmp_path: Path) -> None:
        both = [an_order(dated_on="2026-02-16"), an_order(dated_on="2026-02-23")]
        take(sqlite_database, write_extract(tmp_path, orders=both))
        before = stored(sqlite_database, "orders")
        extract = write_extract(tmp_path, extracted_at=TUESDAY, orders=both)
        heading, first, second = (extract / "orders.csv").read_text().splitlines()
        (extract / "orders.csv").write_text(f"{heading}\n{first},one too many\n{second}\n")
        take(sqlite_database, extract, now=TUESDAY)
        assert stored(sqlite_database, "orders") == before

    @pytest.mark.parametrize("facts", ["Ill, since Monday", '"Ill" since Monday', "Ill\nsince, Monday"])
    def test_does_not_move_when_a_text_between_is_not_quoted(
        self, sqlite_database: str, tmp_path: Path, facts: str
    ) -> None:
        claims = [an_exception(facts="mark"), an_exception(code="absent_2w")]
        advice = [an_advice(requested_on="2026-02-02", replied_by="mark"), an_advice(requested_on="2026-02-09")]
        sheets = {"exceptions": claims, "advice": advice}
        take(sqlite_database, write_extract(tmp_path, **sheets))
        before = [stored(sqlite_database, table) for table in sheets]
        extract = write_extract(tmp_path, extracted_at=TUESDAY, **sheets)
        for table in sheets:
            file = extract / f"{table}.csv"
            file.write_text(file.read_text().replace("mark", facts))
        taken = take(sqlite_database, extract, now=TUESDAY)
        assert taken.rejections
        assert [stored(sqlite_database, table) for table in sheets] == before

    def test_shows_in_the_clocks(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, orders=[an_order(), an_order(requires="make_plan")]))
        keys = {(row.duty, row.record_key) for row in clocks_on(sqlite_database, "2026-03-02") if row.record == "order"}
        assert ("notify_assessment_after_order", "1") in keys
        assert ("serve_draft_after_order", "2") in keys


def test_a_database_of_a_council_is_taken_in_whole(database: str, tmp_path: Path, council) -> None:
    taken = take(database, council("2026-08-20"), now=evening("2026-08-20"))
    assert taken.rejections == ()
    assert counted(database, *RECORDS) == {name: counts.added for name, counts in taken.sheets.items()}
    again = take(database, council("2026-08-20"), now=evening("2026-08-21"))
    assert (again.total.added, again.total.changed, again.total.removed) == (0, 0, 0)


def _advice(address: str):
    with reading(address) as connection:
        return connection.exec_driver_sql("SELECT reply FROM advice ORDER BY id").all()


def as_workbook(folder: Path) -> Path:
    """The same extract as one workbook."""
    import csv

    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for path in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(path.stem)
        for row in csv.reader(path.open(encoding="utf-8")):
            sheet.append(row)
    found = folder / "extract.xlsx"
    book.save(found)
    return found


class TestPeopleWhoLeft:
    """A list of staff says who is there; who is missing from a newer one left on the day before."""

    def test_are_no_longer_told_anything(self, database: str, tmp_path: Path) -> None:
        both = [a_person("A. Officer"), a_person("B. Leader", role="team_leader")]
        take(database, write_extract(tmp_path, people=both))
        again = write_extract(tmp_path, extracted_at=TUESDAY, people=both[1:])
        assert take(database, again, now=TUESDAY).sheets["people"].changed == 1
        assert stored(database, "people", "name", "to_on") == [("A. Officer", "2026-03-02"), ("B. Leader", None)]
        assert take(database, again, now=TUESDAY).sheets["people"].changed == 0

    def test_are_there_again_when_the_list_has_them_again(self, sqlite_database: str, tmp_path: Path) -> None:
        both = [a_person("A. Officer"), a_person("B. Leader")]
        for moment, people in ((MONDAY, both), (TUESDAY, both[1:]), (WEDNESDAY, both)):
            take(sqlite_database, write_extract(tmp_path, extracted_at=moment, people=people), now=moment)
        assert stored(sqlite_database, "people", "to_on") == [(None,), (None,)]

    def test_a_sheet_with_nobody_means_nothing(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, people=[a_person()]))
        take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY, people=[]), now=TUESDAY)
        assert stored(sqlite_database, "people", "to_on") == [(None,)]

    def test_whoever_left_before_left_then(self, sqlite_database: str, tmp_path: Path) -> None:
        left = a_person("A. Officer", to_on="2026-01-31")
        take(sqlite_database, write_extract(tmp_path, people=[left, a_person("B. Leader")]))
        again = write_extract(tmp_path, extracted_at=TUESDAY, people=[a_person("B. Leader")])
        take(sqlite_database, again, now=TUESDAY)
        assert stored(sqlite_database, "people", "to_on") == [("2026-01-31",), (None,)]
