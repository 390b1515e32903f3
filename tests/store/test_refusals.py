"""Whole extracts refused, and imports that end in the middle: nothing is changed, and the words say what to do."""

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import event

from models.errors import ExtractRefusedError, StoreError
from models.importers.reader import read_extract
from models.store import engine
from tests.patience import PATIENCE
from tests.store.build import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    a_case,
    an_advice,
    chronology,
    counted,
    everything,
    night,
    one_of_each,
    stored,
    take,
    write_extract,
)

ROOT = Path(__file__).parents[2]


class TestAnOlderExtract:
    def test_is_refused_and_changes_nothing(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, extracted_at=TUESDAY))
        before = everything(database)
        mondays = write_extract(tmp_path, extracted_at=MONDAY, cases=[a_case(withdrawn_on="2026-02-01")])
        with pytest.raises(ExtractRefusedError) as refused:
            take(database, mondays, now=WEDNESDAY)
        assert refused.value.what == "The extract is older than what is held; nothing was changed."
        assert refused.value.why == (
            "it was made at 2026-03-02 19:00 UTC, the newest one taken in at 2026-03-03 19:00 UTC"
        )
        assert "--allow-older" in refused.value.remedy
        assert everything(database) == before

    def test_is_accepted_when_it_is_meant(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, extracted_at=TUESDAY))
        mondays = write_extract(tmp_path, extracted_at=MONDAY, cases=[a_case(withdrawn_on="2026-02-01")])
        assert take(database, mondays, now=WEDNESDAY, allow_older=True).total.changed == 1

    def test_is_refused_when_it_is_an_earlier_one_again(self, database: str, tmp_path: Path) -> None:
        first = write_extract(tmp_path)
        take(database, first)
        # With the same moment, so that only its bytes tell it from the newer one.
        take(database, write_extract(tmp_path, cases=[a_case(team="North")]), now=TUESDAY)
        with pytest.raises(ExtractRefusedError, match="the same as import 1, and newer ones came after"):
            take(database, first, now=WEDNESDAY)

    def test_may_be_the_latest_one_again(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, extracted_at=MONDAY, cases=[a_case(team="North")]))
        latest = write_extract(tmp_path, extracted_at=TUESDAY)
        take(sqlite_database, latest, now=TUESDAY)
        assert take(sqlite_database, latest, now=WEDNESDAY).total.changed == 0

    def test_is_a_matter_of_moments_not_of_time_zones(self, database: str, tmp_path: Path) -> None:
        summer = MONDAY + timedelta(days=120)
        take(database, write_extract(tmp_path, extracted_at=summer), now=summer)
        later = write_extract(tmp_path, extracted_at=summer + timedelta(minutes=30), cases=[a_case(team="North")])
        manifest = later / "manifest.json"
        manifest.write_text(manifest.read_text().replace("19:30:00+00:00", "15:30:00-04:00"))
        assert take(database, later, now=summer + timedelta(hours=1)).total.changed == 1

    def test_is_refused_in_whatever_company_it_comes(self, sqlite_database: str, tmp_path: Path) -> None:
        both = [a_case(), a_case(authority_code="998")]
        take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY))
        with pytest.raises(ExtractRefusedError, match="older than what is held"):
            take(sqlite_database, write_extract(tmp_path, extracted_at=MONDAY, cases=both), now=WEDNESDAY)
        take(sqlite_database, write_extract(tmp_path, extracted_at=WEDNESDAY, cases=both), now=WEDNESDAY)
        with pytest.raises(ExtractRefusedError, match="older than what is held"):
            take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY, cases=both[1:]), now=WEDNESDAY)

    def test_of_another_authority_is_no_concern(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY))
        others = write_extract(tmp_path, extracted_at=MONDAY, cases=[a_case(authority_code="998")])
        assert take(sqlite_database, others, now=WEDNESDAY).total.added == 1


