"""Keep where the open cases stood on a night, for the trend."""

from datetime import date

from sqlalchemy import Connection

from models.queries.board import standings
from models.statute.register import Register
from models.store import delete_rows, insert_rows

_COLUMNS = ("as_of", "authority_code", "team", "stage", "band", "cases")


def store_standings(connection: Connection, register: Register, as_of: date) -> None:
    """The standings of a night are stored; those of an earlier run of the same night are replaced."""
    day = as_of.isoformat()
    delete_rows(connection, "standings", ("as_of",), [(day,)])
    rows = [(day, *where, cases) for where, cases in standings(connection, register, as_of).items()]
    insert_rows(connection, "standings", _COLUMNS, rows)
