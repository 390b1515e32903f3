"""`ehc purge` and `ehc subject-access`: what data protection asks for; both are recorded, neither names anybody."""

import json
import sys
from datetime import date, datetime

import typer

from deployments.commands.tables import CONSOLE, print_table
from deployments.steps import progress
from flows.today import refuse_day_to_come
from models.casework.privacy.acts import record_act
from models.casework.privacy.purging import due_for_purge, old_words, purge
from models.practice.here import practices_here
from models.queries.subject_access import Held, held_on
from models.store import reading, require_tables, settle_deleted, unit_of_work
from models.words import counted

MOST_SHOWN = 20


def run_purge(as_of: date, now: datetime, *, by: str, reason: str, is_sure: bool) -> None:
    """Show what is due for purging; delete it if that is what is wanted."""
    if is_sure:
        refuse_day_to_come(as_of)
    practices = practices_here()
    with progress("Looking at what is held"), reading() as connection:
        require_tables(connection)
        due, words = due_for_purge(connection, practices, as_of), old_words(connection, practices, as_of)
    usual = practices.usual.retention
    cases = {0: "No closed case has", 1: "1 closed case has"}.get(len(due), f"{len(due):,} closed cases have")
    CONSOLE.print(
        f"{cases} been held for long enough: without a plan {usual.cases_without_plan_years} "
        f"years since anything happened, with a plan until the age of {usual.cases_with_plan_until_age}"
        f"{', unless the authority has its own practice' if practices.by_authority else ''}."
    )
    if any(words):
        messages, rows = counted(words[0], "message"), counted(words[1], "row")
        CONSOLE.print(f"The words of {messages} and {rows} set aside at import have been kept for long enough.")
    elif not due:
        return
    if not is_sure:
        shown = [(x.authority_code, x.case_ref, x.last_on) for x in due[:MOST_SHOWN]]
        if shown:
            print_table(("authority", "case", "last fact"), shown)
        if len(due) > MOST_SHOWN:
            CONSOLE.print(f"and {len(due) - MOST_SHOWN:,} more")
        CONSOLE.print(
            "\nNothing was deleted. To delete them for good, with their chronology: ehc purge --yes --reason ..."
        )
        return
    _require(reason, "retention schedule, section 4")
    with progress("Purging"), unit_of_work() as connection:
        done = purge(
            connection, due_for_purge(connection, practices, as_of), practices, as_of, now=now, by=by, reason=reason
        )
    CONSOLE.print(
        f"Deleted {done.cases:,} cases with {done.chronology:,} entries of the chronology and {done.quarantined:,} "
        f"rows set aside at import; emptied {done.messages:,} messages. No extract brings them back."
    )
    with progress("Settling the file"):
        is_settled = settle_deleted()
    if not is_settled:
        CONSOLE.print(
            "Something else is reading the database, so that its log file still has what was deleted: it goes when "
            "the next write comes round, or when all that use the database have stopped."
        )


def run_subject_access(person_ref: str, now: datetime, *, by: str, reason: str, as_json: bool) -> None:
    """Print everything held on one person, and record that it was asked for."""
    _require(reason, "request 2026/31")
    with unit_of_work() as connection:
        require_tables(connection)
        found = held_on(connection, person_ref)
        record_act(
            connection,
            "subject_access",
            cases=len(found["cases"]),
            entries=len(found.get("chronology", ())),
            now=now,
            by=by,
            reason=reason,
        )
    if as_json:
        json.dump(found, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    _print(found)


def _require(reason: str, example: str) -> None:
    if not reason.strip():
        raise typer.BadParameter(f"Say why, for the record: --reason '{example}'.")


def _print(found: Held) -> None:
    for name, rows in found.items():
        CONSOLE.print(f"\n{name.replace('_', ' ')} ({len(rows):,})", style="bold")
        for row in rows:
            known = {column: value for column, value in row.items() if value not in (None, "")}
            CONSOLE.print(
                "  " + ", ".join(f"{column}: {value}" for column, value in known.items()), soft_wrap=True, markup=False
            )
    CONSOLE.print(
        "\nNo name, address or pupil number is held here: the source system has those. Letters are in the case file.",
    )
