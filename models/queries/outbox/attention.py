"""What wants somebody's attention apart from the cases: channels that do not work, roles nobody holds, sending off."""

from datetime import date

from sqlalchemy import Connection

from models.practice.loader import Practices
from models.queries.ladders.faults import ladder_faults
from models.queries.outbox.outbox import channel_incidents, outbox


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
        found.append(f"{_number(stands.untold, 'message')} could not be delivered, and nobody could be told of it.")
    faults = ladder_faults(connection, practices, as_of)
    found += [f"Authority {x.authority_code}: {x.words}. {x.remedy}" for x in faults]
    return found


def _messages(number: int) -> str:
    return "1 message waits" if number == 1 else f"{number:,} messages wait"


def _number(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number:,} {thing}s"
