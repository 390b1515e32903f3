"""The picture of who held a case: a bar of stretches, each with a letter, and the days that were late below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.queries.holding.ledger import Ledger
from models.queries.holding.pathway import HOLDERS

WIDTH = 1000
HEIGHT = 106

COLOURS = {"authority": "#1d4f91", "family": "#6b4a8f", "setting": "#7a5200", "appeal": "#4a4a4a"}
"""By the beginning of the holder's key; every body that owes advice has the last one. All bear white letters."""

BODY = "#0d6b57"


@dataclass(frozen=True)
class Piece:
    """One stretch of the bar."""

    x: float
    width: float
    late_x: float
    late_width: float
    colour: str
    letter: str


@dataclass(frozen=True)
class Mark:
    """A line across the bar with its words above."""

    x: float
    anchor: str
    words: str


@dataclass(frozen=True)
class Bar:
    """The whole bar; without pieces there is nothing to show."""

    pieces: Sequence[Piece] = ()
    marks: Sequence[Mark] = ()
    letters: Sequence[tuple[str, str]] = ()
    first: str = ""
    last: str = ""
    in_words: str = ""
    height: int = HEIGHT


def bar(found: Ledger) -> Bar:
    """The bar of one case."""
    if not found.size:
        return Bar()
    first, last = found.from_on.min(), found.until_on.max()
    scale = WIDTH / max((last - first).astype(int), 1)
    keys = found.holders().tolist()
    letters = {key: chr(ord("A") + place) for place, key in enumerate(dict.fromkeys(keys))}
    starts = ((found.from_on - first).astype(int) * scale).round(2).tolist()
    widths = (found.days * scale).round(2).tolist()
    late = (found.days_late * scale).round(2).tolist()
    pieces = [
        Piece(x, width, round(x + width - lost, 2), lost, _colour(key), letters[key])
        for x, width, lost, key in zip(starts, widths, late, keys, strict=True)
    ]
    rows = zip(keys, found.from_on.astype(str), found.until_on.astype(str), found.days, found.days_late, strict=True)
    words = [
        f"{HOLDERS[key]}, {start} to {end}, {days} days" + (f", {lost} of them late" if lost else "")
        for key, start, end, days, lost in rows
    ]
    return Bar(
        pieces,
        _marks(found, scale),
        [(letter, HOLDERS[key]) for key, letter in letters.items()],
        str(first),
        str(last),
        "; ".join(words) + ".",
    )


def _marks(found: Ledger, scale: float) -> list[Mark]:
    """The last lawful day for the plan, if it lies within the bar: the day before the first one counted past it."""
    over = found.days_over > 0
    if not over.any():
        return []
    row = int(over.argmax())
    day = found.until_on[row] - found.days_over[row].astype("timedelta64[D]")
    x = round(float((day - found.from_on.min()).astype(int) * scale), 2)
    anchor = "start" if x < WIDTH / 4 else "end" if x > WIDTH * 3 / 4 else "middle"
    return [Mark(x, anchor, f"last lawful day for the plan: {day}")]


def _colour(key: str) -> str:
    return next((colour for start, colour in COLOURS.items() if key.startswith(start)), BODY)
