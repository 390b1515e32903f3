"""Any text survives the way through a mail."""

import email
import email.policy
from datetime import UTC, datetime
from email.header import decode_header, make_header

from hypothesis import example, given
from hypothesis import strategies as st

from notifications.channels.base import Outgoing
from notifications.channels.mail import as_mail

AT = datetime(2026, 3, 3, 10, tzinfo=UTC)

# What mail itself cannot carry: a lone carriage return, half a surrogate pair, a zero.
characters = st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\0")
texts = st.text(characters, min_size=1)
subjects = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).map(str.strip)


def _mail(outgoing: Outgoing) -> bytes:
    return as_mail(outgoing, sender=("EHC", "ehc@council.example"), reply_to="", to="o@council.example", at=AT)


@given(text=texts, html=texts)
def test_the_words_arrive_as_they_were(text: str, html: str) -> None:
    raw = _mail(Outgoing("r-1", "Subject", text, html))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = email.message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=email.policy.default)
    plain, rich = mail.iter_parts()
    assert plain.get_payload(decode=True).decode() == text
    assert rich.get_payload(decode=True).decode() == html


@given(subject=subjects)
@example("May be a repeat: C-1: health advice is overdue by 3 days, § 8")
@example("a" * 200)
@example("two  blanks   and more " * 8 + "end")
def test_the_subject_arrives_as_it_was(subject: str) -> None:
    raw = _mail(Outgoing("r-1", subject, "x", ""))
    read = email.message_from_bytes(raw)["Subject"]
    assert str(make_header(decode_header(read))) == subject
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_no_subject_or_reference_makes_a_header_of_its_own() -> None:
    raw = _mail(Outgoing("r-1\r\nBcc: x@y.example", "Late\r\nBcc: x@y.example", "x", ""))
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Bcc"] is None
    assert mail["X-EHC-Reference"] == "r-1--Bcc--x-y.example"
