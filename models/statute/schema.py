"""What a file of the law may say: the allowed words, and an entry that refuses all others.

An `Entry` hands out each key once, checked; `finish` refuses whatever was left, so an unknown or misspelt
key never passes unseen.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from models.errors import StatuteDataError

EDITION = "2026-11"
"""When the law was last read for this register; the sources run to about May 2024."""

RECORDS = (
    "case",
    "advice",
    "order",
    "review",
    "transfer",
    "reassessment",
    "mediation",
    "appeal",
)

STAGES = (
    "request",
    "advice",
    "decision",
    "draft",
    "final_plan",
    "order",
    "reassessment",
    "review",
    "transfer",
    "mediation",
    "appeal",
)

OWNERS = (
    "local_authority",
    "advice_body",
    "consulted_setting",
    "meeting_arranger",
    "old_authority",
    "new_authority",
    "health_commissioner",
    "authority_or_health_commissioner",
    "mediation_adviser",
    "family",
)

STANDING = {
    "statutory": "set by the Act, the Regulations, the Tribunal rules or a court; evaluated every night",
    "practice": "guidance or common practice, not law; evaluated every night",
    "advisory": "somebody else's way of counting, shown beside the law and never instead of it",
    "reference": "law kept in the register and evaluated when asked for by name: extracts do not carry its facts",
}
STATUTORY = frozenset({"statutory", "reference"})
WATCHED = frozenset({"statutory", "practice"})

COUNTING: Mapping[str, tuple[str, ...]] = {
    "after": ("weeks", "days", "working_days"),
    "beginning_with": ("days", "working_days"),
    "months_after": ("months",),
    "months_starting_with": ("months",),
    "before_date": (),
    "ahead_of": ("weeks", "months", "working_days"),
}

TESTS = {
    "during": "the fact touches the time from the origin to the due date",
    "absence": "as `during`, and the absence lasts at least `days`, both ends counted",
    "closure": "advice was asked of the head within the window of a closure of at least `days`",
}

VERIFIED = {
    "statute": "read on the official text",
    "statute_part": "read on the official text, which stopped inside the provision",
    "quoted": "read as quoted word for word by a named secondary source",
    "paraphrased": "read only as a paraphrase by a secondary source",
    "unverified": "not confirmed: check the official text before relying on it",
}


class Entry:
    """One table of a file, read key by key; what is asked for twice or left over is an error."""

    def __init__(self, file: str, path: str, values: Mapping[str, Any]) -> None:
        self._file = file
        self._path = path
        self._left = dict(values)

    def refuse(self, key: str, why: str, remedy: str) -> StatuteDataError:
        """The error for one key, naming the file and the path within it."""
        where = ".".join(part for part in (self._path, key) if part)
        return StatuteDataError(
            "The law as data cannot be accepted.", where=f"{self._file}, {where}", why=why + ".", remedy=remedy + "."
        )

    def tables(self, key: str) -> "list[Entry]":
        """The tables of an array of tables, none if the key is absent."""
        found = self._left.pop(key, [])
        if not isinstance(found, list) or not all(isinstance(x, dict) for x in found):
            raise self.refuse(key, "it is not a list of tables", f"write [[{key}]] before each")
        names = [str(x.get("key", x.get("code", number))) for number, x in enumerate(found, 1)]
        prefix = f"{self._path}." if self._path else ""
        return [Entry(self._file, f"{prefix}{key}[{name}]", x) for name, x in zip(names, found, strict=True)]

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty, or the default where the key is absent."""
        value = self._take(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.refuse(key, "it is not a text", f'write {key} = "..."')
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self._take(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(x, str) and x for x in value):
            raise self.refuse(key, "it is not a list of names", f'write {key} = ["..."]')
        return tuple(value)

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """A text that is one of the allowed words."""
        value = self.text(key)
        if value not in allowed:
            raise self.refuse(key, f"{value!r} is not a word the register knows", "write one of " + ", ".join(allowed))
        return value

    def link(self, key: str) -> str:
        """A web address."""
        value = self.text(key)
        if not value.startswith(("https://", "http://")):
            raise self.refuse(key, f"{value!r} is not a web address", "give the page the text was read on")
        return value

    def whole_number(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 1, or the default."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or (value < 1 and value != default):
            raise self.refuse(key, "it is not a whole number above zero", f"write {key} = N")
        return value

    def day(self, key: str) -> date:
        """A date."""
        value = self._take(key, None)
        if type(value) is not date:
            raise self.refuse(key, "it is not a date", f"write {key} = 2014-09-01, without quotes")
        return value

    def day_or_none(self, key: str) -> date | None:
        """A date, or None where the key is absent."""
        return self.day(key) if key in self._left else None

    def flag(self, key: str) -> bool:
        """True or false; false where the key is absent."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            raise self.refuse(key, "it is neither true nor false", f"write {key} = true")
        return value

    def month_day(self, key: str) -> tuple[int, int]:
        """A month and a day, written "02-15"."""
        return self._month_day(key, self.text(key))

    def stretches(self, key: str) -> list[tuple[str, str]]:
        """Stretches of the year, written [["12-25", "01-01"]]."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(
            isinstance(x, list) and len(x) == len(("first", "last")) for x in value
        ):
            raise self.refuse(key, "it is not a list of [first, last]", f'write {key} = [["12-25", "01-01"]]')
        for pair in value:
            for end in pair:
                self._month_day(key, end)
        return [(first, last) for first, last in value]

    def choices(self, key: str) -> dict[str, tuple[str, ...]]:
        """Columns and the values they may have, written where = { requires = ["assess"] }."""
        value = self._take(key, {})
        if not isinstance(value, dict) or not all(isinstance(x, list) and x for x in value.values()):
            raise self.refuse(key, "it is not a table of lists", f'write {key} = {{ column = ["value"] }}')
        return {column: tuple(values) for column, values in value.items()}

    def finish(self) -> None:
        """Refuse whatever has not been asked for."""
        for key in self._left:
            raise self.refuse(key, "the register does not know this key", "remove it or correct its spelling")

    def _take(self, key: str, default: Any) -> Any:  # noqa: ANN401 - what a file says is checked by the caller
        if key not in self._left and default is None:
            raise self.refuse(key, "it is missing", f"add {key}")
        return self._left.pop(key, default)

    def _month_day(self, key: str, value: object) -> tuple[int, int]:
        try:
            # A leap year, so that 29 February is a day like any other.
            day = date.fromisoformat(f"2000-{value}")
        except ValueError:
            raise self.refuse(key, f"{value!r} is no month and day", 'write "02-15"') from None
        return day.month, day.day
