"""Delivery: what waits in the outbox goes out, each message claimed before and recorded after it is sent.

A claim is committed before anything is sent and the outcome after, each in a short unit of work of its own; nothing is
sent inside one. So a message is lost by no crash, and a repeat can only follow one in mid-send, and says so.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from models.casework.delivery import channel_faults, messages
from models.casework.delivery.messages import CAPPED, STOPPED, Claimed, Deferral, Withheld
from models.casework.delivery.receipts import settle
from models.casework.delivery.switches import is_sending
from models.casework.delivery.undelivered import tell_of_failures
from models.practice.ladders import SendingPolicy
from models.practice.loader import Practices
from models.queries.instants import ENGLAND
from models.queries.outbox.outbox import Due, due
from models.store import reading, unit_of_work
from notifications.channels.base import AddressRefusedError, KnowsReceipts, NotSetUpError, Outcome, Outgoing
from notifications.channels.registry import Channels, Route
from notifications.repeats import may_be_a_repeat
from notifications.undelivered import undelivered
from notifications.useful_time import is_useful, next_useful, why_not

LEASE = timedelta(minutes=10)
"""How long one message may take to be sent; every channel gives up well before."""

MOST_UNANSWERED = 3
"""So often a message is handed over without an answer before it counts as failed: by then it has most likely arrived,
and each further attempt is another copy for somebody.
"""

STRIKES = 3
"""So often in a row a channel fails before the rest of its messages are left for the next run."""

Step = Literal["claiming", "claimed", "sent", "recording", "recorded"]


@dataclass(frozen=True)
class Delivered:
    """What one run did, in numbers of messages; `is_stopped` if the switch kept everything back.

    `held` wait for a channel that does not work, `deferred` for a useful time, `capped` since their recipient has had
    enough for an hour; `released` were left in mid-send by a run that ended, `told` are failures somebody is told of.
    """

    sent: int = 0
    deferred: int = 0
    capped: int = 0
    held: int = 0
    temporary_failures: int = 0
    permanent_failures: int = 0
    uncertain: int = 0
    released: int = 0
    told: int = 0
    stopped: int = 0
    is_stopped: bool = False


def deliver(
    address: str | None,
    practices: Practices,
    channels: Channels,
    *,
    now: Callable[[], datetime],
    progress: Callable[[Step], None] = lambda _step: None,
) -> Delivered:
    """Send what waits in the outbox and whose time has come; `address` is that of the database."""
    begun = now()
    with unit_of_work(address) as connection:
        released = messages.release(connection, now=begun)
    with reading(address) as connection:
        waiting = due(connection, now=begun, on=begun.astimezone(ENGLAND).date())
        faulty = channel_faults.faulty(connection)
        is_stopped = not is_sending(connection)
    if is_stopped:
        return Delivered(released=released, stopped=len(waiting), is_stopped=True)
    run = _Run(address, practices, channels, now, progress, set(faulty))
    for message in waiting:
        run.take(message)
    told = run.end()
    return Delivered(released=released, told=told, is_stopped=bool(run.counts["stopped"]), **run.counts)


@dataclass
class _Run:
    """One run of delivery over the messages that were due when it began."""

    address: str | None
    practices: Practices
    channels: Channels
    now: Callable[[], datetime]
    progress: Callable[[Step], None]
    faulty: set[str]
    """The channels of which a stretch of faults lasts."""
    counts: Counter[str] = field(default_factory=Counter)
    strikes: Counter[str] = field(default_factory=Counter)
    deferrals: list[Deferral] = field(default_factory=list)
    held: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A channel that was down before gets one trial in each run.
        self.strikes.update(dict.fromkeys(self.faulty, STRIKES - 1))

    def take(self, message: Due) -> None:
        """Send one message, or see to it that it waits."""
        if self.counts["stopped"]:
            self.counts["stopped"] += 1
            return
        sending = self.practices.of(message.authority_code).sending
        moment = self.now()
        if not is_useful(moment, sending):
            self.deferrals.append(Deferral(message.id, next_useful(moment, sending), why_not(moment, sending)))
            self.counts["deferred"] += 1
        elif (route := self._route(message)) is not None and not self._has_arrived(message, route):
            self._send(message, route, sending)

    def end(self) -> int:
        """Write down what waits and for what, and tell somebody of what failed for good; how many they are told of."""
        moment = self.now()
        with unit_of_work(self.address) as connection:
            messages.defer(connection, self.deferrals, now=moment)
            for channel, waiting in self.held.items():
                messages.wait_for_channel(connection, waiting, channel, f"waits for the channel {channel}")
            return tell_of_failures(
                connection, partial(undelivered, self.practices), now=moment, on=moment.astimezone(ENGLAND).date()
            )

    def _route(self, message: Due) -> Route | None:
        """The way to the recipient; None where there is none, which is recorded."""
        address = (message.address or "").strip()
        if not address:
            self._fail(message, f"{message.recipient} has no address today")
            return None
        try:
            route = self.channels.route(address)
        except AddressRefusedError as error:
            self._fail(message, error.what)
            return None
        except NotSetUpError as error:
            name = self.channels.name_of(address)
            if name not in self.held:
                with unit_of_work(self.address) as connection:
                    channel_faults.note_fault(connection, name, f"{error.what} {error.where}", now=self.now())
            self._hold(message, name)
            return None
        if self.strikes[route.channel.name] >= STRIKES:
            self._hold(message, route.channel.name)
            return None
        return route

    def _has_arrived(self, message: Due, route: Route) -> bool:
        """True if a provider that can be asked had the message of which nobody could tell."""
        if message.status != "uncertain" or not isinstance(route.channel, KnowsReceipts):
            return False
        theirs = route.channel.found(message.reference)
        if theirs is None:
            return False
        with unit_of_work(self.address) as connection:
            settle(connection, message.id, theirs, now=self.now())
        self.counts["sent"] += 1
        return True

    def _send(self, message: Due, route: Route, sending: SendingPolicy) -> None:
        with unit_of_work(self.address) as connection:
            claimed = messages.claim(
                connection,
                message.id,
                channel=route.channel.name,
                address=route.shown,
                now=self.now(),
                lease=LEASE,
                most_per_hour=sending.most_per_hour,
                say_it_may_be_a_repeat=may_be_a_repeat,
            )
            self.progress("claiming")
        if isinstance(claimed, Withheld):
            self.counts["capped"] += claimed is CAPPED
            self.counts["stopped"] += claimed is STOPPED
            return
        self.progress("claimed")
        outcome = self._outcome(claimed, route)
        self.progress("sent")
        self._record(claimed, route, sending, outcome)
        self.progress("recorded")

    def _outcome(self, claimed: Claimed, route: Route) -> Outcome:
        if self.now() >= claimed.lease_until:
            # The machine slept between the claim and now: somebody else may have it.
            return Outcome("temporary_failure", "its time to be sent had run out")
        try:
            return route.channel.send(Outgoing(claimed.reference, *claimed.words), route.to)
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody knows whether the message had left
            # The kind of error alone: its words may hold the address with its key.
            return Outcome("uncertain", f"the channel broke off ({type(error).__name__})")

    def _record(self, claimed: Claimed, route: Route, sending: SendingPolicy, outcome: Outcome) -> None:
        moment, name = self.now(), route.channel.name
        status, again_at = _what_next(claimed, sending, outcome, moment)
        with unit_of_work(self.address) as connection:
            messages.record(
                connection,
                claimed,
                outcome.kind,
                status=status,
                now=moment,
                fault=outcome.fault,
                provider_reference=outcome.provider_reference,
                again_at=again_at,
            )
            if outcome.blames_channel:
                channel_faults.note_fault(connection, name, outcome.fault, now=moment)
            else:
                for works in {name, route.asked_for} & self.faulty:
                    channel_faults.note_works(connection, works, now=moment)
            self.progress("recording")
        if outcome.blames_channel:
            self.strikes[name] += 1
            self.faulty.add(name)
        else:
            self.strikes[name] = 0
            self.faulty -= {name, route.asked_for}
        self.counts[_COUNTED[status]] += 1

    def _fail(self, message: Due, why: str) -> None:
        with unit_of_work(self.address) as connection:
            self.counts["permanent_failures"] += messages.fail(connection, message.id, why, now=self.now())

    def _hold(self, message: Due, channel: str) -> None:
        self.held.setdefault(channel, []).append(message.id)
        self.counts["held"] += 1


_COUNTED = {
    "sent": "sent",
    "temporary_failure": "temporary_failures",
    "permanent_failure": "permanent_failures",
    "uncertain": "uncertain",
}


def _what_next(
    claimed: Claimed, sending: SendingPolicy, outcome: Outcome, now: datetime
) -> tuple[str, datetime | None]:
    """The status a message takes after an attempt, and when it is tried again, if it is."""
    if outcome.kind == "channel_failure":
        # Not the message's fault, and never a reason to give it up.
        return "temporary_failure", now + sending.wait_after(1)
    if outcome.kind == "temporary_failure" and claimed.failures + 1 < sending.give_up_after_attempts:
        return "temporary_failure", now + sending.wait_after(claimed.failures + 1)
    if outcome.kind == "uncertain" and claimed.unanswered + 1 < MOST_UNANSWERED:
        return "uncertain", now + sending.wait_after(claimed.unanswered + 1)
    return ("sent" if outcome.kind == "sent" else "permanent_failure"), None
