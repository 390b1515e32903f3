"""Prefect as the embedded default runs it: in this process, in our own folder, telling nobody anything."""

import os
from pathlib import Path

from deployments import logs
from models.errors import SettingsError
from models.settings import settings

QUIET = {
    # Both Prefect's server and its client report usage to hosts of their maker unless told not to.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # The embedded server takes up to 14 seconds to start on a small machine; its own limit is 20.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def prefect_home() -> Path:
    """The folder of Prefect's own files, readable by this user only."""
    home = settings().home / "prefect"
    try:
        # One after the other: a mode is for the last folder of a path alone.
        for folder in (home.parent, home):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            "The folder of Prefect's own files cannot be made.",
            where=str(home),
            why=f"{error.strerror}.",
            remedy="Point EHC_HOME at a folder that this account may write to.",
        ) from None
    return home


def prepare() -> None:
    """Set Prefect up through the environment; must run before Prefect is imported. What is already set stays."""
    for name, value in {**QUIET, **logs.for_prefect(), "PREFECT_HOME": str(prefect_home())}.items():
        os.environ.setdefault(name, value)
