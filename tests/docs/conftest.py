"""A reader of the documentation: a home of their own, the command `ehc`, and the invented council made once."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import forked
from tests.docs.pages import ROOT
from tests.prefect_tables import copy_tables

DAY = "2026-11-20"
"""The day on which the pages were written: what asks for a day and is given none is asked for this one."""

WIDTH = "100"
_ASKS_FOR_A_DAY = re.compile(r"\behc (demo|clocks|explain|nightly)\b(?!.*--as-of)")

_PLAIN = re.compile(r"ehc (?P<arguments>(?P<name>\w+)[^|&;<>()$`]*)")
"""The command itself, with nothing around it that is the shell's, but for what the shell puts in the place of `~`."""


@dataclass
class Reader:
    """Runs a page's commands one after the other, as a person would who has a terminal and this repository."""

    home: Path
    council: Path
    prefect_address: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self.environment = {**kept, "PATH": path, "HOME": str(self.home), "COLUMNS": WIDTH, "TERM": "dumb"}
        self.environment["EHC_HOME"] = str(self.home / "ehc")
        if self.prefect_address:
            self.environment["PREFECT_API_URL"] = self.prefect_address

    def run(self, command: str) -> tuple[int, str]:
        """The exit code of a command, and what it leaves on the screen."""
        command = _ASKS_FOR_A_DAY.sub(rf"\g<0> --as-of {DAY}", command.removeprefix("uv run "))
        if assignment := re.fullmatch(r"export (\w+)=(.*)", command):
            words = assignment[2]
            self.environment[assignment[1]] = self._shell(f"printf %s {words}").stdout
            return 0, ""
        if command == f"ehc demo --as-of {DAY}" and self.council != self.home:
            # Made once for all pages: it takes the time of everything else together.
            shutil.copytree(self.council / "ehc", self.environment["EHC_HOME"])
            return 0, (self.council / "printed.txt").read_text("utf-8")
        if (plain := _PLAIN.fullmatch(command)) and plain["name"] not in forked.STARTED_ANEW:
            arguments = self._shell(f"printf '%s\\n' {plain['arguments']}").stdout.splitlines()
            code, printed, errors = forked.run(arguments, self.environment, ROOT)
            return code, printed if code == 0 else f"{printed}{_lasting(errors)}"
        done = self._shell(command)
        return done.returncode, done.stdout if done.returncode == 0 else f"{done.stdout}{_lasting(done.stderr)}"

    def save(self, path: str, text: str) -> None:
        """Save a file the page shows."""
        target = Path(path.replace("~", str(self.home), 1))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def _shell(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )


def _lasting(errors: str) -> str:
    """Without the lines of progress, which a terminal overwrites."""
    return "".join(line for line in errors.splitlines(keepends=True) if not line.rstrip().endswith(" ..."))


@pytest.fixture(scope="session")
def council(tmp_path_factory: pytest.TempPathFactory, prefect_server: Path) -> Path:
    """A home in which the demo has been run, by the Prefect that is embedded in it, with what it printed."""
    home = tmp_path_factory.mktemp("council")
    copy_tables(prefect_server, home / "ehc" / "prefect")  # that `ehc up` makes them itself is seen in tests/ui
    code, printed = Reader(home, home).run(f"ehc demo --as-of {DAY}")
    assert code == 0, printed
    (home / "printed.txt").write_text(printed, "utf-8")
    return home


@pytest.fixture
def reader(tmp_path: Path, council: Path, prefect_address: str) -> Reader:
    """A reader at the beginning of a page; their nights are told to a server that runs already."""
    return Reader(tmp_path, council, prefect_address)
