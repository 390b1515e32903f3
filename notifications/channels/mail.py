"""A message as e-mail: the stored text and HTML side by side, and headers that keep machines from answering it."""

from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any

from notifications.channels.base import Outgoing

REFERENCE_HEADER = "X-EHC-Reference"

LONGEST_PLAIN_SUBJECT = 60

WIRE = compat32.clone(linesep="\r\n", mangle_from_=False)
"""How it is written out. The newer policies put a second blank where they fold a subject beside an accent."""


def as_mail(outgoing: Outgoing, *, sender: tuple[str, str], reply_to: str, to: str, at: datetime) -> bytes:
    """The message as it goes over the line.

    The Message-ID is made of the reference: two attempts at one message have the same, so that a mailbox that has
    had the first can drop the second.
    """
    mail = MIMEMultipart("alternative")
    mail["From"] = formataddr(sender, charset="utf-8")
    mail["To"] = to
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Subject"] = _subject(" ".join(outgoing.subject.splitlines()))
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{_token(outgoing.reference)}@{sender[1].rpartition('@')[2]}>"
    mail[REFERENCE_HEADER] = _token(outgoing.reference)
    # Out-of-office replies would go to an address nobody reads.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    charset = Charset("utf-8")
    charset.body_encoding = QP
    for words, kind in ((outgoing.text, "plain"), (outgoing.html, "html")):
        if words:
            mail.attach(MIMEText(words, kind, charset))  # type: ignore[arg-type]
    return mail.as_bytes(policy=WIRE)


def _subject(words: str) -> str:
    """The subject, encoded where a line of plain letters cannot hold it; blanks are kept as they are."""
    if words.isascii() and len(words) <= LONGEST_PLAIN_SUBJECT:
        return words
    found: Any = Header(words, "utf-8", header_name="Subject")  # folded by the message, which says it takes text only
    return found  # type: ignore[no-any-return]


def _token(reference: str) -> str:
    """The reference as a header and a Message-ID may hold it."""
    return "".join(x if x.isascii() and (x.isalnum() or x in "-._") else "-" for x in reference)
