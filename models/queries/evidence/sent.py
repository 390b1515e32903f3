"""The evidence of one case, continued: what was sent about it, what was not and why, and what people answered."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.practice.comings import REARMED
from models.queries.evidence.asked import Row, Section, Staff, role_in_words
from models.queries.records import KINDS, load
from models.queries.scope import Scope
from models.queries.sql import numbers
from models.statute.register import Register
from models.store import as_text, fetch

NOTHING_SENT = (
    "No reminder, chase or alert was ever made about this case by this program, neither sent nor kept back. What the "
    "authority sent by other means is not in these records."
)
WITHOUT_A_TASK = "told without a task"
"""Why there is a notice to a family that no night had set as a task."""

ONLY_SHADOW = "kept back: the team was being tried out, and nothing was sent for it"

_STATUS = {
    "waiting": "waiting to be sent",
    "sending": "being sent",
    "sent": "sent",
    "temporary_failure": "not delivered yet: will be tried again",
    "permanent_failure": "could not be delivered",
    "uncertain": "sent or not: the program ended in mid-send, and it is sent again, saying so",
    "shadow": ONLY_SHADOW,
    "withdrawn": "withdrawn before it was sent",
}


class Records:
    """What tells the records of a case apart, by duty and record, in words."""

    def __init__(self, connection: Connection, scope: Scope, register: Register) -> None:
        self._register = register
        self._names: dict[tuple[str, int], str] = {}
        for kind in KINDS:
            found = load(connection, kind, scope)
            keys = zip(found.ids.tolist(), found.chronology_keys, strict=True)
            self._names |= {(kind, number): key.replace(":", " ").replace("_", " ") for number, key in keys}

    def about(self, duty: str, record_id: int) -> str:
        """The duty, and of which record where that is not the case itself."""
        words = duty.replace("_", " ").replace(":", ": ")
        kinds = [x.record for x in self._register.duties if x.key == duty]
        name = self._names.get((kinds[0], record_id), "") if kinds else ""
        return f"{words} ({name})" if name else words


def alerts(connection: Connection, scope: Scope, records: Records, staff: Staff) -> Section:
    """Every reminder, chase and alert about the case: sent, waiting, or silent with its reason."""
    rows = fetch(
        connection,
        f"SELECT {as_text(connection, 'a.reached_on', 'a.as_of', 'a.due_on')}, a.duty, a.record_id, a.rung, "
        "a.repetition, a.role, COALESCE(a.silence, ''), m.id, COALESCE(m.reference, ''), COALESCE(m.status, ''), "
        "COALESCE(m.role, ''), COALESCE(m.recipient, ''), COALESCE(m.why, '') FROM alerts a "
        f"JOIN cases c ON c.id = a.case_id LEFT JOIN messages m ON m.id = a.message_id WHERE {scope.sql} "
        "ORDER BY a.as_of, a.id",
        **scope.values,
    )
    sent = _deliveries(connection, {x[9] for x in rows if x[9]})
    lines = [_alert(row, sent, records, staff) for row in rows]
    columns = ("night", "due for it on", "step", "about", "last lawful day", "to", "reference", "what became of it")
    more = ("sent at", "how", "receipt")
    spoken = sum(bool(x[9]) and not x[8] for x in rows)
    words = [
        f"{len(lines)} steps were reached: {spoken} went into messages, {len(lines) - spoken} stayed silent.",
        "A message may tell one person of several cases; only its reference is shown here.",
        "Without a receipt, 'sent' says that the mail server or service took the message, not that somebody read it.",
    ]
    return Section("alerts", "Reminders, chases and alerts", words if lines else [NOTHING_SENT], columns + more, lines)


def _alert(row: Sequence[Any], sent: Mapping[int, Row], records: Records, staff: Staff) -> Row:
    reached, night, due, duty, record, rung, repetition, role, silence, message, reference, status, to, name, why = row
    again = ", said once more" if repetition >= REARMED else f", time {repetition + 1}" if repetition else ""
    step = rung.replace("_", " ") + again
    became = (
        "silent: " + (ONLY_SHADOW if silence == "shadow" else staff.hidden_in(silence))
        if silence
        else _STATUS.get(status, status)
    )
    # What a mail server or a service said may name anybody.
    if why and not silence and status != "sent" and staff.with_names:
        became = f"{became} ({why})"
    whom = role_in_words(to or role) + (f", {name}" if name and staff.with_names else "")
    attempt = sent.get(message, ("", "", "")) if not silence else ("", "", "")
    return (night, reached, step, records.about(duty, record), due, whom, reference, became, *attempt)


def _deliveries(connection: Connection, messages: set[int]) -> dict[int, Row]:
    """Per message, when its newest attempt ended, by which channel, and what the provider said of it."""
    if not messages:
        return {}
    rows = fetch(
        connection,
        "SELECT message_id, CAST(COALESCE(ended_at, begun_at) AS TEXT), channel, COALESCE(receipt, ''), "
        f"COALESCE(CAST(receipt_at AS TEXT), ''), COALESCE(outcome, '') FROM deliveries "
        f"WHERE message_id IN ({numbers(sorted(messages))}) ORDER BY message_id, attempt",
    )
    found: dict[int, Row] = {}
    for message, at, channel, receipt, receipt_at, outcome in rows:
        if outcome == "sent" or message not in found:
            found[message] = (at[:16] if outcome == "sent" else "", channel, f"{receipt} {receipt_at[:16]}".strip())
    return found


def answers(connection: Connection, scope: Scope, records: Records, staff: Staff) -> Section:
    """Every acknowledgement and snooze: who said so, for how long, and why."""
    rows = fetch(
        connection,
        f"SELECT CAST(h.held_at AS TEXT), h.kind, h.duty, h.record_id, {as_text(connection, 'h.until_on')}, h.reason, "
        f"h.held_by FROM holds h JOIN cases c ON c.id = h.case_id WHERE {scope.sql} ORDER BY h.id",
        **scope.values,
    )
    lines = [
        (at[:16], kind, records.about(duty, record), until, _reason(reason, staff), staff.called(by))
        for at, kind, duty, record, until, reason, by in rows
    ]
    columns = ("at", "answer", "about", "silent until", "reason", "by")
    words = "While an answer stands the alerts about its date keep silent. It moves no date."
    nothing = "Nobody has acknowledged an alert or put one off."
    return Section("answers", "Acknowledged or put off", [words if lines else nothing], columns, lines)


def _reason(reason: str, staff: Staff) -> str:
    """What a person wrote may name somebody: shown in full only where names are asked for."""
    return reason if staff.with_names or not reason else "given"


def family(connection: Connection, scope: Scope, staff: Staff) -> Section:
    """What the family was to be told of, by when, and when they were."""
    dates = as_text(connection, "n.due_on", "n.predicted_on", "n.tell_by", "n.told_on")
    rows = fetch(
        connection,
        f"SELECT n.duty, n.why, COALESCE(n.told_how, ''), COALESCE(n.told_by, ''), COALESCE(n.said_before, ''), "
        f"COALESCE(CAST(n.recorded_at AS TEXT), ''), {dates} FROM family_notices n JOIN cases c ON c.id = n.case_id "
        f"WHERE {scope.sql} ORDER BY n.id",
        **scope.values,
    )
    lines = []
    for duty, why, how, by, before, recorded, due, predicted, tell_by, told in rows:
        when = "not told, as far as is recorded" if not told else "before" if told <= due else "after"
        task = ("", "") if why == WITHOUT_A_TASK else (predicted, tell_by)
        days = (due, *task, told or "")
        lines.append(
            (
                duty.replace("_", " "),
                *days,
                how,
                when,
                staff.called(by),
                recorded[:16],
                why,
                _said_before(before, staff),
            )
        )
    columns = ("about", "last lawful day", "seen coming", "to be told by", "told", "how", "before or after the date")
    elsewhere = "A day on which a claim of an exception says that they were told is under Exceptions claimed."
    words = ["The program sets the task of telling a family; a person tells them and records it here.", elsewhere]
    more = ("by", "recorded at", "why", "recorded before, and put right")
    nothing = ["No task of telling the family was set, and nobody recorded here that they were told.", elsewhere]
    return Section("family", "The family told", words if lines else nothing, columns + more, lines)


def _said_before(before: str, staff: Staff) -> str:
    """What was recorded first of a family that was told, and who put it right."""
    said = (
        f"{on} by {how}, recorded by {staff.called(who)} at {recorded}; "
        f"put right by {staff.called(by)} at {at}: {_reason(why, staff)}"
        for on, how, who, recorded, by, at, why in json.loads(before or "[]")
    )
    return ". ".join(said)
