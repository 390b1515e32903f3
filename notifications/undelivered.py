"""The message that tells a team leader which messages could not be delivered, and what to do about it."""

from collections.abc import Sequence

from models.casework.delivery.messages import Words
from models.practice.loader import Practices
from models.queries.outbox.outbox import UNDELIVERED, Untold
from notifications.compose.render import compose
from notifications.compose.words import person


def undelivered(practices: Practices, failures: Sequence[Untold], reference: str) -> tuple[Words, str]:
    """The words about some failures, and the version of their template."""
    listed = [(x, person(x.recipient, practices.of(x.authority_code).titles.of(x.role))) for x in failures]
    made = compose(UNDELIVERED, {"failures": listed, "reference": reference})
    return Words(made.subject, made.text, made.html), made.template_version
