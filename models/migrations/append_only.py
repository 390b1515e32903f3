"""The triggers that keep the chronology append-only, with one door: a case while its purge is being recorded."""

from sqlalchemy import Connection, text

REFUSAL = "the chronology is append-only"
_BEING_PURGED = (
    "EXISTS (SELECT 1 FROM purging p WHERE p.authority_code = OLD.authority_code AND p.case_ref = OLD.case_ref)"
)


def let_purges_through(connection: Connection) -> None:
    """Entries of a case named in `purging` can be deleted from now on; every other deletion is refused as before."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION refuse_chronology_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF TG_LEVEL = 'ROW' AND TG_OP = 'DELETE' AND {_BEING_PURGED} THEN RETURN OLD; END IF; "
                f"RAISE EXCEPTION '{REFUSAL}'; END $$"
            )
        )
        return
    connection.execute(text("DROP TRIGGER chronology_no_delete"))
    connection.execute(
        text(
            "CREATE TRIGGER chronology_no_delete BEFORE DELETE ON chronology "
            f"WHEN NOT {_BEING_PURGED} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    )
