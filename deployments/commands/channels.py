"""Whether messages can reach people, channel by channel; and a delivery by hand."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Connection

from deployments.commands.doctor import Finding
from deployments.server import prefect_here
from deployments.server.prefect_gone import told_in_words, without_account
from flows.today import now
from models.errors import EhcError
from models.practice.here import practices_here
from models.queries.outbox.outbox import channel_incidents
from models.settings import settings
from models.store import fetch, reading, require_tables
from models.words import counted
from notifications.channels.base import AddressRefusedError, NotSetUpError, Outcome, Outgoing
from notifications.channels.registry import Channels
from notifications.channels.secrets import Lookup, from_environment
from notifications.delivery import deliver
from notifications.receipts import collect_receipts

MOST_NAMED = 5

Place = tuple[str, str, str, str]
"""Of one of the people: the authority, the team, the role and the address."""


def channel_findings(today: date, at: datetime, *, send_to: str = "") -> list[Finding]:
    """What was found of each channel that somebody's address asks for; a test message goes to `send_to` alone."""
    with Channels(_lookup(), folder=settings().home / "outbox", now=lambda: at) as channels:
        found: list[Finding] = []
        try:
            with reading() as connection:
                require_tables(connection)
                people = _people(connection, today)
                incidents = channel_incidents(connection)
        except EhcError as error:
            found.append(Finding("addresses", False, f"{error.what} {error.why}".strip(), error.remedy))
        else:
            found += [*_addresses(people, channels), *_channels(people, channels)]
            found += [
                Finding(
                    x.channel,
                    False,
                    f"has not worked since {x.since:%Y-%m-%d %H:%M} UTC: {x.fault}; "
                    + counted(x.waiting, "message waits", "messages wait"),
                    "Mend it; the messages go out with the next delivery.",
                )
                for x in incidents
            ]
        if send_to:
            found.append(_sent(send_to, channels, at))
        return found


def _lookup() -> Lookup:
    """Settings from the environment, and from Prefect's blocks where there is a server to ask.

    None is started for it: whoever keeps keys in blocks runs `ehc up`, or names a server.
    """
    server = os.environ.get("PREFECT_API_URL")
    if not server:
        return from_environment
    prefect_here.prepare()
    from tasks.deliver import setting_or_block

    def found(name: str) -> str | None:
        with told_in_words(without_account(server), "Once it is there again, run the command again"):
            return setting_or_block(name)

    return found


def _people(connection: Connection, today: date) -> list[Place]:
    rows = fetch(
        connection,
        "SELECT authority_code, team, role, COALESCE(address, '') FROM people "
        "WHERE (from_on IS NULL OR from_on <= :day) AND (to_on IS NULL OR to_on >= :day) ORDER BY id",
        day=today.isoformat(),
    )
    return [(str(a), str(b), str(c), str(d).strip()) for a, b, c, d in rows]


def _addresses(people: Sequence[Place], channels: Channels) -> Iterator[Finding]:
    """Who cannot be written to, by role and team: an address that is refused may hold a secret."""
    wrong: dict[str, list[str]] = {}
    remedies: dict[str, str] = {}
    for authority, team, role, address in people:
        who = " ".join(filter(None, (authority, team, role.replace("_", " "))))
        if not address:
            wrong.setdefault("There is no address.", []).append(who)
            continue
        try:
            channels.name_of(address)
        except AddressRefusedError as error:
            wrong.setdefault(error.what, []).append(who)
            remedies[error.what] = error.remedy
    for what, whose in wrong.items():
        more = f" and {len(whose) - MOST_NAMED} more" if len(whose) > MOST_NAMED else ""
        words = f"{what} {', '.join(whose[:MOST_NAMED])}{more}"
        yield Finding("addresses", False, words, remedies.get(what, "Give them an address in the sheet people."))
    if people and not wrong:
        yield Finding("addresses", True, f"{counted(len(people), 'person', 'people')} can be written to")
    if not people:
        yield Finding("addresses", False, "nobody is there to be told", "Send the sheet people with the extract.")


def _channels(people: Sequence[Place], channels: Channels) -> Iterator[Finding]:
    by_channel: Counter[str] = Counter()
    first: dict[str, str] = {}
    for *_, address in people:
        try:
            name = channels.name_of(address)
        except AddressRefusedError:
            continue
        by_channel[name] += 1
        first.setdefault(name, address)
    for name, number in by_channel.items():
        try:
            channel = channels.route(first[name]).channel
        except NotSetUpError as error:
            how_many = counted(number, "person", "people")
            yield Finding(name, False, f"{error.what} It is how {how_many} would be told.", error.remedy)
            continue
        outcome = channel.check()
        words = counted(number, "person", "people") + ("" if channel.name == name else f", for now by {channel.name}")
        yield _finding(name, outcome, words)


def _sent(address: str, channels: Channels, at: datetime) -> Finding:
    text = "This is a test of the channel. No case is meant, and nothing has to be done.\n"
    try:
        route = channels.route(address)
    except EhcError as error:
        return Finding("test message", False, error.what, error.remedy)
    outgoing = Outgoing(f"ehc-test-{at:%Y%m%d%H%M%S}", "A test of the EHC pathway's messages", text, f"<p>{text}</p>\n")
    return _finding("test message", route.channel.send(outgoing, route.to), f"sent by {route.channel.name}")


def _finding(what: str, outcome: Outcome, words: str) -> Finding:
    if outcome.kind == "sent":
        return Finding(what, True, words)
    return Finding(what, False, outcome.fault, "See docs/how-to/channels.md.")


def deliver_now() -> dict[str, int]:
    """What one delivery did, run here and now without Prefect; safe beside the one that runs by its schedule."""
    with Channels(_lookup(), folder=settings().home / "outbox", now=now) as channels:
        found = practices_here()
        with reading() as connection:
            require_tables(connection)
        done = asdict(deliver(None, found, channels, now=now))
        return {**done, "receipts": collect_receipts(None, found, channels, now=now)}


def in_words(done: dict[str, int]) -> str:
    """What a delivery did, in a sentence for each thing that happened."""
    said = [f"{counted(done[name], *words)}." for name, words in _WORDS.items() if done[name]]
    said += ["Sending is turned off."] if done["is_stopped"] else []
    return "\n".join(said) or "No message was due; ehc messages shows what waits, and until when."


_WORDS = {
    "sent": ("message sent", "messages sent"),
    "deferred": ("message waits for a time at which it is of use", "messages wait for a time at which they are of use"),
    "capped": (
        "message waits, since its recipient has had enough for an hour",
        "messages wait, since their recipients have had enough for an hour",
    ),
    "held": (
        "message waits for a channel that does not work: ehc doctor --channels",
        "messages wait for channels that do not work: ehc doctor --channels",
    ),
    "stopped": ("message waits for sending to be turned on", "messages wait for sending to be turned on"),
    "temporary_failures": (
        "message could not be delivered now and will be tried again",
        "messages could not be delivered now and will be tried again",
    ),
    "permanent_failures": ("message can never be delivered", "messages can never be delivered"),
    "told": ("failure is told to somebody above", "failures are told to somebody above"),
    "uncertain": (
        "message may have arrived; it will be sent again and say so",
        "messages may have arrived; they will be sent again and say so",
    ),
    "released": (
        "message was left in mid-send by a run that ended",
        "messages were left in mid-send by a run that ended",
    ),
    "receipts": ("receipt came", "receipts came"),
}
