"""Reads local practice: the product's own file, and over it an authority's, key by key."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.authority import PATTERN
from models.errors import SettingsError
from models.practice.ladder_checks import Fault, faults
from models.practice.schema import ANY_PANEL, Practice

OWN = "default.toml"
"""The file of the product's own practice."""

Document = dict[str, Any]
"""A TOML file as read: tables in tables."""

_REMEDIES = {
    "extra_forbidden": ("it is not a key that is known here", "remove it or correct its spelling"),
    "missing": ("it is missing", "add it"),
    "int_type": ("it is not a whole number", "write a whole number, without quotes"),
    "greater_than_equal": ("{input} is below {ge}", "write {ge} or more"),
    "less_than_equal": ("{input} is above {le}", "write {le} or less"),
    "literal_error": ("{input!r} is not a word that is known here", "write {expected}"),
    "bool_type": ("it is neither true nor false", "write true or false, without quotes"),
    "tuple_type": ("it is not a list", "write a list such as [5, 15, 60]"),
    "too_short": ("it is an empty list", "name at least one"),
    "string_type": ("it is not a text", "write it in quotes"),
    "time_of_day": ("{input!r} is not a time of day", 'write hours and minutes, such as "18:30"'),
    "day_if_any": ("{input!r} is not a date", 'write it as 2027-03-31, without quotes, or "" for none'),
    "authority_if_any": ("{input!r} is not the number of an authority", 'write its three figures, such as "336"'),
    "words": ("it is not one line of words", "write a few words in quotes"),
    "half_a_repetition": (
        "only one of repeat_every_days and repeats_at_most is there",
        "write both, so that the repetition ends, or neither",
    ),
    "frozen_set_type": ("it is not a list", 'write a list such as ["assess", "issue"]'),
    "model_type": ("it is not a table", "write its heading in brackets and its keys below"),
    "dict_type": ("it is not a table", "write the heading [{key}] and under it a line or a table for each name"),
    "value_error": ("{error}", "name each panel once"),
}
"""For each kind of error that pydantic finds: the reason and the remedy, in words for whoever wrote the file."""


@dataclass(frozen=True)
class Practices:
    """The local practice of every authority: its own where there is a file for it, else `usual`."""

    usual: Practice
    by_authority: Mapping[str, Practice] = field(default_factory=dict)

    def of(self, authority_code: str) -> Practice:
        """The practice of one authority."""
        return self.by_authority.get(authority_code, self.usual)


def practices(path: Path | None = None) -> Practices:
    """The practice of every authority: from one file for all, or from a folder of `<authority_code>.toml`.

    Raises:
        SettingsError: a file cannot be read, says something that is not understood, or is of no authority.
    """
    if path is None or not path.is_dir():
        return Practices(practice(path))
    try:
        own = sorted(file for file in path.iterdir() if file.suffix.casefold() == ".toml")
    except OSError as error:
        raise _unreadable(path, error) from None
    for file in own:
        if not re.fullmatch(PATTERN, file.stem):
            raise SettingsError(
                "A file of local practice is named for no authority, and nothing that it says would hold.",
                where=str(file),
                why=f"{file.stem!r} is not the three figures of an authority.",
                remedy="Name it by those figures, as 336.toml; or move it out of the folder.",
            )
    return Practices(practice(), {file.stem: practice(file) for file in own})


def practice(path: Path | None = None) -> Practice:
    """The local practice: the product's own, and where a file is given whatever it says instead.

    Raises:
        SettingsError: the file cannot be read, or says something that is not understood.
    """
    return _accepted(str(path), _bytes(path)) if path is not None else _accepted(OWN, b"")


@lru_cache(maxsize=256)
def _accepted(file: str, content: bytes) -> Practice:
    """The practice that a file makes by what it says now; a night asks again and again, and reading it takes long."""
    own = _parse(OWN, files("models.practice").joinpath(OWN).read_bytes())
    given = _parse(file, content)
    merged = _merged(own, given)
    _complete_panels(merged)
    try:
        found = Practice.model_validate(merged)
    except ValidationError as error:
        raise _refusal(_mistakes(error.errors(), given), file) from None
    if impossible := faults(found):
        raise _refusal(impossible, file)
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(
        "Local practice cannot be read.",
        where=str(path),
        why=f"{error.strerror}.",
        remedy="Correct EHC_PRACTICE, or take it away to use the product's own practice.",
    )


def _parse(name: str, content: bytes) -> Document:
    try:
        # Editors on Windows begin a file with a mark that TOML does not allow.
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            "A file of local practice cannot be read.",
            where=name,
            why=f"{error}.",
            remedy="Correct the TOML at that place; each table and each key may be there once.",
        ) from None


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Document:
    """The tables of `under` with each key that `over` has replaced, tables within tables likewise."""
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        found[key] = _merged(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return found


def _complete_panels(document: Document) -> None:
    """Each panel that is named takes what it leaves out from any panel's practice."""
    panels = document["panels"]
    if not isinstance(panels, dict) or not isinstance(panels.get(ANY_PANEL), dict):
        return
    for name, policy in panels.items():
        if isinstance(policy, dict):
            panels[name] = _merged(panels[ANY_PANEL], policy)


def _refusal(mistakes: Sequence[Fault], file: str) -> SettingsError:
    """The error that names every mistake of a file, so that it is corrected once."""
    if len(mistakes) == 1:
        key, why, remedy = mistakes[0]
        return SettingsError(
            "A file of local practice cannot be accepted.", where=f"{file}, {key}", why=f"{why}.", remedy=f"{remedy}."
        )
    return SettingsError(
        f"A file of local practice cannot be accepted: it has {len(mistakes)} mistakes.",
        where=file,
        why="".join(f"\n  - {key}: {why}. {remedy}." for key, why, remedy in mistakes),
        remedy="Correct each of them.",
    )


def _mistakes(errors: Sequence[ErrorDetails], given: Document) -> list[Fault]:
    """What is wrong in the authority's own file, each key once."""
    # A panel inherits what is wrong in "*"; only where it was written is of use.
    own = [x for x in errors if _says(given, x["loc"] if x["type"] != "missing" else x["loc"][:-1])]
    found = (_mistake(error) for error in own or errors[:1])
    return list({mistake.key: mistake for mistake in found}.values())


def _mistake(error: ErrorDetails) -> Fault:
    reason, remedy = _REMEDIES.get(error["type"], (error["msg"], "correct it"))
    # The place in a set is the number that pydantic gave it, of no use to a reader.
    key = ".".join(str(part) for part in error["loc"] if isinstance(part, str))
    words = {"input": error["input"], "key": key, **error.get("ctx", {})}
    remedy = remedy.format(**words)
    return Fault(key, reason.format(**words), remedy[0].upper() + remedy[1:])


def _says(document: object, place: Sequence[int | str]) -> bool:
    """True if the file itself has the key at this place."""
    for part in place:
        if isinstance(part, int):
            return True
        if not isinstance(document, dict) or part not in document:
            return False
        document = document[part]
    return True
