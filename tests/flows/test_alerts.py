"""Alerts as Prefect runs them: once, with a link to the form where it is deployed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.store.alerting import staff
from tests.store.build import a_case, night, stored, take, write_extract

pytestmark = pytest.mark.usefixtures("prefect_server")
DAWN = datetime(2026, 11, 19, 2, 30, tzinfo=UTC)


def test_a_run_raises_alerts_once_and_links_them_to_the_form(
    sqlite_watched: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import alerts as module
    from flows.acknowledge import acknowledge
    from models.settings import settings

    form = acknowledge.to_deployment("acknowledge").apply()
    monkeypatch.setenv("EHC_UI_ADDRESS", "https://ehc.council.example")
    settings.cache_clear()
    monkeypatch.setattr(module, "now", lambda: DAWN)
    case = a_case("C-1", request_received_on="2026-07-01", team="North", officer="A. Officer")
    take(sqlite_watched, write_extract(tmp_path, cases=[case], people=staff()), now=DAWN)
    night(sqlite_watched, "2026-11-19", now=DAWN)
    first, again = (module.alerts(as_of=date(2026, 11, 19)) for _ in range(2))
    assert first["messages"] >= 2
    assert first["claimed"] == first["spoken"] + first["silent"]
    assert not any(again.values())
    older = module.alerts(as_of=date(2026, 11, 18))
    assert older["nothing_because"] == "A night was run for 2026-11-19, after 2026-11-18."
    (officers, *_) = (text for name, text in stored(sqlite_watched, "messages", "recipient", "text") if name[0] == "A")
    assert f"https://ehc.council.example/v2/deployments/deployment/{form}/run?parameters=" in officers


def test_where_no_form_is_deployed_a_message_links_to_none(
    sqlite_watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.settings import settings
    from tasks import alerts as module

    monkeypatch.setenv("EHC_UI_ADDRESS", "https://ehc.council.example")
    settings.cache_clear()
    monkeypatch.setattr(module, "ACKNOWLEDGE", "acknowledge/nowhere")
    monkeypatch.setattr(module, "FAMILY_TOLD", "family told/nowhere")
    assert module._forms() == module.Forms("https://ehc.council.example")
