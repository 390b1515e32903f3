"""What every channel is: something that sends one message to one place and says what became of it."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from models.errors import ChannelError

Kind = Literal["sent", "temporary_failure", "channel_failure", "permanent_failure", "uncertain"]
"""What became of one attempt.

`temporary_failure` is about this message, `channel_failure` about the channel, which would have failed any message;
`uncertain` is when nobody can say whether it arrived: everything was handed over and no answer came.
"""

LONGEST_FAULT = 300


class AddressRefusedError(ChannelError):
    """An address in `people` that nothing can be sent to, however long one waits."""


class NotSetUpError(ChannelError):
    """A channel that an address asks for and nobody has set up."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes out; the reference is the same at every attempt."""

    reference: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt; `fault` is in words for a person and holds no secret."""

    kind: Kind
    fault: str = ""
    provider_reference: str | None = None

    @property
    def blames_channel(self) -> bool:
        """True where the next message by the same channel can be expected to end likewise."""
        return self.kind in ("channel_failure", "uncertain")


class Channel(Protocol):
    """One way out."""

    @property
    def name(self) -> str:
        """What the channel is called in the records, without any secret."""

    def send(self, outgoing: Outgoing, to: str) -> Outcome:
        """Send once; anything that goes wrong is an outcome and not an exception."""

    def check(self) -> Outcome:
        """Whether the channel can be reached, as far as that can be found out without sending anything."""

    def close(self) -> None:
        """Let go of what a run kept open."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider says has become of a message since: its own word, and what that means here."""

    status: str
    is_final: bool
    failure: Kind | None = None


@runtime_checkable
class KnowsReceipts(Protocol):
    """A channel that can be asked afterwards what became of a message."""

    def receipt(self, provider_reference: str) -> Receipt | None:
        """What became of a message that was handed over; None where the provider does not say."""

    def found(self, reference: str) -> str | None:
        """The provider's reference of a message that it has had, by ours; None where it cannot be told."""


def one_line(words: object) -> str:
    """Words of another program made fit for a record: one line, printable, not too long."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join("".join(x if x.isprintable() else " " for x in text).split())[:LONGEST_FAULT]
