"""The triggers that keep a snapshot as it was frozen: what was published once is never silently another figure."""

from sqlalchemy import Connection, text

REFUSAL = "a snapshot is frozen: restate the month instead"
TABLES = {"snapshots": "id", "snapshot_values": "snapshot_id"}
"""The tables that only grow, each with the key that a row could be replaced by."""


def keep_snapshots(connection: Connection) -> None:
    """From now on no row of a snapshot can be changed, deleted or replaced."""
    if connection.dialect.name == "postgresql":
        _on_postgresql(connection)
        return
    for table in TABLES:
        for change in ("UPDATE", "DELETE"):
            _trigger(connection, f"{table}_no_{change.lower()}", f"{change} ON {table}", "1 = 1")
    # REPLACE deletes without a trigger; a row already there is refused before it comes to that.
    _trigger(connection, "snapshots_no_replace", "INSERT ON snapshots", "id = NEW.id", "snapshots")
    same = ("snapshot_id", "authority_code", "measure", "basis", "period", "period_from", "dimension", "group_name")
    where = " AND ".join(f"{name} = NEW.{name}" for name in same)
    _trigger(connection, "snapshot_values_no_replace", "INSERT ON snapshot_values", where, "snapshot_values")


def _trigger(connection: Connection, name: str, event: str, where: str, among: str | None = None) -> None:
    condition = f"EXISTS (SELECT 1 FROM {among} WHERE {where})" if among else where
    connection.execute(
        text(f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
    )


def _on_postgresql(connection: Connection) -> None:
    connection.execute(
        text(
            "CREATE FUNCTION refuse_snapshot_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
    )
    for table in TABLES:
        for kind, event in (("no_change", "UPDATE OR DELETE"), ("no_truncate", "TRUNCATE")):
            each = "ROW" if kind == "no_change" else "STATEMENT"
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_{kind} BEFORE {event} ON {table} "
                    f"FOR EACH {each} EXECUTE FUNCTION refuse_snapshot_change()"
                )
            )
