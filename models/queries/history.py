"""What was recorded since the history came: the first rows of each kind of record bring the past along."""

from sqlalchemy import Connection

from models.queries.outbox.extracts import newest_extracts
from models.queries.records import KINDS
from models.store import fetch

_OF_A_CASE = (*KINDS, "exception")

_KINDS = " UNION ALL ".join(f"SELECT '{kind}' AS record" for kind in _OF_A_CASE)

_HISTORY = (
    "SELECT a.authority_code, k.record, (SELECT MIN(x.recorded_at) FROM chronology x "
    "WHERE x.authority_code = a.authority_code AND x.record = k.record) AS came_at "
    f"FROM (SELECT DISTINCT authority_code FROM cases) a CROSS JOIN ({_KINDS}) k"
)

RECORDED_SINCE = (
    # CROSS JOIN keeps SQLite to this order: a few moments first, and then only what came after each.
    f"(SELECT h.* FROM ({_HISTORY}) f CROSS JOIN chronology h WHERE h.authority_code = f.authority_code "
    "AND h.record = f.record AND h.recorded_at > f.came_at) h"
)
"""In SQL, the entries `h` of the chronology about cases and what hangs on them, without the history.

An authority's first advice may come months after its first cases; it is history as much as they were.
"""


def whose_history_came_after(connection: Connection, kind: str, moment: str, **values: object) -> list[str]:
    """The authorities whose first records of a kind came after a moment, or all if it is unknown.

    The moment is a query of one value, with the values it needs.
    """
    known = f"SELECT 1 FROM chronology WHERE authority_code = :code AND record = :kind AND recorded_at <= ({moment})"
    return [
        code
        for code in newest_extracts(connection)
        if not fetch(connection, f"{known} LIMIT 1", code=code, kind=kind, **values)
    ]
