"""The rules that take more than one record: staff, two requests for one child, what came late, what was set aside."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from models.measures.quality.conditions import ENDED_ON
from models.measures.quality.hits import Hit, Looked
from models.measures.quality.words import begins, named
from models.queries.held import contradictions
from models.queries.history import RECORDED_SINCE
from models.queries.scope import Scope
from models.store import as_text, fetch
from models.words import counted

OFFICER = "officer"
_NUMBER = re.compile(r"\d+")


def staff_hits(looked: Looked) -> Iterator[Hit]:
    """Open cases whose officer is on the list of people only in the past."""
    today = looked.as_of.isoformat()
    people: dict[str, bool] = {}
    for name, from_on, to_on in fetch(
        looked.connection,
        f"SELECT name, {as_text(looked.connection, 'from_on', 'to_on')} FROM people "
        "WHERE authority_code = :a AND role = :role",
        a=looked.authority_code,
        role=OFFICER,
    ):
        is_here = (from_on or today) <= today <= (to_on or today)
        people[_plain(name)] = people.get(_plain(name), False) or is_here
    if all(people.values()):
        return
    for case_ref, officer in fetch(
        looked.connection,
        f"SELECT c.case_ref, c.officer FROM cases c WHERE c.authority_code = :a AND {ENDED_ON} IS NULL "
        "AND c.officer IS NOT NULL ORDER BY c.case_ref",
        a=looked.authority_code,
    ):
        if not people.get(_plain(officer), True):
            yield looked.hit("officer_has_left", case_ref, "The officer of the case has left, by the list of people.")


def child_hits(looked: Looked) -> Iterator[Hit]:
    """Children with two open requests; the child is not named, the other case is."""
    rows = fetch(
        looked.connection,
        f"SELECT c.person_ref, c.case_ref FROM cases c WHERE c.authority_code = :a AND {ENDED_ON} IS NULL "
        "AND c.person_ref IN (SELECT person_ref FROM cases o WHERE o.authority_code = :a AND o.person_ref <> '' "
        f"AND {ENDED_ON.replace('c.', 'o.')} IS NULL GROUP BY person_ref HAVING COUNT(*) > 1) ORDER BY c.case_ref",
        a=looked.authority_code,
    )
    of_child: dict[str, list[str]] = {}
    for person, case_ref in rows:
        of_child.setdefault(person, []).append(case_ref)
    for cases in of_child.values():
        for case_ref in cases:
            others = ", ".join(other for other in cases if other != case_ref)
            yield looked.hit("two_open_requests", case_ref, f"Also open for this child: {others}.")


def held_hits(looked: Looked) -> Iterator[Hit]:
    """Facts recorded here that the extract contradicts; the values are not repeated, one may be a name."""
    for fact in contradictions(looked.connection, Scope(looked.authority_code)):
        words = f"The {named(fact.milestone)} recorded here stands; the extract says otherwise."
        yield looked.hit("fact_contradicted", fact.case_ref, words, fact.record, fact.record_key)


def late_hits(looked: Looked) -> Iterator[Hit]:
    """Facts that reached the records long after they happened, of the last weeks.

    What came with the first of its kind is an authority's history, and no sign of anything.
    """
    policy = looked.practice.data_quality
    for case_ref, record, key, recorded_at, changes in fetch(
        looked.connection,
        f"SELECT h.case_ref, h.record, h.record_key, CAST(h.recorded_at AS TEXT), h.changes FROM {RECORDED_SINCE} "
        "WHERE h.authority_code = :a AND h.recorded_at >= :since AND h.record IN ('case', 'advice', 'order') "
        "ORDER BY h.case_ref, h.id",
        a=looked.authority_code,
        since=looked.days_ago(policy.late_recorded_shown_days),
    ):
        recorded_on = date.fromisoformat(recorded_at[:10])
        for milestone, (before, after) in json.loads(changes).items():
            if before is not None or after is None or not milestone.endswith("_on"):
                continue
            days = (recorded_on - date.fromisoformat(after)).days
            if days > policy.late_recorded_after_days:
                words = f"{begins(milestone)} {after}, recorded {recorded_on}, {days} days later."
                yield looked.hit("recorded_late", case_ref, words, record, key)


def quarantine_hits(looked: Looked) -> Iterator[Hit]:
    """Rows of the last import of each source that were set aside, by file, column and reason; no value is repeated."""
    rows = fetch(
        looked.connection,
        'SELECT i.authorities, q.file, q."column", q.reason FROM quarantine q JOIN imports i ON i.id = q.import_id '
        "WHERE q.import_id IN (SELECT MAX(id) FROM imports GROUP BY source, authorities)",
    )
    counts = Counter(
        (file, column, _NUMBER.sub("…", reason))
        for authorities, file, column, reason in rows
        if looked.authority_code in authorities.split(",")
    )
    for (file, column, reason), count in counts.items():
        where = f"{file}, {column}" if column else file
        words = f"{counted(count, 'row')} of {where}: {reason}."
        yield looked.hit("rows_set_aside", "", words, "source", f"{file}:{column}:{reason}")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
