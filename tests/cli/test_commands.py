"""What each command answers a person, and a program."""

import csv
import io
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.cli import app
from models.errors import SettingsError
from models.store import engine
from tests.cli.conftest import Home, Ran
from tests.store.build import (
    a_case,
    an_advice,
    an_exception,
    an_order,
    execute,
    one_of_each,
    take,
    whole_night,
    write_extract,
)

COLUMNS = (
    "authority_code,case_ref,record,record_key,duty,stage,statutory,origin_on,due_on,act_by,done_on,state,days,"
    "exception,citation"
)
"""Design section 10; other programs read it."""

CASES = [
    a_case("C-1", authority_code="301"),
    a_case("C-1", authority_code="302"),
    a_case("EHC/2026/7", authority_code="301", assess_decision="Y", assess_decided_on="2026-02-27"),
]
ADVICE = [an_advice("EHC/2026/7", authority_code="301")]
CLAIMS = [an_exception("EHC/2026/7", authority_code="301")]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Ran]:
    """A home with the records of two authorities, and what their import told a program; only read by the tests."""
    folder = tmp_path_factory.mktemp("council")
    (folder / "home").mkdir()
    found = Home(folder / "home")
    orphan = an_order("C-9", authority_code="301")
    extract = write_extract(folder, cases=CASES, advice=ADVICE, exceptions=CLAIMS, orders=[orphan])
    return found, found.ehc("import", extract, "--json")


@pytest.fixture
def council(imported: tuple[Home, Ran]) -> Home:
    """The home with those records."""
    return imported[0]


def refused(ran: Ran, code: int) -> str:
    """The words of a command that did not do what was asked: on the error channel, and no traceback."""
    assert ran.code == code, ran
    assert ran.out == ""
    assert "Traceback" not in ran.err
    return ran.err


class TestImport:
    def test_tells_a_person_what_it_did(self, home: Home, tmp_path: Path) -> None:
        cases = [a_case("C-1"), a_case("C-2", request_received_on="soon")]
        extract = write_extract(tmp_path, cases=cases, unknown_columns={"cases": {"Child forename": "Zebedee"}})
        ran = home.ehc("import", extract)
        assert ran.code == 0
        assert "Import 1" in ran.out
        assert "columns not in the contract were dropped: Child forename" in ran.out
        assert "set aside" in ran.out
        assert "cases.csv, line 3, request_received_on: soon\n    It is not a date written as yyyy-mm-dd." in ran.out
        assert "Zebedee" not in ran.out + ran.err

    def test_tells_a_program_what_it_did(self, imported: tuple[Home, Ran]) -> None:
        _, ran = imported
        assert ran.code == 0, ran.err
        found = json.loads(ran.out)
        assert found["import"] == 1
        assert found["authorities"] == ["301", "302"]
        assert found["sheets"]["cases"] == {"read": 3, "added": 3, "changed": 0, "removed": 0}
        assert [x["value"] for x in found["quarantined"]] == ["C-9"]

    def test_refuses_what_is_no_extract(self, home: Home, tmp_path: Path) -> None:
        words = refused(home.ehc("import", tmp_path / "nothing"), 11)
        assert "there is no extract at this path" in words
        assert "remedy:" in words
        assert not (home.path / "ehc.db").exists()


class TestClocks:
    def test_as_csv_has_the_columns_other_programs_read(self, council: Home) -> None:
        ran = council.ehc("clocks", "--as-of", "2026-03-02", "--format", "csv")
        assert ran.code == 0
        assert ran.out.splitlines()[0] == COLUMNS
        rows = list(csv.DictReader(io.StringIO(ran.out)))
        assert {(row["authority_code"], row["case_ref"]) for row in rows} == {
            ("301", "C-1"),
            ("302", "C-1"),
            ("301", "EHC/2026/7"),
        }
        (decide,) = (x for x in rows if x["duty"] == "decide_whether_to_assess" and x["case_ref"] == "EHC/2026/7")
        assert decide["origin_on"] == "2026-01-05"
        assert (decide["due_on"], decide["done_on"]) == ("2026-02-16", "2026-02-27")
        assert (decide["state"], decide["days"], decide["statutory"]) == ("met_late", "-11", "1")
        assert "reg 5(1)" in decide["citation"]

    def test_as_json_says_the_same(self, council: Home) -> None:
        ran = council.ehc("clocks", "--as-of", "2026-03-02", "--format", "json", "--case", "302/C-1")
        found = json.loads(ran.out)
        assert {(row["authority_code"], row["case_ref"]) for row in found} == {("302", "C-1")}
        assert all(list(row) == COLUMNS.split(",") for row in found)

    def test_as_a_table_is_for_a_person(self, council: Home) -> None:
        ran = council.ehc("clocks", "--as-of", "2026-03-02")
        assert ran.code == 0
        (line,) = (x for x in ran.out.splitlines() if "EHC/2026/7" in x and "decide whether to assess" in x)
        for words in ("301/EHC/2026/7", "2026-02-16", "2026-02-13", "met late", "11"):
            assert words in line

    def test_may_be_cut_short_by_whoever_reads_them(self, council: Home) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        ran = council.ehc("clocks", "--format", "csv", stdout=writer)
        os.close(writer)
        assert "Traceback" not in ran.err
        assert "BrokenPipe" not in ran.err

    def test_of_an_empty_database_says_how_to_begin(self, home: Home) -> None:
        words = refused(home.ehc("clocks"), 13)
        assert words.startswith("There is nothing in the database yet.")
        assert "ehc import" in words
        assert not list(home.path.iterdir()), "a look made something"


