"""The night of many authorities: whole if each of theirs is, and red, by name, if one is not."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from prefect.artifacts import Artifact

from deployments.serving import MANY, NIGHTS_POOL, prefect_yaml
from flows import every_authority as every
from flows import region as nights
from flows import some_authorities as some
from flows.nightly import nightly
from flows.sweep import QUIET
from models.errors import NightIncompleteError, StoreError
from models.settings import settings
from tasks.region import expected_authorities, parts_of
from tests.store.build import a_case, write_extract

pytestmark = pytest.mark.usefixtures("prefect_server")

AS_OF = date(2026, 3, 2)
NORTH, SOUTH = "998", "999"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def extracts(sqlite_watched: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where each authority's extract is, in the folder of its code: the north's has come, the south's is empty."""
    folder = tmp_path / "extracts"
    folder.mkdir()
    write_extract(tmp_path, cases=[a_case(authority_code=NORTH)], extracted_at=datetime.now(UTC)).rename(folder / NORTH)
    (folder / SOUTH).mkdir()
    (folder / "notes").mkdir()
    monkeypatch.setenv("EHC_EXTRACT", str(folder))
    settings.cache_clear()
    return folder


def run_here(name: str, *, parameters: dict[str, Any], **_: object) -> SimpleNamespace:
    """What a worker does, in this process; there is none any more to run the south's night alone."""
    if name == nights.ALONE:
        assert parameters["authority_code"] == SOUTH
        return SimpleNamespace(id=uuid4())
    assert name == nights.TOGETHER
    with pytest.raises(SystemExit):
        some.some_authorities(**parameters)
    (run,) = nights._read(name={"any_": ["nights of 2 authorities, 2 March 2026"]})
    return SimpleNamespace(id=run.id)


def killed_in_the_south(authority_code: str, **given: Any) -> Any:
    """A night, of which the south's kills the process that it is in."""
    if authority_code == SOUTH:
        raise SystemExit(9)
    return nightly(authority_code=authority_code, **given)


def test_a_region_is_red_by_name_if_one_authority_failed(
    extracts: Path, sqlite_watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nights, "run_deployment", run_here)
    monkeypatch.setattr(some, "nightly", killed_in_the_south)
    assert expected_authorities.fn() == [NORTH, SOUTH]
    with pytest.raises(NightIncompleteError, match=f"not whole for {SOUTH}"):
        nights.region(as_of=AS_OF, wait_hours=0)
    page = artifact("region")
    assert "The night of 1 is whole, of 1 it is not." in page
    assert f"- Exampleshire ({SOUTH}): Its run is not to be found. There is nothing in the database yet (" in page
    assert f"| authority ({NORTH}) | whole |" in page
    assert "1 open case" in artifact(f"board-{NORTH}")
    assert "Requests received" in artifact("region-measures")

    # The tables have the last word: whole for the north alone, and not for another day or if its run ended badly.
    assert faults(AS_OF) == ()
    assert faults(AS_OF, {NORTH: "Its run ended as Crashed."}) == ("Its run ended as Crashed.",)
    assert faults(date(2026, 3, 3)) == ("No night evaluated any record for 2026-03-03.",)

    # Between the nights, one authority after the other: who has no tables has nothing to send.
    assert every.every_authority("deliver", return_state=True).name == QUIET
    monkeypatch.setattr(every, "_done", refused)
    with pytest.raises(NightIncompleteError, match=f"did not end well for {NORTH}"):
        every.every_authority("deliver")


def refused(_rhythm: str) -> dict[str, int]:
    raise StoreError("The database could not do what was asked.")


def test_what_is_deployed_for_many_is_what_the_plan_says() -> None:
    file = "deployments/scale-out/prefect.yaml"
    assert (ROOT / file).read_text(encoding="utf-8") == prefect_yaml(MANY, file)
    flows, names = zip(*(deployment.split("/") for deployment in (nights.TOGETHER, nights.ALONE)), strict=True)
    # In a pool of their own: otherwise the nights would wait for the run that waits for them.
    found = [served for served in MANY if served.work_pool == NIGHTS_POOL]
    assert [served.name for served in found] == [*names]
    assert [served.entrypoint.rpartition(".")[2].replace("_", "-") for served in found] == [*flows]
    assert not any(served.is_one_at_a_time for served in found)


def faults(as_of: date, failed: Mapping[str, str] = MappingProxyType({})) -> tuple[str, ...]:
    """What is at fault in the north."""
    ((part,), _) = parts_of([NORTH], as_of, AS_OF, failed)
    return part.faults


def artifact(key: str) -> str:
    """What stands in an artifact."""
    found = Artifact.get(key)
    assert found is not None
    return str(found.data if isinstance(found.data, str) else json.dumps(found.data))
