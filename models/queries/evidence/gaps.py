"""The gaps in the evidence of one case, stated plainly: what was not looked at, and what cannot be shown at all."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import Connection

from models.queries.scope import Scope
from models.statute.explanation import Explanation
from models.store import as_text, fetch

ALWAYS = (
    "The chain of hashes shows that no entry was altered, left out or put in between.",
    "It cannot show whether the newest entries were cut off: compare the last hash with one noted earlier.",
    "Messages, deliveries and answers to alerts are kept in tables of their own, outside the chain of hashes.",
    "What was said on the telephone, in meetings or in letters is here only if somebody recorded it.",
)
"""What no file of this kind can show."""


def gaps(
    connection: Connection, scope: Scope, found: Iterable[Explanation], as_of: date, *, most_days: int
) -> list[str]:
    """Every gap in a sentence; `most_days` is how many days may pass between two extracts."""
    return [
        *_extracts(connection, scope, as_of, most_days),
        *_nights(connection, as_of),
        *_advice(connection, scope),
        *_sending(connection, as_of),
        *(f"{x.title}: {x.outcome}." for x in found if x.state == "unknown"),
        *ALWAYS,
    ]


def _extracts(connection: Connection, scope: Scope, as_of: date, most_days: int) -> Iterator[str]:
    rows = fetch(connection, "SELECT authorities, CAST(imported_at AS TEXT) FROM imports ORDER BY id")
    taken = [date.fromisoformat(at[:10]) for codes, at in rows if scope.authority_code in codes.split(",")]
    taken = sorted(day for day in set(taken) if day <= as_of)
    if not taken:
        yield "No extract of the authority's case system was taken in by this day."
        return
    yield (
        f"The first extract was taken in on {taken[0]}. Of what happened before, these records show when it happened, "
        "and not when the authority first knew of it."
    )
    for earlier, later in zip(taken, [*taken[1:], as_of], strict=True):
        if (later - earlier).days > most_days:
            yield f"No extract was taken in between {earlier} and {later}."


def _nights(connection: Connection, as_of: date) -> Iterator[str]:
    """The stretches of days for which no night was run, since the first that was."""
    rows = fetch(
        connection,
        f"SELECT DISTINCT {as_text(connection, 'as_of')} FROM nights WHERE as_of <= :as_of ORDER BY 1",
        as_of=as_of.isoformat(),
    )
    nights = [date.fromisoformat(day) for (day,) in rows]
    if not nights:
        yield "No night was run by this day, so no alert could be raised."
        return
    yield f"The first night was run for {nights[0]}. Nothing could be raised or sent before."
    for earlier, later in zip(nights, [*nights[1:], as_of + timedelta(days=1)], strict=True):
        first, last = earlier + timedelta(days=1), later - timedelta(days=1)
        if first == last:
            yield f"No night was run for {first}."
        elif first < last:
            yield f"No night was run from {first} to {last}."


def _advice(connection: Connection, scope: Scope) -> Iterator[str]:
    rows = fetch(
        connection,
        "SELECT a.kind, a.body, COALESCE(a.reply, ''), COALESCE(a.replied_by, ''), a.requested_on IS NULL, "
        "a.received_by_body_on IS NULL, a.reply_on IS NULL FROM advice a JOIN cases c ON c.id = a.case_id "
        f"WHERE {scope.sql} ORDER BY a.id",
        **scope.values,
    )
    for kind, body, reply, replied_by, unasked, unreceived, unanswered in rows:
        of = f"{kind.replace('_', ' ')} advice" + (f" ({body})" if body else "")
        if unasked and unreceived and not unanswered:
            yield f"It is not recorded when {of} was asked for, though it was answered."
        elif unreceived and kind != "parent":
            yield f"It is not recorded when the request for {of} reached the body: its time is counted from asking."
        if reply == "not_known" and not replied_by:
            yield f"It is not recorded who said that the child is not known to {of}: without a name it is no answer."


def _sending(connection: Connection, as_of: date) -> Iterator[str]:
    """When all sending was switched off, for the whole program."""
    rows = fetch(connection, "SELECT is_sending, CAST(turned_at AS TEXT) FROM switches ORDER BY id")
    turns = [(bool(is_on), at[:16]) for is_on, at in rows if at[:10] <= as_of.isoformat()]
    for (is_on, at), (_, until) in zip(turns, [*turns[1:], (True, "")], strict=False):
        if not is_on:
            yield f"All sending was switched off from {at} UTC {f'to {until} UTC' if until else 'on, and still is'}."
