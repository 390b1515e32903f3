"""GOV.UK Notify through its own client: e-mail and text messages, with receipts of what became of them.

The words of a message are the records' and not Notify's: a template there holds ((subject)) and ((body)) and nothing
else. A text message carries the subject and the reference alone, since each hundred and sixty letters cost.
"""

from collections.abc import Mapping
from typing import Any, Literal

import requests
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from notifications.channels.base import Kind, NotSetUpError, Outcome, Outgoing, Receipt, one_line
from notifications.channels.secrets import hushed
from notifications.channels.webhook import of_error

Way = Literal["notify-email", "notify-sms"]

ADDRESS = "https://api.notifications.service.gov.uk"
ANSWER_SECONDS = 30
KEY_LENGTH = 73
"""The service's and the key's own identifiers, with a dash between; the name before them is free."""

RECIPIENT_FAULTS = ("email_address", "phone_number")
"""What Notify's refusals begin with where it is the recipient's address that is wrong."""

FAILURES: Mapping[str, Kind] = {
    "permanent-failure": "permanent_failure",
    "temporary-failure": "temporary_failure",
    "technical-failure": "temporary_failure",
    "validation-failed": "permanent_failure",
    "cancelled": "permanent_failure",
}
"""Notify's statuses of a message that did not arrive."""

DELIVERED = ("delivered", "received", "sent")
"""Statuses after which nothing more is heard; `sent` is a text message to a network that says nothing."""

HTTP_BAD_REQUEST, HTTP_SERVER_ERROR = 400, 500


class NotifyChannel:
    """One of the two ways that Notify knows."""

    def __init__(self, way: Way, *, api_key: str, template: str, address: str | None = None) -> None:
        self.name = way
        self._template = template
        if len(api_key) < KEY_LENGTH:
            raise NotSetUpError(
                "The key of GOV.UK Notify cannot be understood.",
                where="EHC_NOTIFY_API_KEY",
                remedy="Copy it again from Notify's page of API keys, whole: its name, the service and the secret.",
            )
        # The client says nothing of its types.
        self._client: Any = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            api_key, base_url=address or ADDRESS, timeout=ANSWER_SECONDS
        )

    def send(self, outgoing: Outgoing, to: str) -> Outcome:
        """What Notify said; when it took the message, with its own reference, for the receipt."""
        try:
            with hushed():
                answer = self._send(outgoing, to)
        except APIError as error:
            return _outcome(error)
        return Outcome("sent", provider_reference=str(answer.get("id", "")) or None)

    def check(self) -> Outcome:
        """Whether Notify knows the key and the template."""
        try:
            with hushed():
                self._client.get_template(self._template)
        except APIError as error:
            found = _outcome(error)
            return Outcome("channel_failure", found.fault)
        return Outcome("sent")

    def close(self) -> None:
        """Let go of the connection."""
        self._client.request_session.close()

    def receipt(self, provider_reference: str) -> Receipt | None:
        """What became of a message, None where Notify does not say now or no longer knows."""
        try:
            with hushed():
                answer = self._client.get_notification_by_id(provider_reference)
        except APIError:
            return None
        status = one_line(answer.get("status", ""))
        failure = FAILURES.get(status)
        return Receipt(status, is_final=failure is not None or status in DELIVERED, failure=failure)

    def found(self, reference: str) -> str | None:
        """Notify's own reference of a message that it took under ours, though nobody heard it say so."""
        try:
            with hushed():
                answer = self._client.get_all_notifications(reference=reference)
        except APIError:
            return None
        known = [x for x in answer.get("notifications", []) if x.get("reference") == reference]
        return str(known[0]["id"]) if known else None

    def _send(self, outgoing: Outgoing, to: str) -> Mapping[str, Any]:
        if self.name == "notify-sms":
            body = f"{outgoing.subject} ({outgoing.reference})"
            words = {"subject": outgoing.subject, "body": body}
            answer = self._client.send_sms_notification(to, self._template, words, outgoing.reference)
        else:
            words = {"subject": outgoing.subject, "body": outgoing.text}
            answer = self._client.send_email_notification(to, self._template, words, outgoing.reference)
        return answer or {}


def _outcome(error: APIError) -> Outcome:
    """What a refusal of Notify's means for the message."""
    cause = error.__cause__
    if isinstance(cause, requests.RequestException) and cause.response is None:
        return of_error(cause)
    status = error.status_code
    said = [one_line(x.get("message", "")) for x in error.message if isinstance(x, dict)]
    if status == HTTP_BAD_REQUEST and any(words.startswith(RECIPIENT_FAULTS) for words in said):
        return Outcome("permanent_failure", one_line(f"Notify refused the address: {'; '.join(said)}"))
    # Whatever else it refuses (the key, the template, the day's allowance) it would refuse of any message.
    words = (
        f"Notify answered {status}: {'; '.join(said)}" if status < HTTP_SERVER_ERROR else f"Notify answered {status}"
    )
    return Outcome("channel_failure", one_line(words))
