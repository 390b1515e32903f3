"""The names of the local authorities in England.

Source: Department for Education, "Education, health and care plans", Open Government Licence v3.0.
"""

import csv
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection

from models.errors import NotFoundError
from models.store import fetch


@cache
def names() -> dict[str, str]:
    """The name of each authority by its three-digit code; 999 is the invented Exampleshire."""
    text = files("models.queries").joinpath("authorities.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def authority_codes(connection: Connection) -> list[str]:
    """The authorities whose cases are held."""
    return [code for (code,) in fetch(connection, "SELECT DISTINCT authority_code FROM cases ORDER BY authority_code")]


def require_authority(connection: Connection, code: str) -> None:
    """Refuse an authority whose cases are not held, rather than tell of it that nothing happened there.

    Raises:
        NotFoundError: there is no case of it.
    """
    codes = authority_codes(connection)
    if code not in codes:
        raise NotFoundError(
            f"There are no cases of authority {code}.",
            why=f"There are the records of: {', '.join(codes)}." if codes else "There are no records at all.",
            remedy="Name one of these, by its number." if codes else "Take in an extract with ehc import.",
        )


def whose_records(connection: Connection) -> str:
    """Whose records these are, in words: an authority's name, how many authorities, or "" while there are none."""
    codes = authority_codes(connection)
    if len(codes) == 1:
        return names().get(codes[0], f"authority {codes[0]}")
    return f"{len(codes)} authorities" if codes else ""
