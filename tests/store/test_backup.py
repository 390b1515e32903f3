"""A backup is the whole database at one moment, readable by its owner only; restoring it loses nothing."""

import errno
import os
import resource
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.commands.backup import backup, restore
from deployments.server.only_one import only_one
from models.errors import SettingsError, StoreError
from models.settings import settings
from models.store import engine
from tests.store.build import a_case, everything, one_of_each, take, write_extract


@pytest.fixture
def home(settings_of_the_process: None) -> Path:
    """The home of a test, with a database in it."""
    from models import migrations

    migrations.ensure()
    return settings().home


@pytest.fixture
def address(home: Path) -> str:
    return settings().address


def make(to: Path) -> Path:
    return backup(to, lambda _: None)


def test_what_was_backed_up_is_what_is_restored(address: str, home: Path, tmp_path: Path) -> None:
    take(address, write_extract(tmp_path, **one_of_each()))
    before = everything(address)
    copy = make(home / "copies" / "tuesday.ehc")
    take(address, write_extract(tmp_path, cases=[a_case("C-1"), a_case("C-2")]), allow_older=True)
    assert everything(address) != before
    engine(address).dispose()
    aside = restore(copy, replace=True)
    assert everything(address) == before
    assert aside == home / "ehc.db.before-restore-1"
    assert len(everything(f"sqlite:///{aside}")["cases"]) == 2


def test_only_the_owner_can_read_a_backup(address: str, tmp_path: Path) -> None:
    copy = make(tmp_path / "a.ehc")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_nothing_is_left_beside_a_backup(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    copy = make(folder / "a.ehc")
    assert list(folder.iterdir()) == [copy]


def test_a_folder_that_may_not_be_written_to_is_named(address: str) -> None:
    with pytest.raises(SettingsError, match="cannot be written") as refused:
        make(Path("/proc/a.ehc"))
    assert refused.value.where == "/proc/a.ehc"


def _fill(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said_and_leaves_the_database_in_its_place(
    address: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(address, write_extract(tmp_path))
    before, copy = everything(address), make(tmp_path / "a.ehc")
    monkeypatch.setattr("shutil.copyfile", _fill)
    with pytest.raises(SettingsError, match="No space left on device"):
        restore(copy, replace=True)
    assert everything(address) == before
    assert not list(home.glob("*before-restore*"))


def test_a_disk_too_small_for_the_copy_is_said(address: str, tmp_path: Path) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 14, limit[1]))
    try:
        with pytest.raises(StoreError, match="could not be made") as refused:
            make(tmp_path / "a.ehc")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert "Make room" in refused.value.remedy
    assert not list(tmp_path.glob("*a.ehc*"))


def test_a_database_that_the_service_writes_to_is_not_taken_from_under_it(address: str, tmp_path: Path) -> None:
    copy = make(tmp_path / "a.ehc")
    before = everything(address)
    with only_one(), pytest.raises(SettingsError, match="ehc up uses the same folder"):
        restore(copy, replace=True)
    assert everything(address) == before


def test_it_is_made_while_somebody_writes(address: str, tmp_path: Path) -> None:
    """The copy is of one moment: either none of a writer's rows or all of a transaction's."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(settings().home / "ehc.db")], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    writer.stdout.readline()
    try:
        copy = make(tmp_path / "busy.ehc")
    finally:
        writer.kill()
        writer.communicate()
    rows = sqlite3.connect(copy).execute("SELECT COUNT(*) FROM switches").fetchone()[0]
    assert rows % 100 == 0


WRITER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
number = 0
while True:
    held.execute("BEGIN IMMEDIATE")
    for _ in range(100):
        number += 1
        held.execute("INSERT INTO switches VALUES (?, 1, '', '2026-01-01 00:00:00.000000+00:00', '')", (number,))
    held.execute("COMMIT")
    if number == 100:
        print("writing", flush=True)
"""


def test_a_folder_elsewhere_is_not_made_since_its_disk_may_not_be_mounted(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="The folder of the backup is not there"):
        make(tmp_path / "mnt" / "a.ehc")
    assert not (tmp_path / "mnt").exists()


def test_a_file_that_is_there_is_not_overwritten(address: str, tmp_path: Path) -> None:
    there = tmp_path / "there.ehc"
    there.write_text("somebody's")
    with pytest.raises(StoreError, match="overwrite"):
        make(there)
    assert there.read_text() == "somebody's"


def test_a_database_that_is_there_is_not_replaced_unasked(address: str, tmp_path: Path) -> None:
    take(address, write_extract(tmp_path))
    before = everything(address)
    copy = make(tmp_path / "a.ehc")
    with pytest.raises(StoreError, match="already"):
        restore(copy, replace=False)
    assert everything(address) == before


@pytest.mark.parametrize("damage", [b"", b"not a database at all, but long enough to be looked at", None])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    address: str, tmp_path: Path, damage: bytes | None
) -> None:
    take(address, write_extract(tmp_path))
    before = everything(address)
    copy = make(tmp_path / "a.ehc")
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2] if damage is None else damage)
    with pytest.raises(StoreError, match="backup"):
        restore(copy, replace=True)
    assert everything(address) == before


def test_the_password_of_postgresql_is_on_no_command_line(
    settings_of_the_process: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of processes shows everybody the arguments; pg_dump is given the password in its environment."""
    tool = tmp_path / "pg_dump"
    tool.write_text('#!/bin/sh\nfile="${2#--file=}"\necho "$*" > "$file"\necho "$PGPASSWORD" >> "$file"\n')
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("EHC_DATABASE_URL", "postgresql+psycopg://ehc:s3cret@db.example:5432/ehc")
    settings.cache_clear()
    arguments, password = make(tmp_path / "a.dump").read_text().splitlines()
    assert "s3cret" not in arguments
    assert arguments.endswith("--dbname=postgresql://ehc@db.example:5432/ehc")
    assert password == "s3cret"
