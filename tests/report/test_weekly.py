"""The week's files are written under names that say whose and when, and Prefect learns their names only."""

import stat
from datetime import date

from deployments import weekly
from models.settings import settings
from tasks import telling
from tests.report.conftest import NOW
from tests.store.build import MONDAY, a_case, night, take, write_extract

AS_OF = date(2026, 3, 16)
WANTED = ["board-report-998-2026-03-16.html", "board-report-999-2026-03-16.html"]


def test_the_files_of_the_week(sqlite_watched, undrawn, tmp_path, monkeypatch):
    told = {}
    monkeypatch.setattr(telling, "create_markdown_artifact", lambda **found: told.update(found))
    cases = [a_case("C-77", authority_code=code) for code in ("998", "999")]
    take(sqlite_watched, write_extract(tmp_path, cases=cases))
    night(sqlite_watched, str(AS_OF), now=MONDAY)
    names = [
        *weekly.write_board_reports.fn(AS_OF, NOW),
        weekly.write_workbook.fn(AS_OF, NOW),
        weekly.write_quality_digest.fn(AS_OF),
    ]
    assert names == [*WANTED, "send-tracker-2026-03-16.xlsx", "data-quality-2026-03-16.md"]
    folder = settings().home / "reports"
    assert sorted(x.name for x in folder.iterdir()) == sorted(names)
    assert {stat.S_IMODE(x.stat().st_mode) for x in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    digest = (folder / names[-1]).read_text(encoding="utf-8")
    assert "## Exampleshire" in digest
    weekly.publish_files.fn(AS_OF, names)
    assert told["key"] == "weekly"
    assert all(f"`{name}`" in told["markdown"] for name in names)
    assert "C-77" not in told["markdown"]
    assert str(tmp_path) not in told["markdown"]
