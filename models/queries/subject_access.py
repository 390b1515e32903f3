"""Everything held on one person, for the answer to a request under article 15 of the UK GDPR."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.errors import NotFoundError
from models.store import as_text, fetch
from models.tables.all import METADATA

Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table, each row by column; a table with nothing held is left out."""

BY_CASE = (
    *("advice", "exceptions", "orders", "reviews", "transfers"),
    *("clocks", "transitions", "alerts", "holds", "family_notices"),
)
_OF_OTHERS_TOO = ("subject", "text", "html")
BY_REFERENCE = ("chronology", "held_facts", "findings")


def held_on(connection: Connection, person_ref: str) -> Held:
    """Every row that concerns the cases of this person; of messages that named one of them all but the words.

    Raises:
        NotFoundError: no case has this reference.
    """
    cases = _rows(connection, "cases", "person_ref = :p", p=person_ref)
    if not cases:
        raise NotFoundError(
            "Nothing is held under this reference.",
            where="person_ref",
            why="it is the source system's pseudonymous reference, not a name, a case or a pupil number",
            remedy="Look the reference up in the source system.",
        )
    found: dict[str, list[dict[str, Any]]] = {"cases": cases}
    for case in cases:
        for table in BY_CASE:
            found.setdefault(table, []).extend(_rows(connection, table, "case_id = :c", c=case["id"]))
        of = {"a": case["authority_code"], "r": case["case_ref"]}
        for table in BY_REFERENCE:
            found.setdefault(table, []).extend(_rows(connection, table, "authority_code = :a AND case_ref = :r", **of))
    numbers = {row["message_id"] for row in found["alerts"] if row["message_id"]}
    messages = _numbered(connection, "messages", "id", numbers)
    # A message lists other people's cases too: that it was sent, when and to whom is this person's, its words are not.
    found["messages"] = [{name: row[name] for name in row if name not in _OF_OTHERS_TOO} for row in messages]
    found["deliveries"] = _numbered(connection, "deliveries", "message_id", numbers)
    return {table: rows for table, rows in found.items() if rows}


def _numbered(connection: Connection, table: str, column: str, numbers: Iterable[int]) -> list[dict[str, Any]]:
    return [row for number in sorted(numbers) for row in _rows(connection, table, f"{column} = :n", n=number)]


def _rows(connection: Connection, table: str, where: str, /, **values: object) -> list[dict[str, Any]]:
    """The rows of a table in the order of their keys, dates as ISO text and hashes in hexadecimal."""
    columns = METADATA.tables[table].columns
    names = [column.name for column in columns]
    days = {column.name for column in columns if str(column.type) == "DATE"}
    chosen = ", ".join(as_text(connection, name) if name in days else f'"{name}"' for name in names)
    order = ", ".join(f'"{column.name}"' for column in METADATA.tables[table].primary_key)
    rows = fetch(connection, f"SELECT {chosen} FROM {table} WHERE {where} ORDER BY {order}", **values)
    return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in rows]


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, str | int | float | None) else str(value)
