"""A case explained, as Markdown: no words of anybody's own, and nobody's name."""

from collections.abc import Sequence

from models.casework.recording.holding import HERE
from models.statute.explanation import Explanation
from models.statute.schema import STANDING
from tasks.markdown import Markdown, page, plain, table, words


def explanation_page(case_ref: str, as_of: str, found: Sequence[Explanation]) -> str:
    """A case explained, all its clocks in short first; says nothing of who recorded a fact."""
    in_short = [(Markdown(_clock(x)), x.due_on, _outcome(x)) for x in found if x.standing != STANDING["advisory"]]
    parts = ["## In short", table(("clock", "last day", "outcome"), in_short)]
    for x in found:
        claims = [f"{claim.code}: {claim.verdict}" for claim in x.exceptions_tried]
        rows = [
            ("outcome", _outcome(x)),
            ("law", Markdown(f"[{plain(x.cite)}]({x.href}); text {x.verified}")),
            ("origin", f"{words(x.origin_milestone)} {x.origin_on or 'unknown'}{_whence(x)}"),
            ("date", x.arithmetic),
            *(("exception claimed", claim) for claim in claims),
            *([("note", x.note)] if x.note else []),
        ]
        parts += [f"## {_clock(x)}", table(("", ""), rows)]
    return page(f"Case {plain(case_ref)} on {as_of}", *parts)


def _clock(x: Explanation) -> str:
    return f"{x.title} ({plain(words(x.record_key))})" if x.record_key else x.title


def _outcome(x: Explanation) -> Markdown:
    return Markdown(f"**{plain(x.outcome)}**" if x.origin_on else plain(x.outcome))


def _whence(x: Explanation) -> str:
    """Where an origin came from and when; who recorded it, and a reason in somebody's own words, are not told."""
    said, _, when = x.origin_source.rpartition(", recorded ")
    source = HERE if said.startswith(HERE) else said
    return f" ({source}, recorded {when.partition(' UTC')[0]} UTC)" if source else ""
