"""What a message says of itself when an earlier attempt at it may have arrived."""

import re
from datetime import datetime

from models.casework.delivery.messages import Words
from models.queries.instants import ENGLAND

SUBJECT = "May be a repeat: "
BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)


def may_be_a_repeat(words: Words, tried_at: datetime) -> Words:
    """The message, saying in its subject and on top that it may be a repeat; said once however often it is tried."""
    if words.subject.startswith(SUBJECT):
        return words
    local = tried_at.astimezone(ENGLAND)
    line = (
        f"This may be a repeat: we tried to send this message on {local:%A} {local.day} {local:%B} at {local:%H:%M} "
        "and cannot tell whether it arrived. If you have it, there is nothing new here."
    )
    note = f'<p role="note" style="margin:0;padding:12px 16px;background:#fff4d6;color:#1b1b1b">{line}</p>\n'
    body = BODY.search(words.html)
    place = body.end() if body else 0
    return Words(
        subject=SUBJECT + words.subject,
        text=f"{line}\n\n{words.text}",
        html=f"{words.html[:place]}\n{note}{words.html[place:]}" if words.html else "",
    )
