"""Which channel an address goes by: each is made once in a run, when the first message asks for it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType

from notifications.channels.addresses import Address, Way, parse_address
from notifications.channels.base import Channel, KnowsReceipts, NotSetUpError
from notifications.channels.secrets import Lookup, block_of, channel_setting

DEFAULT_SETTING = "EHC_CHANNEL_DEFAULT"
SMTP_SETTING = "EHC_SMTP_URL"
NOTIFY_KEY = "EHC_NOTIFY_API_KEY"
NOTIFY_URL = "EHC_NOTIFY_URL"
NOTIFY_TEMPLATES: dict[Way, str] = {
    "notify-email": "EHC_NOTIFY_EMAIL_TEMPLATE",
    "notify-sms": "EHC_NOTIFY_SMS_TEMPLATE",
}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes: the channel, the address it is handed, and the address that the records may hold.

    `asked_for` is the channel of the address, which another may stand in for.
    """

    channel: Channel
    to: str
    shown: str
    asked_for: str


class Channels(AbstractContextManager["Channels"]):
    """The channels of one run, closed at its end.

    `lookup` gives a setting by its name, from the environment or a vault; `folder` is where the file channel writes.
    """

    def __init__(self, lookup: Lookup, *, folder: Path, now: Callable[[], datetime]) -> None:
        # A setting that is not in the environment is asked for over the network.
        self._lookup = cache(lookup)
        self._folder = folder
        self._now = now
        self._made: dict[str, Channel | NotSetUpError] = {}

    def route(self, address: str) -> Route:
        """The way to an address.

        Raises:
            AddressRefusedError: nothing can be sent there, ever.
            NotSetUpError: nobody has set up its channel; where EHC_CHANNEL_DEFAULT is `file` that takes its place.
        """
        found = parse_address(address)
        name = channel_name(found)
        try:
            channel = self._channel(found)
        except NotSetUpError:
            if self._lookup(DEFAULT_SETTING) != "file":
                raise
            channel = self._channel(Address("file", ""))
            return Route(channel, found.to if "@" in found.to else "", found.shown, name)
        return Route(channel, found.to, found.shown, name)

    def name_of(self, address: str) -> str:
        """What the channel of an address is called in the records, whether it is set up or not."""
        return channel_name(parse_address(address))

    def asked(self, name: str) -> KnowsReceipts | None:
        """The channel of that name, if it is set up and can be asked what became of a message."""
        way = next((x for x in NOTIFY_TEMPLATES if x == name), None)
        try:
            channel = self._channel(Address(way, "")) if way else None
        except NotSetUpError:
            return None
        return channel if isinstance(channel, KnowsReceipts) else None

    def made(self) -> Iterator[Channel]:
        """The channels made so far."""
        return (x for x in self._made.values() if not isinstance(x, NotSetUpError))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close every channel."""
        for channel in self.made():
            channel.close()

    def _channel(self, address: Address) -> Channel:
        name = channel_name(address)
        if name not in self._made:
            try:
                self._made[name] = self._make(address)
            except NotSetUpError as error:
                self._made[name] = error
        made = self._made[name]
        if isinstance(made, NotSetUpError):
            raise made
        return made

    def _make(self, address: Address) -> Channel:
        # Each way imports what it needs when it is needed: Apprise alone takes half a second.
        if address.way == "file":
            from notifications.channels.file import FileChannel  # noqa: PLC0415

            return FileChannel(self._folder, self._now)
        if address.way == "email":
            from notifications.channels.smtp import SmtpChannel  # noqa: PLC0415

            return SmtpChannel(self._wanted(SMTP_SETTING, "email"), self._now)
        if address.way == "channel":
            from notifications.channels.webhook import WebhookChannel  # noqa: PLC0415

            setting = channel_setting(address.to)
            return WebhookChannel(address.to, self._wanted(setting, channel_name(address)), setting)
        from notifications.channels.govuk_notify import NotifyChannel  # noqa: PLC0415

        key = self._wanted(NOTIFY_KEY, address.way)
        template = self._wanted(NOTIFY_TEMPLATES[address.way], address.way)
        return NotifyChannel(address.way, api_key=key, template=template, address=self._lookup(NOTIFY_URL))

    def _wanted(self, setting: str, channel: str) -> str:
        if (found := self._lookup(setting)) is not None:
            return found
        raise NotSetUpError(
            f"The channel {channel} is not set up.",
            where=setting,
            remedy=f"Set {setting} in the environment, or make a Prefect Secret block {block_of(setting)}.",
        )


def channel_name(address: Address) -> str:
    """What the channel of an address is called in the records."""
    return f"channel:{address.to}" if address.way == "channel" else address.way
