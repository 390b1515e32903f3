"""`ehc backup` and `ehc restore`: a copy of the database made while everything runs, and the way back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from deployments.server.only_one import only_one
from deployments.whole_file import whole_file
from models.errors import SettingsError, StoreError
from models.settings import settings
from models.store import REVISION, shown_address

PAGES_AT_ONCE = 4096
"""So many pages are copied before others get their turn at the file."""


def backup(to: Path, told: Callable[[str], None]) -> Path:
    """Copy the database as it stands at one moment to a file that only its owner can read; answers the file.

    The file appears whole or not at all. SQLite is copied page by page while others write; PostgreSQL by its own
    pg_dump, in the custom format.

    Raises:
        StoreError: the file is there already, the database is not, or the copy is not sound.
        SettingsError: there is no such folder, it cannot be written to, or the database is PostgreSQL and pg_dump is
            not installed.
    """
    if to.exists():
        raise StoreError(
            "The backup would overwrite a file.", where=str(to), remedy="Name a file that is not there yet."
        )
    url = make_url(settings().address)
    _require_folder(to.parent)
    with whole_file(to) as part:
        if url.get_backend_name() == "sqlite":
            _copy(_file_of(url), part, told)
            _require_sound(part)
        else:
            _run("pg_dump", "--format=custom", f"--file={part}", url=url)
    return to


def _require_folder(folder: Path) -> None:
    """Make the folder within our own; one elsewhere must be there, since a disk that is not mounted looks like that."""
    if settings().home.resolve() in folder.resolve().parents:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    elif not folder.is_dir():
        raise SettingsError(
            "The folder of the backup is not there.", where=str(folder), remedy="Mount its disk, or make the folder."
        )


def restore(copy: Path, *, replace: bool) -> Path | None:
    """Put a backup in the place of the database; answers where the former one was put aside, if there was one.

    Raises:
        StoreError: the copy is not sound or of a newer release, or a database is there and `replace` is not given.
        SettingsError: the database is PostgreSQL, whose own pg_restore does this; or an `ehc up` runs, or there is no
            room, and nothing was changed.
    """
    url = make_url(settings().address)
    if url.get_backend_name() != "sqlite":
        raise SettingsError(
            "A PostgreSQL database is restored by its own tool.",
            where=shown_address(),
            remedy=f"Run: pg_restore --clean --if-exists --dbname=... {copy}",
        )
    _require_sound(copy)
    place = _file_of(url)
    if place.exists() and not replace:
        raise StoreError(
            "There is a database already; nothing was changed.",
            where=str(place),
            remedy="Stop ehc up, then: ehc restore --replace. The former database is put aside, not deleted.",
        )
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_one(), whole_file(place) as part:
        shutil.copyfile(copy, part)
        return _put_aside(place) if place.exists() else None


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise SettingsError("A database in memory cannot be copied.", where="EHC_DATABASE_URL")
    return Path(url.database)


def _copy(source: Path, target: Path, told: Callable[[str], None]) -> None:
    if not source.exists():
        raise StoreError("There is no database to copy.", where=str(source), remedy="Look at EHC_HOME.")
    # Opened for writing, since a file of write-ahead logging wants its neighbours even of one who only reads.
    try:
        with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(target)) as copy:
            held.backup(
                copy,
                pages=PAGES_AT_ONCE,
                progress=lambda _, left, all_pages: told(f"{100 * (all_pages - left) // max(all_pages, 1)}%"),
            )
    except sqlite3.Error as error:
        raise StoreError(
            "The copy could not be made.",
            where=str(source),
            why=f"{str(error).capitalize()}.",
            remedy="Make room where the copy is to be, or name another disk.",
        ) from None


def _require_sound(copy: Path) -> None:
    """StoreError unless the file is a whole database with the tables of this release or of an older one."""
    if not copy.is_file():
        raise StoreError(
            "There is no backup at this path.", where=str(copy), remedy="Name a file that ehc backup made."
        )
    try:
        # Nobody else has it open; told so, SQLite makes no neighbours of it, which would stay beside every copy.
        with closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as held:
            said = held.execute("PRAGMA integrity_check").fetchone()[0]
            version = held.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except sqlite3.Error as error:
        raise StoreError(
            "The backup cannot be read as a database.",
            where=str(copy),
            why=str(error),
            remedy="Name a file that ehc backup made, or an older one.",
        ) from None
    if said != "ok":
        raise StoreError("The backup is damaged.", where=str(copy), why=str(said), remedy="Use an older one.")
    if version > REVISION:
        raise StoreError(
            "The backup was made by a newer release.",
            where=str(copy),
            why=f"its tables are at {version}, this release knows {REVISION}",
            remedy="Install that release.",
        )


def _put_aside(place: Path) -> Path:
    """The former database under a name that says so, with the log of what was not yet written into it."""
    number = 1
    while (aside := place.with_name(f"{place.name}.before-restore-{number}")).exists():
        number += 1
    for ending in ("", "-wal", "-shm"):
        part = place.with_name(place.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return aside


def _run(tool: str, *arguments: str, url: URL) -> None:
    """Run one of PostgreSQL's tools; the password goes by the environment, where a list of processes shows none."""
    found = shutil.which(tool)
    if not found:
        raise SettingsError(
            f"{tool} is not installed.",
            remedy="Install PostgreSQL's client programs, or copy the database with your own tools.",
        )
    secret = {"PGPASSWORD": url.password} if url.password else {}
    # `URL.set` leaves a password that it is to set to None as it is.
    address = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    command = [found, *arguments, f"--dbname={address}"]
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StoreError(f"{tool} failed.", where=shown_address(), why=done.stderr.strip()[:300])
