"""Prefect as the embedded default runs it: in this process, in our own folder, telling nobody anything."""

import os
from pathlib import Path

from models.settings import settings

QUIET = {
    # Both Prefect's server and its client report usage to hosts of their maker unless told not to.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # The embedded server takes up to 14 seconds to start on a small machine; its own limit is 20.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def prepare() -> None:
    """Set Prefect up through the environment; must run before Prefect is imported. What is already set stays."""
    home = settings().home / "prefect"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, value in {**QUIET, "PREFECT_HOME": str(Path(home))}.items():
        os.environ.setdefault(name, value)
