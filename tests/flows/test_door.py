"""What our door adds to the answers of Prefect's server, seen by Prefect's own client."""

import anyio
import httpx
import pytest
from prefect.client.base import PrefectHttpxAsyncClient

from deployments.server.door import AgainSoon


class TurnsAwayOnce:
    """Answers "not now" the first time, as Prefect's server does when SQLite lets another write first."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope, receive, send):
        self.asked += 1
        await send({"type": "http.response.start", "status": 503 if self.asked == 1 else 201, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


@pytest.mark.anyio
async def test_who_is_turned_away_by_a_busy_sqlite_asks_again_soon(monkeypatch):
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    monkeypatch.setattr(anyio, "sleep", sleep)
    server = TurnsAwayOnce()
    async with PrefectHttpxAsyncClient(
        transport=httpx.ASGITransport(AgainSoon(server)), base_url="http://127.0.0.1"
    ) as client:
        answer = await client.post("/task_runs/")
    assert (answer.status_code, server.asked) == (201, 2)
    assert [0 < seconds < 1 for seconds in waited] == [True]


@pytest.mark.anyio
async def test_an_answer_that_went_well_is_passed_on_as_it_is():
    server = TurnsAwayOnce()
    server.asked = 1
    async with httpx.AsyncClient(transport=httpx.ASGITransport(AgainSoon(server)), base_url="http://a") as client:
        answer = await client.get("/")
    assert (answer.status_code, dict(answer.headers)) == (201, {})
