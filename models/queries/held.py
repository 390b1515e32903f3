"""Facts recorded here by a person, with their state, and those that an extract contradicts."""

from typing import NamedTuple

from sqlalchemy import Connection

from models.queries.scope import EVERYTHING, Scope
from models.store import fetch

STATES = {
    "standing": "stands: the extract does not carry it",
    "contradicted": "stands, but the extract says otherwise: somebody must settle which is right",
    "reconciled": "the extract says the same; the extract governs again",
    "replaced": "replaced by a newer fact of the same milestone",
}
"""What has become of a fact recorded here."""

_STATE = (
    "CASE WHEN replaced_at IS NOT NULL THEN 'replaced' WHEN reconciled_at IS NOT NULL THEN 'reconciled' "
    "WHEN contradicted_by IS NOT NULL THEN 'contradicted' ELSE 'standing' END"
)


class Held(NamedTuple):
    """A fact recorded here: what it says, what has become of it, what the extract says instead, and whose it is.

    `value` is "" where the person recorded that it is not known, `contradicted_by` "" where nothing contradicts
    it, `case_ref` "" for what belongs to the authority as a whole; `recorded_at` is in UTC.
    """

    authority_code: str
    case_ref: str
    record: str
    record_key: str
    milestone: str
    value: str
    state: str
    contradicted_by: str
    recorded_at: str
    recorded_by: str

    @property
    def in_words(self) -> str:
        """The fact in one sentence for a person."""
        of = f"{self.record} {self.record_key}".strip()
        otherwise = f" The extract says: {self.contradicted_by}." if self.state == "contradicted" else ""
        return (
            f"{of}, {self.milestone}: {self.value or 'not known'}, recorded {self.recorded_at} UTC by "
            f"{self.recorded_by}; {STATES[self.state]}.{otherwise}"
        )


def held_facts(connection: Connection, scope: Scope = EVERYTHING) -> list[Held]:
    """Every fact recorded here within the scope, the oldest first, also those reconciled or replaced since."""
    return _held(connection, scope, "1 = 1")


def contradictions(connection: Connection, scope: Scope = EVERYTHING) -> list[Held]:
    """The facts recorded here that stand although the extract says otherwise: each is somebody's to settle."""
    return _held(connection, scope, f"{_STATE} = 'contradicted'")


def _held(connection: Connection, scope: Scope, where: str) -> list[Held]:
    rows = fetch(
        connection,
        f"SELECT authority_code, case_ref, record, record_key, milestone, value, {_STATE}, "
        f"COALESCE(contradicted_by, ''), CAST(recorded_at AS TEXT), recorded_by FROM held_facts c "
        f"WHERE {scope.sql} AND {where} ORDER BY id",
        **scope.values,
    )
    return [Held._make((*first, at[:16], by)) for *first, at, by in rows]
