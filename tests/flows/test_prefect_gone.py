"""Prefect's server gone in the middle of a night: what was done is kept, and the next night does the rest."""

from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.base import PrefectHttpxAsyncClient, PrefectHttpxSyncClient
from sqlalchemy import event

from flows.nightly import nightly
from models.store import engine
from tests.store.build import MONDAY, clocks_on, counted, one_of_each, stored, take, write_extract

pytestmark = pytest.mark.usefixtures("prefect_server")

AS_OF = date(2026, 3, 2)
COMMITS = 4
"""After so many of the night's units of work nobody answers any more."""


def test_a_night_whose_server_goes_is_made_up_for(
    sqlite_watched: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(sqlite_watched, write_extract(tmp_path, **one_of_each()), now=MONDAY)
    seen = [0]

    @event.listens_for(engine(None), "commit")
    def count(connection: Any) -> None:
        seen[0] += bool(connection.get_execution_options().get("writing"))

    with monkeypatch.context() as gone:
        for client in (PrefectHttpxSyncClient, PrefectHttpxAsyncClient):
            gone.setattr(client, "send", _unless(client.send, lambda: seen[0] >= COMMITS))
        with pytest.raises(httpx.ConnectError):
            nightly(as_of=AS_OF)
    assert 0 < counted(sqlite_watched, "clocks")["clocks"] < len(clocks_on(sqlite_watched, "2026-03-02"))
    nightly(as_of=AS_OF, return_state=True)
    assert counted(sqlite_watched, "clocks")["clocks"] == len(clocks_on(sqlite_watched, "2026-03-02"))
    rungs = stored(sqlite_watched, "alerts", "duty", "record_id", "origin_on", "rung", "repetition")
    assert len(rungs) == len(set(rungs))


def _unless(send: Any, is_gone: Any) -> Any:
    def tried(self: Any, *of: Any, **how: Any) -> Any:
        if is_gone():
            raise httpx.ConnectError("All connection attempts failed")
        return send(self, *of, **how)

    return tried
