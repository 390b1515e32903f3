"""What each role has to mend, in lines for its weekly message: case references and counts, nobody's name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from models.measures.quality.catalogue import Rule, rules
from models.queries.board import DAYS_OF_WEEK
from models.queries.findings import Found, open_findings
from models.words import counted

MOST_NAMED = 5


def quality_digest(
    connection: Connection, as_of: date, *, authority_code: str | None = None
) -> Mapping[str, Sequence[str]]:
    """Per owner the lines of the week's digest, the worst rule first; owners with nothing to mend are left out.

    A line says the rule, how many findings, how many of them are new this week, the oldest cases and what to do.
    """
    by_owner: dict[str, dict[str, list[Found]]] = {}
    for one in open_findings(connection, as_of, authority_code=authority_code):
        by_owner.setdefault(one.owner, {}).setdefault(one.rule, []).append(one)
    return {
        owner: [_line(rules()[rule], found) for rule, found in sorted(of_rule.items(), key=_worst_first)]
        for owner, of_rule in sorted(by_owner.items())
    }


def _worst_first(of_rule: tuple[str, list[Found]]) -> tuple[int, int, str]:
    rule, found = of_rule
    return rules()[rule].rank, -len(found), rule


def _line(rule: Rule, found: Sequence[Found]) -> str:
    new = sum(one.days < DAYS_OF_WEEK for one in found)
    oldest = max(one.days for one in found)
    age = f"{new:,} new this week, the oldest {counted(oldest, 'day')} old"
    cases = list(Counter(one.case_ref for one in found if one.case_ref))
    more = f" and {len(cases) - MOST_NAMED:,} more" if len(cases) > MOST_NAMED else ""
    named = f" Oldest: {', '.join(cases[:MOST_NAMED])}{more}." if cases else ""
    return f"{rule.title}: {len(found):,} ({age}).{named} {rule.remedy}"
