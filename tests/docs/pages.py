"""The pages of the documentation taken apart: fenced blocks, commands with their output, headings, links."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[(?:[^\]\\]|\\.)*\]\((?P<target>[^()\s]+(?:\([^()]*\))?)\)")
_HEADING = re.compile(r"^#+ (?P<words>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """One command of a page, what the page says it prints, and the exit code the page says it has."""

    text: str
    shown: str
    exit_code: int


@dataclass(frozen=True)
class File:
    """A block that the reader is asked to save under a path."""

    path: str
    text: str


def name(page: Path) -> str:
    """The page as a person calls it."""
    return str(page.relative_to(ROOT))


def steps(page: Path) -> Iterator[Command | File]:
    """What a reader does, in order: commands of `console` blocks, and blocks whose language is followed by a path.

    A block ```` ```console exit=1 ```` has a last command that ends so. Blocks in other languages are not run.
    """
    for fence in _FENCE.finditer(page.read_text("utf-8")):
        language, _, rest = fence["info"].partition(" ")
        if language == "console":
            yield from _commands(fence["body"], int(rest.removeprefix("exit=") or 0))
        elif rest:
            yield File(rest, fence["body"])


def _commands(body: str, last_exit_code: int) -> Iterator[Command]:
    texts, outputs = list[str](), list[str]()
    for line in body.splitlines():
        if line.startswith("$ "):
            texts.append(line.removeprefix("$ "))
            outputs.append("")
        else:
            outputs[-1] += line + "\n"
    codes = [0] * (len(texts) - 1) + [last_exit_code]
    yield from map(Command, texts, outputs, codes)


def links(page: Path) -> list[str]:
    """The targets of all links outside code."""
    return [link["target"] for link in _LINK.finditer(_prose(page))]


def anchors(page: Path) -> set[str]:
    """The anchors GitHub gives the headings of a page."""
    seen: Counter[str] = Counter()
    found = set[str]()
    for heading in _HEADING.finditer(_FENCE.sub("", page.read_text("utf-8"))):
        slug = re.sub(r"[^\w\- ]", "", heading["words"].lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def _prose(page: Path) -> str:
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text("utf-8")))
