"""The system's own Chromium, quiet and shut in: it looks up nothing by itself, and nothing leaves this machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever is not on this machine is asked of a proxy that is not there.
    "--proxy-server=127.0.0.1:9",
]


def chromium() -> Iterator[Any]:
    """A browser for as long as a fixture lives; where there is none the tests skip and say why."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: uv sync")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET, timeout=1000 * PATIENCE)
        yield opened
        opened.close()
