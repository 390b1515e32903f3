"""The command `ehc` as a person runs it: a process of its own, with a home of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import forked
from tests.patience import PATIENCE

WIDTH = "160"


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Home:
    """A folder that is `EHC_HOME`, and the database `ehc` makes in it."""

    path: Path

    @property
    def address(self) -> str:
        return f"sqlite:///{self.path / 'ehc.db'}"

    @property
    def environment(self) -> dict[str, str]:
        """This machine's without what would tell on us; byte code is kept, as for a user."""
        ours = ("EHC_", "PREFECT_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**kept, "EHC_HOME": str(self.path), "COLUMNS": WIDTH, "PYTHONWARNINGS": "ignore"}

    def ehc(self, *arguments: object, stdout: int | None = None, **environment: str) -> Ran:
        """Run `ehc` to its end."""
        words = [*map(str, arguments)]
        if stdout is None and not forked.STARTED_ANEW & {*words}:
            return Ran(*forked.run(words, {**self.environment, **environment}, self.path.parent))
        command = [str(Path(sys.executable).with_name("ehc")), *words]
        done = subprocess.run(
            command,
            env={**self.environment, **environment},
            cwd=self.path.parent,
            stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which nothing has happened yet."""
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")
