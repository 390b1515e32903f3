"""Whose tables are meant where each authority has its own: a schema on PostgreSQL, a file on SQLite.

Without an authority the database is one for all, as a council alone has it. With one, nothing below knows the
difference: the same tables, the same single writer, and nobody else's records within reach (decision 0021).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from models.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

PATTERN = r"^[0-9]{3}$"
AuthorityCode = Annotated[str, Field(pattern=PATTERN)]
"""The three figures of an authority, as in SEN2: 336. It becomes part of a schema's or a file's name."""

SCHEMA = "authority_"
"""What the name of an authority's schema begins with."""

_meant: ContextVar[str | None] = ContextVar("authority", default=None)


@contextmanager
def tables_of(authority_code: str | None) -> Iterator[None]:
    """Inside, the database is this authority's own; with None it is the one that it was.

    Raises:
        SettingsError: that is no code of an authority.
    """
    if authority_code is None:
        yield
        return
    token = _meant.set(_checked(authority_code))
    try:
        yield
    finally:
        _meant.reset(token)


def meant() -> str | None:
    """The authority whose tables are meant, None where one database is for all."""
    return _meant.get()


def own_address(address: str, authority_code: str) -> str:
    """Where the tables of one authority are, in or beside the database at an address.

    Raises:
        SettingsError: that is no code of an authority.
    """
    _checked(authority_code)
    url = _url(address)
    if url is None:
        return address  # said by whoever opens it
    if url.get_backend_name() == "sqlite":
        file = _file_of(url)
        return address if file is None else _written(url.set(database=str(_own_file(file, authority_code))))
    options = " ".join((*_texts(url, "options"), f"-csearch_path={SCHEMA}{authority_code}"))
    return _written(url.update_query_dict({"options": options}))


def own_files(address: str) -> list[str] | None:
    """The codes of the authorities with a file of their own beside a SQLite database; None where it is no such file."""
    url = _url(address)
    file = _file_of(url) if url is not None else None
    if file is None:
        return None
    found = (re.fullmatch(rf"{re.escape(file.stem)}-([0-9]{{3}})", path.stem) for path in file.parent.glob("*.db"))
    return sorted(match[1] for match in found if match)


def _checked(authority_code: str) -> str:
    if not re.fullmatch(PATTERN, authority_code):
        raise SettingsError(
            f"{authority_code!r} is no code of an authority.",
            where="EHC_AUTHORITY",
            remedy="Give its three figures, as in SEN2: 336. Without any, one database is for all.",
        )
    return authority_code


def _url(address: str) -> "URL | None":
    # Imported only for who has several authorities: the settings are read by commands that answer at once.
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        return make_url(address)
    except ArgumentError:
        return None


def _file_of(url: "URL") -> Path | None:
    is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(str(url.database)) if is_file else None


def _own_file(file: Path, authority_code: str) -> Path:
    return file.with_name(f"{file.stem}-{authority_code}{file.suffix}")


def _texts(url: "URL", name: str) -> tuple[str, ...]:
    found = url.query.get(name, ())
    return (found,) if isinstance(found, str) else found


def _written(url: "URL") -> str:
    return url.render_as_string(hide_password=False)
