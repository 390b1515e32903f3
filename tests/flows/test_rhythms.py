"""The week and the month, each once as Prefect runs them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.settings import settings
from tests.store.build import MONDAY, a_case, night, stored, take, write_extract

pytestmark = pytest.mark.usefixtures("prefect_server")

AS_OF = date(2026, 3, 1)
MARKED = "C-7731-marked"


def a_council(address: str, tmp_path: Path) -> None:
    take(address, write_extract(tmp_path, cases=[a_case(MARKED, assess_decision="Y", assess_decided_on="2026-02-10")]))
    night(address, str(AS_OF), now=MONDAY)


def test_the_month_before_is_frozen_once(sqlite_watched: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import monthly as module

    monkeypatch.setattr(module, "now", lambda: datetime(2026, 3, 1, 5, tzinfo=UTC))
    a_council(sqlite_watched, tmp_path)
    found = module.monthly(AS_OF)
    assert found["frozen"] == ["2026-02-01"]
    assert found["measurements"] == len(stored(sqlite_watched, "snapshot_values")) > 0
    assert module.monthly(AS_OF) == {"frozen": [], "measurements": 0}
    assert stored(sqlite_watched, "snapshots", "month", "version", "frozen_by") == [("2026-02-01", 1, "monthly")]


def test_months_whose_run_was_missed_are_frozen_by_the_next(sqlite_watched: str, tmp_path: Path) -> None:
    from tasks.measures import freeze_last_month

    a_council(sqlite_watched, tmp_path)
    later = datetime(2026, 6, 3, 5, tzinfo=UTC)
    assert freeze_last_month.fn(AS_OF, later)["frozen"] == ["2026-02-01"]
    assert freeze_last_month.fn(later.date(), later)["frozen"] == ["2026-03-01", "2026-04-01", "2026-05-01"]
    assert freeze_last_month.fn(date(2026, 2, 1), later)["frozen"] == ["2026-01-01"]


def test_the_files_of_the_week_are_written_and_named_on_the_page(
    sqlite_watched: str, undrawn: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_server: Path
) -> None:
    from prefect.artifacts import Artifact

    from deployments import weekly as module

    monkeypatch.setattr(module, "now", lambda: datetime(2026, 3, 1, 5, tzinfo=UTC))
    a_council(sqlite_watched, tmp_path)
    names = module.weekly(AS_OF)
    assert sorted(names) == sorted(file.name for file in (settings().home / "reports").iterdir())
    assert {Path(name).suffix for name in names} == {".html", ".xlsx", ".md"}
    page = Artifact.get("weekly")
    forecast = Artifact.get("forecast")
    assert page is not None
    assert all(f"`{name}`" in str(page.data) for name in names)
    assert forecast is not None
    assert "No plan is on record as sent" in str(forecast.data)
    kept = "".join(
        path.read_bytes().decode("latin-1") for path in prefect_server.parent.glob(f"{prefect_server.name}*")
    )
    assert "send-tracker-2026-03-01.xlsx" in kept
    assert MARKED not in kept
