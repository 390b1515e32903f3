"""Markdown that managers read in Prefect, in which whatever a source says is text and nothing else."""

import re
from collections.abc import Iterable
from functools import lru_cache

# An underscore within a word is one to Markdown too.
_ITS_OWN = re.compile(r"[\\`*\[\]<>|~&#]|\b_|_\b")


class Markdown(str):
    """Text that is Markdown already: it goes into a table as it is."""

    __slots__ = ()


def plain(words: object) -> str:
    """Markdown that reads as these words do, on one line: no link, no picture, no tag of HTML."""
    return _plain(str(words))


@lru_cache(maxsize=10_000)  # a night's pages say the same days, duties and numbers thousands of times
def _plain(words: str) -> str:
    return _ITS_OWN.sub(r"\\\g<0>", " ".join(words.split()))


def page(title: str, *parts: str) -> str:
    """A page with its title, of the parts that say anything."""
    return "\n\n".join((f"# {title}", *filter(None, parts)))


def words(name: str) -> str:
    """A name of the register or of a column, to be read."""
    return name.replace("_", " ")


def table(headings: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    """The rows as a table; "Nothing." if there are none."""
    names = tuple(headings)
    lines = [" | ".join(_cell(x) for x in row) for row in rows]
    lines = [f"| {line} |" for line in (" | ".join(names), " | ".join("---" for _ in names), *lines)] if lines else []
    return "\n".join(lines) or "Nothing."


def _cell(what: object) -> str:
    if isinstance(what, Markdown):
        return what
    return "" if what is None else plain(what)
