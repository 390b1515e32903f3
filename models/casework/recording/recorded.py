"""What is said of a recording: the sentence of one that was made, the refusal of one that was not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from models.casework.chronology.journal import Word
from models.casework.recording.holding import Found, Subject
from models.errors import RecordingRefusedError
from models.importers.contract import contract

MOST_NAMED = 12


@dataclass(frozen=True)
class Recorded:
    """What was recorded, in a sentence, and of which record."""

    said: str
    subject: Subject


def of_subject(subject: Subject) -> str:
    """The record that is meant, for a person."""
    of = f", {subject.record} {subject.record_key.replace(':', ' ')}" if subject.record_key else ""
    return f"Case {subject.case_ref} of authority {subject.authority_code}{of}"


def in_words(found: Found, changed: Mapping[str, Word]) -> str:
    """The change for a person; a text is named and not repeated, as it may be about somebody."""
    types = {column.name: column.type for column in contract()[found.plan.sheet].columns}
    return ", ".join(
        name if types[name] == "text" else f"{name} {word or 'not known'} (was {found.values[name] or 'not known'})"
        for name, word in changed.items()
    )


def near(word: str, words: Iterable[str]) -> str:
    """What may have been meant instead, as a sentence; "" where nothing comes near and the choice is long."""
    names = list(words)
    alike = get_close_matches(word, names, n=3) or [x for x in names if word and word in x][:3]
    if alike:
        return f" Did you mean {' or '.join(alike)}?"
    return f" Choose one of: {', '.join(names)}." if 0 < len(names) <= MOST_NAMED else ""


def unsigned(by: str) -> list[str]:
    """The fault of a recording that nobody signs."""
    return [] if by.strip() else ["It is not said who records it."]


def refusal(faults: Iterable[str]) -> RecordingRefusedError:
    """The refusal that names all faults."""
    return RecordingRefusedError(
        "Nothing was recorded.", why="\n          ".join(faults), remedy="Correct what is wrong and record again."
    )
