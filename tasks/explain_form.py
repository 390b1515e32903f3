"""Where in Prefect's own pages a case is explained: from a list in an artifact to the form, already filled in."""

from collections.abc import Callable
from datetime import date

from notifications.forms import filled_in
from tasks.deployed import deployed

FORM = "explain-case/explain a case"


def explain_form(as_of: date) -> Callable[[str], str]:
    """For a case the address, on the same host, of the form that explains it; "" where the form is not deployed."""
    number = deployed(FORM)
    if not number:
        return lambda _: ""
    return lambda case: filled_in("", number, {"case": case, "as_of": as_of.isoformat()})
