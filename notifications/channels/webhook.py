"""Chats and webhooks through Apprise: Teams workflows, Slack, ntfy, JSON and whatever else it knows.

Apprise answers only True or False. Why it was False is learnt from its log, which is caught and goes nowhere else: it
holds addresses with their keys.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
from apprise.plugins.base import NotifyBase

from notifications.channels.base import NotSetUpError, Outcome, Outgoing
from notifications.channels.secrets import hushed

ANSWER_SECONDS = 20.0
STATUS = re.compile(r"\berror=(\d{3})\b")
GONE = (401, 403, 404, 405, 407, 410)
"""Answers of a place that has moved, is closed, or no longer knows our key."""

BUSY = (408, 425, 429)


class WebhookChannel:
    """One chat or webhook that is set up under a name."""

    def __init__(self, name: str, url: str, setting: str) -> None:
        self.name = f"channel:{name}"
        self._url = url
        self._setting = setting
        self._plugin()

    def send(self, outgoing: Outgoing, to: str) -> Outcome:  # noqa: ARG002 - the name says where to
        """What the other side said. Apprise leaves out blanks at the very end of the text, and nothing else."""
        # A new object each time: one that is used again waits five seconds between messages.
        plugin = self._plugin()
        with hushed(), _overheard() as heard:
            is_sent = bool(
                plugin.notify(
                    body=outgoing.text,
                    title=outgoing.subject,
                    notify_type=NotifyType.INFO,
                    body_format=NotifyFormat.TEXT,
                )
            )
        return Outcome("sent") if is_sent else heard.outcome()

    def check(self) -> Outcome:
        """The address is understood; whether anybody is there shows only when something is sent."""
        self._plugin()
        return Outcome("sent")

    def close(self) -> None:
        """Nothing is kept open."""

    def _plugin(self) -> NotifyBase:
        asset = AppriseAsset(app_id="EHC pathway", storage_mode="memory", secure_logging=True)
        with hushed():
            found = Apprise.instantiate(self._url, asset=asset)
        if not isinstance(found, NotifyBase):
            raise NotSetUpError(
                f"The address of {self.name} cannot be understood.",
                where=self._setting,
                remedy="Write it as Apprise does: workflows://..., slack://..., ntfy://..., json://... and so on.",
            )
        found.socket_connect_timeout = found.socket_read_timeout = ANSWER_SECONDS
        return found


class _Overheard(logging.Handler):
    """What Apprise wrote into its log during one message, and the error it was handling when it did."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.error: BaseException | None = None
        self.status: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.error = sys.exc_info()[1] or self.error
        if found := STATUS.search(record.getMessage()):
            self.status = int(found[1])

    def outcome(self) -> Outcome:
        """What it comes to."""
        if self.status is not None:
            return of_status(self.status)
        return of_error(self.error)


def of_status(status: int) -> Outcome:
    """What an HTTP status other than success means for the message."""
    words = f"the other side answered {status}"
    if status in GONE:
        return Outcome("channel_failure", f"{words}: its address or key is not accepted any more")
    if status in BUSY or status >= 500:  # noqa: PLR2004 - HTTP: 5xx is the server's own fault
        return Outcome("channel_failure", words)
    return Outcome("permanent_failure", f"{words}: it does not accept this message")


def of_error(error: BaseException | None) -> Outcome:
    """What a broken connection means for the message; nothing of the error's own words, which name the address."""
    if isinstance(error, requests.exceptions.SSLError):
        return Outcome("channel_failure", "the other side's certificate is not accepted")
    if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
        return Outcome("channel_failure", "the other side cannot be reached")
    if isinstance(error, requests.RequestException):
        return Outcome("uncertain", "the other side did not say whether it took the message")
    return Outcome("channel_failure", "the channel refused the message without saying why")


def _never_connected(error: BaseException | None) -> bool:
    """True where urllib3 gave up before there was a connection: then nothing was handed over."""
    from urllib3.exceptions import MaxRetryError, NewConnectionError  # noqa: PLC0415

    inner = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


@contextmanager
def _overheard() -> Iterator[_Overheard]:
    """Apprise's log goes here alone while it lasts."""
    logger = logging.getLogger("apprise")
    handler, level, was_passed_on = _Overheard(), logger.level, logger.propagate
    others = list(logger.handlers)
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        logger.handlers, logger.propagate = others, was_passed_on
        logger.setLevel(level)