class TestAnExtractOfDaysToCome:
    def test_is_refused_since_every_other_would_be_older(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path))
        before = everything(sqlite_database)
        misdated = write_extract(tmp_path, extracted_at=MONDAY.replace(month=12), cases=[a_case(team="North")])
        for allow_older in (False, True):
            with pytest.raises(ExtractRefusedError, match="made in days to come; nothing was changed") as refused:
                take(sqlite_database, misdated, now=TUESDAY, allow_older=allow_older)
        assert refused.value.why == "It says 2026-12-02 19:00 UTC, and it is 2026-03-03 19:00 UTC now."
        assert refused.value.where == "manifest.json"
        assert everything(sqlite_database) == before

    def test_of_a_few_hours_is_a_clock_that_is_fast(self, sqlite_database: str, tmp_path: Path) -> None:
        early = write_extract(tmp_path, extracted_at=TUESDAY, cases=[a_case(team="North")])
        assert take(sqlite_database, early, now=MONDAY).total.added == 1


class TestAnExtractWithoutOpenCases:
    def test_is_refused_when_half_are_missing(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, cases=[a_case(f"C-{x}") for x in range(4)], advice=[an_advice("C-3")]))
        night(database, "2026-03-02")
        before = everything(database)
        half = write_extract(tmp_path, extracted_at=TUESDAY, cases=[a_case("C-0"), a_case("C-1")], advice=[])
        with pytest.raises(ExtractRefusedError) as refused:
            take(database, half, now=TUESDAY)
        assert refused.value.what == ("The extract lacks 2 of the 4 open cases of authority 999; nothing was changed.")
        assert "--allow-missing" in refused.value.remedy
        assert everything(database) == before

    def test_is_accepted_when_it_is_meant(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, cases=[a_case(f"C-{x}") for x in range(4)], advice=[an_advice("C-3")]))
        half = write_extract(tmp_path, extracted_at=TUESDAY, cases=[a_case("C-0"), a_case("C-1")], advice=[])
        taken = take(database, half, now=TUESDAY, allow_missing=True)
        assert taken.missing_open_cases == 2
        assert stored(database, "imports", "missing_open_cases")[-1] == (2,)
        assert counted(database, "cases", "advice") == {"cases": 4, "advice": 1}

    def test_is_accepted_when_fewer_than_half_are_missing(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, cases=[a_case(f"C-{x}") for x in range(5)]))
        most = write_extract(tmp_path, extracted_at=TUESDAY, cases=[a_case(f"C-{x}") for x in range(3)])
        assert take(sqlite_database, most, now=TUESDAY).missing_open_cases == 2

    def test_may_leave_out_what_is_closed(self, sqlite_database: str, tmp_path: Path) -> None:
        closed = [a_case(f"old-{x}", final_plan_sent_on="2026-02-01") for x in range(9)]
        take(sqlite_database, write_extract(tmp_path, cases=[a_case(), *closed]))
        taken = take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY), now=TUESDAY)
        assert (taken.missing_open_cases, taken.total.removed) == (0, 0)
        assert counted(sqlite_database, "cases") == {"cases": 10}

    def test_is_weighed_authority_by_authority(self, sqlite_database: str, tmp_path: Path) -> None:
        big = [a_case(f"C-{x}", authority_code="301") for x in range(9)]
        small = [a_case(f"C-{x}", authority_code="302") for x in range(2)]
        take(sqlite_database, write_extract(tmp_path, cases=[*big, *small]))
        with pytest.raises(ExtractRefusedError, match="1 of the 2 open cases of authority 302"):
            take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY, cases=[*big, small[0]]), now=TUESDAY)


TWENTY = [a_case(f"C-{x}") for x in range(20)]
OWED = [an_advice(f"C-{x}") for x in range(20)]


class TestAnExtractOfWhichASheetIsCutShort:
    def test_is_refused_when_half_of_the_sheet_is_gone(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, cases=TWENTY, advice=OWED))
        before = everything(database)
        cut = write_extract(tmp_path, extracted_at=TUESDAY, cases=TWENTY, advice=OWED[:10])
        with pytest.raises(ExtractRefusedError) as refused:
            take(database, cut, now=TUESDAY)
        assert refused.value.what == (
            "The extract lacks 10 of the 20 rows of advice that are held of its cases; nothing was changed."
        )
        assert "--allow-missing" in refused.value.remedy
        assert everything(database) == before

    @pytest.mark.parametrize(("kept", "is_meant"), [(10, True), (11, False)])
    def test_is_accepted_when_it_is_meant_or_fewer_are_gone(
        self, sqlite_database: str, tmp_path: Path, kept: int, is_meant: bool
    ) -> None:
        take(sqlite_database, write_extract(tmp_path, cases=TWENTY, advice=OWED))
        cut = write_extract(tmp_path, extracted_at=TUESDAY, cases=TWENTY, advice=OWED[:kept])
        taken = take(sqlite_database, cut, now=TUESDAY, allow_missing=is_meant)
        assert taken.sheets["advice"].removed == 20 - kept

    def test_may_be_a_correction_where_few_are_gone(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path, cases=TWENTY, advice=OWED[:9]))
        none = write_extract(tmp_path, extracted_at=TUESDAY, cases=TWENTY, advice=[])
        assert take(sqlite_database, none, now=TUESDAY).sheets["advice"].removed == 9


