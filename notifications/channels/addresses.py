"""What the address of a person says: by which channel, and to where.

`name@host` is e-mail, `channel:NAME` a chat or a webhook that is set up under that name, `notify-email:` and
`notify-sms:` go through GOV.UK Notify, `file:` into a folder.
"""

import re
from dataclasses import dataclass
from typing import Literal

from notifications.channels.base import AddressRefusedError

Way = Literal["email", "channel", "notify-email", "notify-sms", "file"]

MAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.-]{0,58}[A-Za-z0-9])?")
NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{7,20}")

FORMS = "name@host, channel:NAME, notify-email:name@host, notify-sms:number or file:"


@dataclass(frozen=True, slots=True)
class Address:
    """An address that was understood; `shown` is what the records may hold."""

    way: Way
    to: str

    @property
    def shown(self) -> str:
        """The address as it was given, without any secret: none that is accepted can hold one."""
        return self.to if self.way == "email" else f"{self.way}:{self.to}"


def parse_address(given: str) -> Address:
    """The address as understood.

    Raises:
        AddressRefusedError: it is none, or it holds a secret. The words never repeat it.
    """
    words = given.strip()
    if "://" in words:
        raise AddressRefusedError(
            "The address is itself a key to a channel, which is no place for the records.",
            where="people, address",
            why="whoever has the link can write to the channel, and extracts are kept.",
            remedy="Write channel:NAME there, and put the link into EHC_CHANNEL_NAME or a Prefect Secret block "
            "ehc-channel-name.",
        )
    way, colon, to = words.partition(":")
    to = to.strip()
    if not colon and MAIL.fullmatch(words):
        return Address("email", words)
    if way == "channel" and NAME.fullmatch(to):
        return Address("channel", to)
    if way == "notify-email" and MAIL.fullmatch(to):
        return Address("notify-email", to)
    if way == "notify-sms" and NUMBER.fullmatch(to):
        return Address("notify-sms", to)
    if way == "file" and not to:
        return Address("file", "")
    raise AddressRefusedError(
        "The address cannot be understood.", where="people, address", remedy=f"Write {FORMS}, and one address only."
    )
