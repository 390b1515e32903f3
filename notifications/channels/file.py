"""Messages as files in a folder, for a demonstration, and for whoever wants to look before anything leaves the house.

Each message is an .eml, which any mail program opens, and an .html beside it.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from notifications.channels.base import Outcome, Outgoing
from notifications.channels.mail import as_mail

SENDER = ("EHC pathway", "ehc@localhost")


class FileChannel:
    """One folder."""

    name = "file"

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now

    def send(self, outgoing: Outgoing, to: str) -> Outcome:
        """Write it; the same message again is the same files again."""
        name = "".join(x if x.isalnum() or x in "-._" else "-" for x in outgoing.reference).strip(".")
        mail = as_mail(outgoing, sender=SENDER, reply_to="", to=to or SENDER[1], at=self._now())
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(self._folder / f"{name}.html", outgoing.html.encode())
            _write(self._folder / f"{name}.eml", mail)
        except OSError as error:
            return Outcome("channel_failure", f"the folder of messages cannot be written to: {error.strerror}")
        return Outcome("sent")

    def check(self) -> Outcome:
        """Whether the folder can be written to."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            trial = self._folder / ".trial"
            _write(trial, b"")
            trial.unlink()
        except OSError as error:
            return Outcome("channel_failure", f"the folder of messages cannot be written to: {error.strerror}")
        return Outcome("sent")

    def close(self) -> None:
        """Nothing is kept open."""


def _write(path: Path, content: bytes) -> None:
    """The whole file or none of it."""
    whole = path.with_name(f"{path.name}.part")
    whole.touch(mode=0o600, exist_ok=True)
    whole.write_bytes(content)
    whole.replace(path)
