"""What wants somebody's attention apart from the cases: channels that do not work, roles nobody holds, sending off."""

from datetime import date

from sqlalchemy import Connection

from models.practice.loader import Practices
from models.queries.ladders.faults import ladder_faults
from models.queries.outbox.outbox import channel_incidents, outbox
from models.queries.outbox.spoken import NOBODY
from models.store import fetch
from models.words import counted


def attention(connection: Connection, practices: Practices, as_of: date) -> list[str]:
    """What stands between an alert and whoever should read it, in sentences, the gravest first."""
    stands = outbox(connection)
    found = []
    if stands.stopped_because is not None:
        found.append(f"All sending is stopped: {stands.stopped_because}. {_messages(stands.waiting)}.")
    for x in channel_incidents(connection):
        since = f"{x.since:%d %B %Y at %H:%M} UTC"
        found.append(f"The channel {x.channel} has not worked since {since}: {x.fault}. {_messages(x.waiting)}.")
    if stands.untold:
        found.append(f"{counted(stands.untold, 'message')} could not be delivered, and nobody could be told of it.")
    if unheard := _unheard(connection):
        alerts = counted(unheard, "open clock has an alert", "open clocks have alerts")
        found.append(
            f"{alerts} that nobody could be told of: nobody holds the role, nor any above it. They are told as "
            "soon as somebody does."
        )
    faults = ladder_faults(connection, practices, as_of)
    found += [f"Authority {x.authority_code}: {x.words}. {x.remedy}" for x in faults]
    return found


def _unheard(connection: Connection) -> int:
    """The open clocks of which some role was told nothing since its last alert found nobody."""
    rows = fetch(
        connection,
        "SELECT a.duty, a.record_id FROM alerts a "
        "JOIN clocks k ON k.duty = a.duty AND k.record_id = a.record_id AND k.origin_on = a.origin_on "
        "WHERE a.silence LIKE :nobody AND k.ended_on IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM alerts b WHERE b.case_id = a.case_id AND b.duty = a.duty AND b.record_id = "
        "a.record_id AND b.origin_on = a.origin_on AND b.role = a.role AND b.as_of > a.as_of "
        "AND COALESCE(b.silence, '') NOT LIKE :nobody)",
        nobody=f"{NOBODY}%",
    )
    return len(set(rows))


def _messages(number: int) -> str:
    return counted(number, "message waits", "messages wait")
