"""Files made to do harm are refused, or cost the rows that are no rows, in little memory and time."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import EhcError
from models.importers.reader import read_extract
from tests.fuzz.hostile import BOOKS, lay
from tests.patience import PATIENCE
from tests.store.build import everything, take, write_extract

ROOT = Path(__file__).parents[2]
READ = {
    "a row of a million columns": "read: 2 rows, 2 set aside",
    "a reference that is the error of a formula": "read: 1 rows, 1 set aside",
    "a reference of ten million characters": "read: 1 rows, 1 set aside",
    "a text of ten million characters": "read: 1 rows, 1 set aside",
}
"""What is taken without the row that does the harm; in the first there is another one that cannot be read."""


def test_each_is_refused_or_set_aside_within_bounds(tmp_path: Path) -> None:
    files, place = tmp_path / "files", tmp_path / "place"
    files.mkdir()
    place.mkdir()
    lay(files)
    command = [sys.executable, "-m", "tests.fuzz.hostile", str(files), str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = dict(line.split("\t") for line in done.stdout.splitlines())
    assert len(said) == len(list(files.iterdir()))
    assert {name: words for name, words in said.items() if not words.startswith("refused: ")} == READ
    assert "root:" not in done.stdout, "what is in a file outside was told"


@pytest.mark.parametrize("name", ["a zip bomb", "a row after two thousand million others"])
def test_what_is_refused_changes_nothing(database: str, tmp_path: Path, name: str) -> None:
    take(database, write_extract(tmp_path))
    before = everything(database)
    path = tmp_path / "extract.xlsx"
    path.write_bytes(BOOKS[name]())
    with pytest.raises(EhcError):
        take(database, read_extract(path))
    assert everything(database) == before
