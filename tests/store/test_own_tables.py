"""Where each authority has tables of its own: one's are not another's, and only one at a time works in them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import migrations
from models.authority import own_address, tables_of
from models.errors import ExtractRefusedError, SettingsError
from models.queries.kpi import KpiRow
from models.queries.region import Sums, authorities_held
from models.settings import settings
from models.store import engine, fetch, reading, unit_of_work
from tasks.intake import take_in_path
from tests.patience import PATIENCE
from tests.store.build import MONDAY, a_case, counted, night, write_extract
from tests.store.test_two_at_once import LONG_ENOUGH, Running

NORTH, SOUTH = "998", "999"


@pytest.fixture
def two_authorities(watched: str, tmp_path: Path) -> Iterator[str]:
    """Two authorities with tables of their own and a case each, in one database or beside one file."""
    for code in (NORTH, SOUTH):
        with tables_of(code):
            migrations.ensure()
            take_in_path(extract_of(code, tmp_path), "canonical", now=MONDAY, by="the test")
    yield watched
    for code in (NORTH, SOUTH):
        engine(own_address(watched, code)).dispose()


def extract_of(code: str, tmp_path: Path) -> Path:
    return write_extract(tmp_path, cases=[a_case(f"C-{code}", authority_code=code)])


def test_each_authority_has_its_own_tables_and_one_at_a_time_works_in_them(
    two_authorities: str, tmp_path: Path
) -> None:
    assert authorities_held() == [NORTH, SOUTH]
    for code in (NORTH, SOUTH):
        with tables_of(code), reading() as connection:
            assert fetch(connection, "SELECT case_ref FROM cases") == [(f"C-{code}",)]
    with tables_of(NORTH), pytest.raises(ExtractRefusedError, match="of another authority; nothing was changed"):
        take_in_path(extract_of(SOUTH, tmp_path), "canonical", now=MONDAY, by="the test")

    # While one worker is in the tables of the north, another waits for them, and one in the south does not.
    is_in, go_on = threading.Event(), threading.Event()
    first = Running(lambda: hold(NORTH, is_in, go_on))
    assert is_in.wait(PATIENCE)
    second = Running(lambda: evaluate(NORTH))
    Running(lambda: evaluate(SOUTH)).end()
    second.join(LONG_ENOUGH)
    assert second.is_alive(), "two worked in the tables of one authority at once"
    assert [clocks(code) > 0 for code in (NORTH, SOUTH)] == [False, True]
    go_on.set()
    first.end()
    second.end()
    assert clocks(NORTH) == clocks(SOUTH)


def hold(code: str, is_in: threading.Event, go_on: threading.Event) -> None:
    with tables_of(code), unit_of_work():
        is_in.set()
        assert go_on.wait(PATIENCE)


def evaluate(code: str) -> None:
    with tables_of(code):
        night(settings().address, "2026-03-02")


def clocks(code: str) -> int:
    return counted(own_address(settings().common_address, code), "clocks")["clocks"]


def test_one_database_for_all_is_what_is_meant_where_no_authority_is(
    sqlite_watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tables_of(None):
        assert (settings().address, settings().own_name("board")) == (sqlite_watched, "board")
    monkeypatch.setenv("EHC_AUTHORITY", SOUTH)
    settings.cache_clear()
    assert settings().address == sqlite_watched.replace("ehc.db", f"ehc-{SOUTH}.db")
    with tables_of(NORTH):
        assert settings().own_name("board") == f"board-{NORTH}"
        assert settings().address == sqlite_watched.replace("ehc.db", f"ehc-{NORTH}.db")


@pytest.mark.parametrize(
    "address", ["postgresql://ehc@host/ehc", "postgresql://ehc@host/ehc?options=-csearch_path%3Da"]
)
def test_the_last_word_on_a_schema_is_the_authority(address: str) -> None:
    assert own_address(address, NORTH).endswith(f"-csearch_path%3Dauthority_{NORTH}")


def test_what_is_no_code_becomes_no_name_of_a_schema() -> None:
    with pytest.raises(SettingsError, match="'998; DROP' is no code of an authority"), tables_of("998; DROP"):
        pass


def test_measurements_add_up_by_numerators_and_denominators() -> None:
    north, south = a_row(NORTH, 9, 10), a_row(SOUTH, 1, 30)
    sums = Sums()
    sums.add([north, a_count(NORTH, 4)])
    sums.add([south, a_count(SOUTH, 5), a_row(SOUTH, 0, 0)._replace(measure="nobody")])
    assert [(x.measure, x.numerator, x.denominator, x.value) for x in sums.rows()] == [
        ("in_time", 10, 40, 0.25),
        ("received", 9, None, 9),
        ("nobody", 0, 0, None),
    ]


def a_row(code: str, top: float, bottom: float | None) -> KpiRow:
    days = ("year_to_date", "2026-01-01", "2026-03-02")
    value = None if not bottom else top / bottom
    return KpiRow(code, "in_time", "due", *days, "all", "", top, bottom, value)


def a_count(code: str, number: float) -> KpiRow:
    return a_row(code, number, None)._replace(measure="received", value=number)
