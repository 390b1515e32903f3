"""What a region's managers read of a night: whose is not whole and why, and where everybody's open cases stand."""

from collections.abc import Iterable, Sequence
from datetime import date

from models.queries.authorities import names
from models.queries.board import BANDS, STAGES
from models.queries.region import Part, Standings
from tasks.markdown import Markdown, plain, table

COUNTED = (
    "Records are counted once for each duty that was asked of them. "
    "Each authority's own pages end in its code: `board-336`, `certificate-336`."
)


def region_page(parts: Sequence[Part], total: Standings, as_of: date) -> str:
    """The page as Markdown, the authorities that want something first."""
    wanting = [part for part in parts if part.faults]
    lines = sorted(parts, key=lambda part: (not part.faults, part.authority_code))
    return "\n\n".join(
        (
            f"# {len(parts):,} authorities on {as_of.day} {as_of:%B %Y}",
            _verdict(len(parts), len(wanting)),
            "\n".join(f"- {plain(_name(part))}: {plain(' '.join(part.faults))}" for part in wanting),
            f"## Open cases by stage and the time left: {total.total():,}",
            table(
                ("stage", "open", *BANDS),
                (_row(stage.replace("_", " "), [total[stage, band] for band in BANDS]) for stage in STAGES),
            ),
            "## By authority",
            table(
                ("authority", "night", "records", "clocks", "open", "overdue"),
                (
                    (
                        _name(part),
                        Markdown("**not whole**") if part.faults else "whole",
                        f"{part.records:,}",
                        f"{part.clocks:,}",
                        f"{part.standings.total():,}",
                        f"{sum(n for (_, band), n in part.standings.items() if band == 'overdue'):,}",
                    )
                    for part in lines
                ),
            ),
            COUNTED,
        )
    )


def _verdict(number: int, wanting: int) -> str:
    if wanting or not number:
        return f"**Not complete.** The night of {number - wanting:,} is whole, of {wanting:,} it is not."
    return f"**Complete.** The night of each of the {number:,} is whole: every record was evaluated by every duty."


def _name(part: Part) -> str:
    return f"{names().get(part.authority_code, 'authority')} ({part.authority_code})"


def _row(word: str, numbers: Iterable[int]) -> tuple[str, ...]:
    found = list(numbers)
    return (word, *(f"{number:,}" for number in (sum(found), *found)))
