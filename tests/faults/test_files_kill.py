"""Files for people, whose writing is killed or runs out of room: the former file or the new one, never half of one."""

import re
from pathlib import Path

import pytest

import deployments
from deployments.whole_file import write_whole
from models.errors import SettingsError
from tests.faults.conftest import KILLED, Eve, Nursery

LAST_WEEKS = "last week's"


@pytest.mark.parametrize(("die_at", "left"), [("writing", LAST_WEEKS), ("naming", LAST_WEEKS), ("named", "whole")])
def test_killed_while_a_file_is_written(tmp_path: Path, nursery: Nursery, die_at: str, left: str) -> None:
    path = tmp_path / "report.html"
    write_whole(path, LAST_WEEKS)
    assert nursery.bear("write", str(path), "whole", die_at) == KILLED
    assert path.read_text() == left
    write_whole(path, "this week's")
    assert path.read_text() == "this week's"
    assert [x.name for x in tmp_path.iterdir()] == ["report.html"], "something half done was left behind"
    assert oct(path.stat().st_mode)[-3:] == "600"


def test_two_that_write_one_file_at_once_do_not_mix(tmp_path: Path, nursery: Nursery) -> None:
    path = tmp_path / "report.html"
    assert nursery.bear("write beside another", str(path)) == 0
    assert path.read_text() == "second"
    assert [x.name for x in tmp_path.iterdir()] == ["report.html"]


def test_without_room_the_former_workbook_stays(tmp_path: Path, eve: Eve, nursery: Nursery) -> None:
    path = tmp_path / "tracker.xlsx"
    path.write_text(LAST_WEEKS)
    assert nursery.bear("write tracker without room", f"sqlite:///{eve.after}", str(path)) == 0
    assert path.read_text() == LAST_WEEKS
    assert [x.name for x in tmp_path.iterdir()] == ["tracker.xlsx"]


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="It is no file"):
        write_whole(Path("/dev/null"), "all that is known")
    (tmp_path / "here.html").symlink_to(tmp_path / "there.html")
    write_whole(tmp_path / "here.html", "all that is known")
    assert (tmp_path / "there.html").read_text() == "all that is known"
    assert (tmp_path / "here.html").is_symlink()


WRITES = re.compile(r"\.(write_text|write_bytes)\(|\.open\(\"w|\bopen\([^)]*\"w|O_WRONLY")
MAY = {
    "whole_file.py": "does it",
    "process.py": "a log, written as it comes",
    "up.py": "likewise",
    "server_here.py": "a key, under a name of its own until it is whole",
    "serving.py": "made for the repository",
}


def test_every_file_for_people_is_written_whole() -> None:
    folder = Path(deployments.__file__).parent
    for path in folder.rglob("*.py"):
        if path.parent.name == "demo" or path.name in MAY:
            continue
        lines = [line.strip() for line in path.read_text("utf-8").splitlines() if WRITES.search(line)]
        assert [line for line in lines if not line.startswith("part.")] == [], path.name