class TestExplain:
    def test_tells_a_person_why(self, council: Home) -> None:
        ran = council.ehc("explain", "EHC/2026/7", "--as-of", "2026-03-02")
        assert ran.code == 0
        assert "Case EHC/2026/7 of authority 301" in ran.out
        for words in ("reg 5(1)", "2026-01-05", "canonical #1, recorded", "absent_4w", "legislation.gov.uk"):
            assert words in ran.out

    def test_tells_a_program_why(self, council: Home) -> None:
        ran = council.ehc("explain", "301/EHC/2026/7", "--as-of", "2026-03-02", "--json")
        found = json.loads(ran.out)
        assert (found["authority_code"], found["case_ref"], found["as_of"]) == ("301", "EHC/2026/7", "2026-03-02")
        clocks = {x["duty"]: x for x in found["clocks"]}
        assert all(x["cite"] and x["href"].startswith("https://") and x["outcome"] for x in clocks.values())
        assert clocks["give_advice"]["record_key"] == "health"
        assert "recorded" in clocks["decide_whether_to_assess"]["origin_source"]
        assert [x["holds"] for x in clocks["send_final_plan"]["exceptions_tried"]] == [True]

    def test_tells_what_was_known_at_a_moment(self, council: Home) -> None:
        asked = ("EHC/2026/7", "--as-of", "2026-03-02", "--known-at")
        words = refused(council.ehc("explain", *asked, "2026-03-02"), 12)
        assert words.startswith("Case EHC/2026/7 was not known at 2026-03-02 23:59 GMT.")
        ran = council.ehc("explain", *asked, "2099-01-01T00:00")
        assert "from what was known at 2099-01-01 00:00 UTC" in ran.out
        assert "canonical #1, recorded" in ran.out
        of_case = ("clocks", "--as-of", "2026-03-02", "--format", "csv", "--case", "EHC/2026/7")
        assert council.ehc(*of_case, "--known-at", "2099-01-01").out == council.ehc(*of_case).out
        assert "'soon' is not a moment" in refused(council.ehc("clocks", "--known-at", "soon"), 2)

    def test_asks_which_authority_where_two_have_the_case(self, council: Home) -> None:
        words = refused(council.ehc("explain", "C-1"), 12)
        assert "2 authorities have a case C-1." in words
        assert "301/C-1, 302/C-1" in words

    def test_names_cases_that_are_near(self, council: Home) -> None:
        words = refused(council.ehc("explain", "C-"), 12)
        assert "There is no case C-." in words
        assert "Near it: C-1" in words


class TestDoctor:
    def test_ends_well_where_all_is_well(self, home: Home, tmp_path: Path) -> None:
        today = datetime.now(UTC)
        make_tables(home)
        take(home.address, write_extract(tmp_path, extracted_at=today, **one_of_each()), now=today)
        whole_night(home.address, date.today().isoformat(), now=today)  # noqa: DTZ011 - the doctor's own day
        engine(home.address).dispose()
        ran = home.ehc("doctor", "--json")
        found = json.loads(ran.out)
        assert [x["what"] for x in found if not x["is_well"]] == []
        assert ran.code == 0
        assert {"law", "bank holidays", "database", "chronology", "last extract", "last night"} <= {
            x["what"] for x in found
        }
        # A warning is neither: the night goes on.
        execute(home.address, f"INSERT INTO switches VALUES (1, FALSE, 'trial', '{today.isoformat(' ')}', 'the test')")
        engine(home.address).dispose()
        ran = home.ehc("doctor")
        assert ran.code == 1
        assert "warning  sending: " in ran.out
        assert "remedy: Let it go on: ehc sending on." in ran.out

    def test_ends_ill_where_something_is(self, home: Home) -> None:
        ran = home.ehc("doctor")
        assert ran.code == 2
        assert "ill   database: There is nothing in the database yet." in ran.out
        assert "remedy: Take in an extract" in ran.out
        assert "Traceback" not in ran.err


class TestTheDatabase:
    def test_is_made_by_an_upgrade(self, home: Home) -> None:
        ran = home.ehc("db", "upgrade")
        assert ran.code == 0
        assert "The tables were made." in ran.out

    def test_of_a_newer_release_is_left_alone(self, home: Home) -> None:
        make_tables(home)
        execute(home.address, "UPDATE alembic_version SET version_num = '9999'")
        engine(home.address).dispose()
        words = refused(home.ehc("clocks"), 13)
        assert words.startswith("The database belongs to a newer release of this program.")


@pytest.mark.parametrize(
    ("address", "command", "code", "said"),
    [
        ("nonsense", "clocks", 14, "The database address cannot be understood."),
        ("sqlite:////dev/null/ehc.db", "clocks", 13, "The database file cannot be made."),
        ("postgresql://ehc:secret@127.0.0.1:9/ehc", "db upgrade", 13, "The database could not do what was asked."),
    ],
)
def test_a_database_that_cannot_be_used_is_said_to_be_so(
    home: Home, address: str, command: str, code: int, said: str
) -> None:
    ran = home.ehc(*command.split(), EHC_DATABASE_URL=address)
    assert ran.code == code, ran
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert "secret" not in ran.err


@pytest.mark.parametrize("command", ["nightly", "demo", "quality", "purge --yes --reason test"])
def test_nothing_is_written_for_a_day_to_come(command: str) -> None:
    with pytest.raises(SettingsError, match="2999-12-31 is still to come"):
        CliRunner().invoke(app, [*command.split(), "--as-of", "2999-12-31"], catch_exceptions=False)


def test_a_date_that_is_none_is_said_to_be_none(home: Home) -> None:
    words = refused(home.ehc("clocks", "--as-of", "12/03/2026"), 2)
    assert "'12/03/2026' is not a date. Write it as 2026-03-12." in words


def make_tables(home: Home) -> None:
    """Make the tables, in this process."""
    from models import migrations

    migrations.ensure(home.address)
