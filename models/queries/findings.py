"""What is wrong with the data, how long it has been, and whether it is getting less; read from the kept findings."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from models.store import as_text, fetch


class Found(NamedTuple):
    """A finding that is still there; `days` is how long ago it was first seen, `case_ref` "" for a whole source."""

    rule: str
    authority_code: str
    case_ref: str
    record: str
    record_key: str
    owner: str
    words: str
    first_seen_on: str
    days: int


class Week(NamedTuple):
    """The findings of an owner at the end of a week: how many there were, came, and went in the seven days to it."""

    week_to: str
    owner: str
    open: int
    came: int
    went: int


def open_findings(
    connection: Connection, as_of: date, *, owner: str | None = None, authority_code: str | None = None
) -> list[Found]:
    """The findings that were there on `as_of`, the oldest first."""
    wanted = {"owner": owner, "authority_code": authority_code}
    given = {name: value for name, value in wanted.items() if value}
    where = "".join(f" AND {name} = :{name}" for name in given)
    rows = fetch(
        connection,
        "SELECT rule, authority_code, case_ref, record, record_key, owner, words, "
        f"{as_text(connection, 'first_seen_on')} FROM findings "
        f"WHERE first_seen_on <= :as_of AND (gone_on IS NULL OR gone_on > :as_of){where} "
        "ORDER BY first_seen_on, authority_code, case_ref, id",
        as_of=as_of.isoformat(),
        **given,
    )
    return [Found._make((*row, (as_of - date.fromisoformat(row[-1])).days)) for row in rows]


def weekly_trend(connection: Connection, as_of: date, *, weeks: int) -> list[Week]:
    """The findings of each owner at the end of each of the last weeks, the oldest first; the last ends on `as_of`."""
    found: list[Week] = []
    for back in reversed(range(weeks)):
        end = as_of - timedelta(weeks=back)
        rows = fetch(
            connection,
            "SELECT owner, SUM(CASE WHEN gone_on IS NULL OR gone_on > :end THEN 1 ELSE 0 END), "
            "SUM(CASE WHEN first_seen_on > :before THEN 1 ELSE 0 END), "
            "SUM(CASE WHEN gone_on > :before AND gone_on <= :end THEN 1 ELSE 0 END) "
            "FROM findings WHERE first_seen_on <= :end GROUP BY owner ORDER BY owner",
            end=end.isoformat(),
            before=(end - timedelta(weeks=1)).isoformat(),
        )
        found += [Week(end.isoformat(), owner, int(there), int(came), int(went)) for owner, there, came, went in rows]
    return found


class SetAside(NamedTuple):
    """A row of the newest import of its source that could not be read; `value` is what the source wrote there."""

    import_id: int
    source: str
    authorities: str
    file: str
    line: int
    column: str
    value: str
    reason: str
    remedy: str


def rows_set_aside(connection: Connection) -> list[SetAside]:
    """The rows set aside by the newest import of each source, by import, file and line."""
    rows = fetch(
        connection,
        'SELECT i.id, i.source, i.authorities, q.file, q.line, q."column", q.value, q.reason, q.remedy '
        "FROM quarantine q JOIN imports i ON i.id = q.import_id "
        "WHERE i.id IN (SELECT MAX(id) FROM imports GROUP BY source, authorities) ORDER BY i.id, q.file, q.line, q.id",
    )
    return [SetAside._make(row) for row in rows]
