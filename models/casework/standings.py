"""Keep where the open cases stood on a night, for the trend."""

from datetime import date

from sqlalchemy import Connection

from models.queries.board import Board, board_and_standings
from models.statute.register import Register
from models.store import delete_rows, insert_rows

_COLUMNS = ("as_of", "authority_code", "team", "stage", "band", "cases")


def store_standings(connection: Connection, register: Register, as_of: date) -> Board:
    """The board of a night; its standings are stored, and those of an earlier run of the same night replaced."""
    board, standings = board_and_standings(connection, register, as_of)
    day = as_of.isoformat()
    delete_rows(connection, "standings", ("as_of",), [(day,)])
    insert_rows(connection, "standings", _COLUMNS, [(day, *where, cases) for where, cases in standings.items()])
    return board
