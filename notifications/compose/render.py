"""Templates into text: HTML escaped, an unknown name an error, and the version of what was used."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.errors import SettingsError
from models.words import counted
from notifications.compose import words

TEMPLATES = Path(__file__).parent.parent / "templates"
_SHARED = ("shared", "rungs")
_LONGEST_SUBJECT = 150
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in words; `subject` is one line, `text` says all that `html` says."""

    template: str
    template_version: str
    subject: str
    text: str
    html: str


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    found.filters |= {
        "long_day": words.long_day,
        "spoken_day": words.spoken_day,
        "short_day": words.short_day,
        "lateness": words.lateness,
    }
    found.globals |= {"counted": counted, "person": words.person}
    return found


def compose(template: str, context: Mapping[str, Any]) -> Composed:
    """The message that a template makes of what it is given."""
    subject = words_of(f"{template}.subject.j2", context)
    return Composed(
        template=template,
        template_version=template_version(template),
        subject=_one_line(subject),
        text=_BLANK_LINES.sub("\n\n", words_of(f"{template}.txt.j2", context)).strip() + "\n",
        html=words_of(f"{template}.html.j2", context),
    )


def words_of(file: str, context: Mapping[str, Any]) -> str:
    """What one file makes of what it is given."""
    return _environment().get_template(file).render(context)


class Asking(NamedTuple):
    """What the sentence of a rung depends on, so that one for every line of a kind is enough.

    `days` is -1 where it is late, 0 on the day itself and 1 before it; `is_foreseen` is that of the line, and
    `says_why` if the line names the step whose last safe day it is.
    """

    section: str
    is_advice: bool
    limit: str
    days: int
    tried: bool
    is_foreseen: bool
    says_why: bool


@lru_cache(maxsize=512)
def wanted(template: str, line: Asking) -> str:
    """What the template of a rung asks for, on one line; SettingsError if there is no such template."""
    if template not in rung_templates():
        raise SettingsError(
            f"There is no template {template!r} for a rung of a ladder.",
            where="local practice, ladders",
            remedy="Choose one of: " + ", ".join(sorted(rung_templates())) + ".",
        )
    return " ".join(words_of(f"rungs/{template}.txt.j2", {"line": line}).split())


@cache
def rung_templates() -> frozenset[str]:
    """The templates that a rung of a ladder may name."""
    return frozenset(path.name.removesuffix(".txt.j2") for path in (TEMPLATES / "rungs").glob("*.txt.j2"))


@cache
def template_version(template: str) -> str:
    """The digest of everything that a message of this template is made from."""
    files = {*TEMPLATES.glob(f"{template}.*.j2"), *(x for folder in _SHARED for x in (TEMPLATES / folder).glob("*.j2"))}
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.name}\x1f".encode() + path.read_bytes() + b"\x1e")
    return digest.hexdigest()[:12]


def _one_line(subject: str) -> str:
    """A subject without anything that ends a header, and not longer than a phone's list of messages can use."""
    line = " ".join(words.plain(part) for part in subject.split())
    line = line[:1].upper() + line[1:]
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1].rstrip() + "…"
