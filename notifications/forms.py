"""The address of a form in Prefect's pages, filled in: its run page takes what is to stand in it as JSON."""

import json
from collections.abc import Mapping
from urllib.parse import quote


def filled_in(base: str, deployment: str, said: Mapping[str, str | int]) -> str:
    """The address of the form of a deployment, given its id; `base` is where the pages are, "" on the same host."""
    words = quote(json.dumps(said, separators=(",", ":")))
    return f"{base.rstrip('/')}/v2/deployments/deployment/{deployment}/run?parameters={words}"
