"""What the tests of faults share: processes to be killed, a council on the eve of a night, and how that night ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.notifications.build import Post, post_office

ROOT = Path(__file__).parents[2]
KILLED = int(signal.SIGKILL)


class Nursery:
    """The process that bears others; `child` is whoever is at work now."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"
        self.child = 0

    def bear(self, what: str, *of: object) -> int:
        """How a child ended that was to do this."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([what, *of]) + "\n")
        self.process.stdin.flush()
        self.child = int(self._line())
        return int(self._line())

    def kill(self) -> None:
        os.kill(self.child, signal.SIGKILL)

    def _line(self) -> str:
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        assert said, "the nursery itself has ended: its words are among the captured errors"
        return said


@dataclass(frozen=True)
class Eve:
    """A council whose last night was yesterday's; `whole` is all that stays after tonight's if nothing breaks it.

    `file` is its database before that night, `after` the one after it.
    """

    file: Path
    after: Path
    yesterday: Path
    tonight: Path
    whole: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    assert found.process.stdin is not None
    found.process.stdin.close()
    found.process.wait(20)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as post:
        yield post


@pytest.fixture(scope="session")
def eve(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path, nursery: Nursery) -> Eve:
    from models.store import engine
    from tests.faults.nights import STEPS, TONIGHT, YESTERDAY, what_stays

    place = tmp_path_factory.mktemp("eve")
    file, whole = place / "eve.db", place / "whole.db"
    extracts = [_council(place / day, day) for day in (YESTERDAY, TONIGHT)]
    shutil.copy(sqlite_file, file)
    assert nursery.bear("here", "night", f"sqlite:///{file}", str(extracts[0]), ["import"], "", 0) == 0
    shutil.copy(file, whole)
    address = f"sqlite:///{whole}"
    assert nursery.bear("here", "night", address, str(extracts[1]), STEPS, "", 0) == 0
    found = what_stays(address)
    engine(address).dispose()
    return Eve(file, whole, *extracts, found)


@pytest.fixture
def evening(database: str, eve: Eve, nursery: Nursery) -> str:
    """The address of a database as it is on the eve of the night."""
    if database.startswith("sqlite"):
        shutil.copy(eve.file, database.removeprefix("sqlite:///"))
    else:
        assert nursery.bear("night", database, str(eve.yesterday), ["import"], "", 0) == 0
    return database


def _council(folder: Path, as_of: str) -> Path:
    from datetime import date

    from deployments.demo.council import WOLVERHAMPTON_LIKE, make_council, write_extract

    write_extract(make_council(WOLVERHAMPTON_LIKE, as_of=date.fromisoformat(as_of), requests_per_year=40), folder)
    return folder
