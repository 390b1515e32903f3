"""Delivery as Prefect runs it: keys from a Secret block, and none of them, nor any message, in Prefect's records."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.notifications.build import a_message, a_person, statuses, web_site

pytestmark = pytest.mark.usefixtures("prefect_server")

KEY = "hunter2-in-the-path"


def test_messages_go_out_by_a_channel_whose_key_is_in_a_block(
    sqlite_watched: str, prefect_server: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from prefect.blocks.system import Secret

    from flows import deliver as module

    monkeypatch.setattr(module, "now", lambda: datetime(2026, 3, 3, 10, tzinfo=UTC))
    a_person(sqlite_watched, to="channel:block team")
    a_message(sqlite_watched, subject="C-1: marked subject")
    with web_site() as site:
        # A password in a block is encrypted, and its key in the same database: what is looked for is the path.
        block = Secret(value=f"json://127.0.0.1:{site.port}/{KEY}")
        block.save("ehc-channel-block-team")
        found = module.deliver()
        again = module.deliver(return_state=True)
    assert isinstance(found, dict)
    assert found["sent"] == 1
    assert statuses(sqlite_watched) == ["sent"]
    assert [body["title"] for body in site.bodies] == ["C-1: marked subject"]
    assert again.name == "Quiet"
    kept = "".join(
        path.read_bytes().decode("latin-1") for path in prefect_server.parent.glob(f"{prefect_server.name}*")
    )
    assert "deliver messages" in kept
    for marker in (KEY, "marked subject", "A. Officer"):
        assert marker not in kept + "".join(capfd.readouterr())


def test_a_channel_that_does_not_work_is_on_the_page(sqlite_watched: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.artifacts import Artifact

    from flows import deliver as module

    monkeypatch.setattr(module, "now", lambda: datetime(2026, 3, 3, 10, tzinfo=UTC))
    a_person(sqlite_watched)
    a_message(sqlite_watched)
    module.deliver()
    found = Artifact.get("outbox")
    assert found is not None
    page = str(found.data)
    assert (
        "| email | 03 March 2026 10:00 | 03 March 2026 10:00 | The channel email is not set up. EHC_SMTP_URL | 1 |"
        in (page)
    )
    assert "1 wait, the oldest since 03 March 2026." in page
    assert "officer@council.example" not in page


def test_at_night_a_run_says_what_it_put_off(sqlite_watched: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import deliver as module

    night = datetime(2026, 3, 3, 23, tzinfo=UTC)
    monkeypatch.setattr(module, "now", lambda: night)
    a_person(sqlite_watched)
    a_message(sqlite_watched, not_before=night - timedelta(hours=1))
    found = module.deliver()
    assert isinstance(found, dict)
    assert (found["deferred"], found["sent"]) == (1, 0)
