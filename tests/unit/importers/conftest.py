"""Builders of small extracts for the tests of importers."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from models.importers.contract import contract

Rows = Mapping[str, Sequence[Mapping[str, str]]]


@pytest.fixture
def data() -> Path:
    """The folder of the invented inputs."""
    return Path(__file__).parent / "data"


@pytest.fixture
def an_extract(tmp_path: Path) -> Callable[[Rows], Path]:
    """Writes a canonical folder: rows by sheet, unnamed columns empty; a sheet is a list of rows."""

    def write(sheets: Rows) -> Path:
        folder = tmp_path / "extract"
        folder.mkdir(exist_ok=True)
        for sheet, rows in sheets.items():
            names = contract()[sheet].names
            lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
            (folder / f"{sheet}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return write


@pytest.fixture
def pseudonym_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """An invented key, set as an installation sets it."""
    monkeypatch.setenv("EHC_PSEUDONYM_KEY", "an invented key of good length")
