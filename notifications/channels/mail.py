"""A message as e-mail: the stored text and HTML side by side, and headers that keep machines from answering it."""

from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr
from typing import Any

from notifications.channels.base import Outgoing

REFERENCE_HEADER = "X-EHC-Reference"

LONGEST_PLAIN_SUBJECT = 60
LONGEST_BOUNDARY = 60
LONGEST_LINE = 78


class _Wire(Compat32):
    """How it is written out. The newer policies put a second blank where they fold a subject beside an accent."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as it goes over the line; of most is soon seen that nothing is to be folded or encoded."""
        line = f"{name}: {value}"
        # One that is encoded already comes as what it is made of, and not as text.
        is_plain = isinstance(value, str) and line.isascii() and line.isprintable()
        return f"{line}\r\n".encode() if is_plain and len(line) <= LONGEST_LINE else super().fold_binary(name, value)


WIRE = _Wire(linesep="\r\n", mangle_from_=False)


def as_mail(outgoing: Outgoing, *, sender: tuple[str, str], reply_to: str, to: str, at: datetime) -> bytes:
    """The message as it goes over the line.

    The Message-ID is made of the reference: two attempts at one message have the same, so that a mailbox that has
    had the first can drop the second.
    """
    # Nothing that is quoted-printable holds "=_", so that no text needs to be searched for the boundary.
    mail = MIMEMultipart("alternative", boundary=f"=_{_token(outgoing.reference)[:LONGEST_BOUNDARY]}")
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
