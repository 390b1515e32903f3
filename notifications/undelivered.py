"""The message that tells a team leader which messages could not be delivered, and what to do about it."""

from collections.abc import Sequence

from models.casework.delivery.messages import Words
from models.queries.outbox.outbox import UNDELIVERED, Untold
from notifications.compose.render import compose


def undelivered(failures: Sequence[Untold], reference: str) -> tuple[Words, str]:
    """The words about some failures, and the version of their template."""
    made = compose(UNDELIVERED, {"failures": failures, "reference": reference})
    return Words(made.subject, made.text, made.html), made.template_version
