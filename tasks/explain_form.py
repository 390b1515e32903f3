"""Where in Prefect's own pages a case is explained: from a list in an artifact to the form, already filled in."""

import json
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from notifications.forms import filled_in
from tasks.deployed import deployed

FORM = "explain-case/explain a case"

_CASE = "CASE"
"""Stands for a case in an address, where nothing else is in capitals."""


def explain_form(as_of: date) -> Callable[[str], str]:
    """For a case the address, on the same host, of the form that explains it; "" where the form is not deployed."""
    number = deployed(FORM)
    if not number:
        return lambda _: ""
    # A list has many cases: what all their addresses have in common is written once.
    before, after = filled_in("", number, {"case": _CASE, "as_of": as_of.isoformat()}).split(_CASE)
    return lambda case: f"{before}{quote(json.dumps(case)[1:-1])}{after}"
