"""Commands as processes of their own, each forked from one that has what others wrote ready, nothing of the product.

Importing those packages takes nine tenths of the time of a short command; the product itself is imported by each one.
"""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

NEEDED = ["alembic.command", "jinja2", "numpy", "openpyxl", "pandas", "rich.console", "rich.table", "sqlmodel", "typer"]
STARTED_ANEW = {"demo", "nightly", "up"}
"""The commands in which Prefect runs: they are not forked, since its threads end by ways that a fork does not go."""


def run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
    """The exit code of `ehc` with these arguments, and what it wrote to its output and to its errors."""
    with tempfile.TemporaryDirectory() as place:
        words = [Path(place) / name for name in ("out", "errors")]
        told = (list(arguments), dict(environment), folder, *words)
        child = _forking().Process(target=_become, args=told, daemon=True)
        child.start()
        child.join(PATIENCE)
        assert child.exitcode is not None, f"not within {PATIENCE} s: ehc {' '.join(arguments)}"
        out, errors = (path.read_text("utf-8") for path in words)
        return child.exitcode, out, errors


@cache
def _forking() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(NEEDED)
    return context


def _become(arguments: list[str], environment: dict[str, str], folder: Path, *words: Path) -> None:
    for number, path in enumerate(words, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["ehc", *arguments]
    from deployments.cli import main

    sys.exit(main())
