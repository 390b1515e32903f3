"""Where channels get their keys from, and how they are kept out of every log."""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Lookup = Callable[[str], str | None]
"""A setting by its name, as EHC_SMTP_URL; None where nobody has set it."""

TALKATIVE = ("apprise", "urllib3", "requests", "notifications_python_client")
"""What writes addresses with their keys, or whole messages, into its log."""

SILENT = logging.CRITICAL + 1


def from_environment(name: str) -> str | None:
    """The setting of the environment; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or None


def block_of(name: str) -> str:
    """The name of the Prefect Secret block for a setting: EHC_CHANNEL_SEND_TEAM is in ehc-channel-send-team."""
    return name.lower().replace("_", "-")


def channel_setting(name: str) -> str:
    """The setting of a named channel: that of `Send team` is EHC_CHANNEL_SEND_TEAM."""
    return "EHC_CHANNEL_" + re.sub(r"[^A-Z0-9]+", "_", name.upper())


@contextmanager
def hushed() -> Iterator[None]:
    """While it lasts, the libraries that would log an address or a message are silent, whatever the log's level."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(SILENT)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