class TestAnExtractWithoutASheetThatCameBefore:
    def test_is_taken_in_and_what_rests_on_the_sheet_is_said(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path, advice=[an_advice(), an_advice(kind="education", body="School")]))
        night(database, "2026-03-02")
        taken = take(database, write_extract(tmp_path, extracted_at=TUESDAY), now=TUESDAY)
        (said,) = taken.rejections
        assert (said.file, said.line) == ("advice", 0)
        assert (
            said.reason == "the sheet is not in the extract, and 2 records of it that are held have a clock that runs"
        )
        assert counted(database, "advice", "quarantine") == {"advice": 2, "quarantine": 1}
        assert stored(database, "imports", "quarantined")[-1] == (1,)

    def test_is_as_it_should_be_where_nothing_rests_on_it(self, sqlite_database: str, tmp_path: Path) -> None:
        done = an_advice(reply="advice", reply_on="2026-02-10")
        take(sqlite_database, write_extract(tmp_path, advice=[done]))
        night(sqlite_database, "2026-03-02")
        taken = take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY), now=TUESDAY)
        assert taken.rejections == ()


class Unstorable:
    """A value no database takes."""


class TestAnImportThatEndsInTheMiddle:
    def test_leaves_nothing_when_a_value_cannot_be_stored(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path))
        before = everything(database)
        extract = read_extract(write_extract(tmp_path, extracted_at=TUESDAY, **one_of_each("C-1")))
        poisoned = extract.sheets["people"].astype({"address": object})
        poisoned["address"] = pd.Series([Unstorable()], dtype=object)
        with pytest.raises(Exception, match="Unstorable"):
            take(database, replace(extract, sheets={**extract.sheets, "people": poisoned}), now=TUESDAY)
        assert everything(database) == before
        assert take(database, extract, now=TUESDAY).import_id == 2

    def test_leaves_nothing_when_it_is_interrupted(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path))
        before = everything(sqlite_database)

        def interrupt(step: str) -> None:
            if step == "taking in people":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            take(sqlite_database, write_extract(tmp_path, **one_of_each("C-1")), now=TUESDAY, progress=interrupt)
        assert everything(sqlite_database) == before

    def test_leaves_nothing_when_it_is_killed(self, database: str, tmp_path: Path) -> None:
        take(database, write_extract(tmp_path))
        before = everything(database)
        extract = write_extract(tmp_path, extracted_at=TUESDAY, **one_of_each("C-1"))
        command = [sys.executable, "-c", KILLED_WHILE_TAKING_IN, database, str(extract)]
        assert subprocess.run(command, cwd=ROOT, timeout=PATIENCE, check=False).returncode == -signal.SIGKILL
        assert everything(database) == before
        take(database, extract, now=TUESDAY)
        assert all(entry.is_sealed for entry in chronology(database))

    def test_says_so_when_the_disk_is_full(self, sqlite_database: str, tmp_path: Path, council) -> None:
        take(sqlite_database, write_extract(tmp_path))
        before = everything(sqlite_database)
        engine(sqlite_database).dispose()

        @event.listens_for(engine(sqlite_database), "connect")
        def leave_no_room(connection, record) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 5}")

        with pytest.raises(StoreError) as refused:
            take(sqlite_database, council("2026-03-03"), now=TUESDAY, allow_missing=True)
        assert "full" in refused.value.why
        assert "Free some room" in refused.value.remedy
        assert everything(sqlite_database) == before


KILLED_WHILE_TAKING_IN = """
import os, signal, sys
from pathlib import Path
from tests.store.build import TUESDAY, take

def die(step):
    if step == "taking in people":
        os.kill(os.getpid(), signal.SIGKILL)

take(sys.argv[1], Path(sys.argv[2]), now=TUESDAY, progress=die)
"""
