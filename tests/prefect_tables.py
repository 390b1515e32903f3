"""Prefect's own tables, copied from a server that has made them: making them takes most of a first start."""

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_tables(made: Path, home: Path) -> None:
    """Give a folder that is to be a `PREFECT_HOME` the database of a running server."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(home / "prefect.db")) as copy:
        source.backup(copy)
