"""What messages were made of: the alerts that speak in each, and what has settled them since."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from models.practice.ladders import FAMILY_DELAY, NEVER_ASKED
from models.practice.words import LastSafe
from models.queries.sql import numbers
from models.statute.register import Register
from models.store import as_text, fetch

DONE = "it was done before it was told"
"""Why an alert was not told that has a message: its clock had ended by then. Should it run again, it is told."""

NOBODY = "nobody holds the role"
"""How the silence begins of an alert that there was nobody to tell of, in the role or above it."""

FAMILY_KNOWS = "the family had been told already"
"""Why nobody is asked to tell a family."""


class Spoken(NamedTuple):
    """An alert of a message, with what its records say now; ISO dates, "" for unknown.

    `settled` is `DONE` when its clock has ended or begun anew, or what nobody had asked for has been asked for;
    `FAMILY_KNOWS` when it asks to tell a family that was told; else "".
    """

    id: int
    message_id: int
    duty: str
    record_id: int
    case_id: int
    origin_on: str
    due_on: str
    rung: str
    repetition: int
    reached_on: str
    role: str
    template: str
    silence: str
    authority_code: str
    team: str
    case_ref: str
    record_key: str
    act_by: str
    last_safe: LastSafe | None
    settled: str


def spoken(connection: Connection, register: Register, message_ids: Iterable[int]) -> list[Spoken]:
    """The alerts of these messages, in the order they were claimed."""
    ids = numbers(message_ids)
    if not ids:
        return []
    dates = as_text(connection, "a.origin_on", "a.due_on", "a.reached_on")
    tell_by, act_by, safe_on = (as_text(connection, x) for x in ("n.tell_by", "k.act_by", "a.safe_on"))
    rows = fetch(
        connection,
        "SELECT a.id, a.message_id, a.duty, a.record_id, a.case_id, a.rung, a.repetition, a.role, a.template, "
        f"COALESCE(a.silence, ''), c.authority_code, COALESCE(c.team, ''), c.case_ref, {dates}, "
        f"v.kind, o.number, r.review_number, t.transfer_number, {tell_by}, {act_by}, "
        f"a.safe_step, {safe_on}, a.safe_panel, "
        "k.record_id IS NOT NULL AND k.ended_on IS NULL, EXISTS (SELECT 1 FROM advice x WHERE x.case_id = a.case_id "
        "AND a.duty = :never_asked || x.kind AND (x.requested_on IS NOT NULL OR x.received_by_body_on IS NOT NULL)), "
        "a.template = :family_delay AND n.told_on IS NOT NULL "
        "FROM alerts a JOIN cases c ON c.id = a.case_id "
        "LEFT JOIN clocks k ON k.duty = a.duty AND k.record_id = a.record_id AND k.origin_on = a.origin_on "
        "LEFT JOIN advice v ON v.id = a.record_id LEFT JOIN orders o ON o.id = a.record_id "
        "LEFT JOIN reviews r ON r.id = a.record_id LEFT JOIN transfers t ON t.id = a.record_id "
        "LEFT JOIN family_notices n ON n.case_id = a.case_id AND n.duty = a.duty AND n.due_on = a.due_on "
        f"WHERE a.message_id IN ({ids}) ORDER BY a.id",
        never_asked=f"{NEVER_ASKED}:",
        family_delay=FAMILY_DELAY,
    )
    found = []
    for row in rows:
        key_, message, duty, record, case, rung, repetition, role, template, silence, code, team, ref = row[:13]
        origin_on, due_on, reached_on, kind, order, review, transfer, tell_by_, act_by_ = row[13:22]
        step, on, panel = row[22:25]
        runs, is_asked, family_knows = map(bool, row[25:])
        was_asked_for = duty.startswith(NEVER_ASKED)
        is_done = is_asked if was_asked_for else not runs
        keys = {"advice": kind, "order": order, "review": review, "transfer": transfer}
        key = duty.partition(":")[2] if was_asked_for else keys.get(register.duty(duty).record, "")
        found.append(
            Spoken(
                key_,
                message,
                duty,
                record,
                case,
                origin_on,
                due_on,
                rung,
                repetition,
                reached_on,
                role,
                template,
                silence,
                code,
                team,
                ref,
                "" if key is None else str(key),
                tell_by_ or act_by_ or "",
                LastSafe(step, on or "", panel or "") if step else None,
                DONE if is_done else FAMILY_KNOWS if family_knows else "",
            )
        )
    return found


def words_said(connection: Connection, message_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The reference, template, its version, subject, text and page of these messages, by their key."""
    ids = numbers(message_ids)
    if not ids:
        return {}
    columns = "id, reference, template, template_version, subject, text, html"
    return {
        key: tuple(words) for key, *words in fetch(connection, f"SELECT {columns} FROM messages WHERE id IN ({ids})")
    }


def written_to(connection: Connection) -> set[tuple[str, str]]:
    """To whom anything was ever sent or tried to be, by authority and name."""
    rows = fetch(connection, "SELECT DISTINCT authority_code, recipient FROM messages WHERE attempts > 0")
    return {(code, name) for code, name in rows}


def has_had_messages(connection: Connection, authority_code: str, team: str, role: str) -> bool:
    """True if anything was ever sent, or tried to be, to whoever held this role in the team."""
    sql = (
        "SELECT 1 FROM messages WHERE authority_code = :authority AND team = :team AND role = :role "
        "AND attempts > 0 LIMIT 1"
    )
    return bool(fetch(connection, sql, authority=authority_code, team=team, role=role))
