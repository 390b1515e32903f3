"""What tells an open clock of a case from the others of its duty: the body that was asked, the number of the record."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from models.queries.sql import batches, not_looked_up, numbers, quoted
from models.store import fetch


class Which(NamedTuple):
    """What has to be said beside the duty, and the kind of advice, for one clock to be meant; "" where nothing has."""

    body: str = ""
    number: str = ""


class Named(NamedTuple):
    """A clock by its record; `key` is the record's number where it is no advice."""

    duty: str
    case_id: int
    record_id: int
    key: str


class _Open(NamedTuple):
    record_id: int
    body: str
    number: str


def told_apart(connection: Connection, clocks: Iterable[Named]) -> dict[tuple[str, int], Which]:
    """By duty and record, what tells each of these clocks from the others that are open of its case, duty and kind."""
    wanted = {(x.duty, x.record_id): x for x in clocks}
    duties = sorted({x.duty for x in wanted.values()})
    found: dict[tuple[str, int], Which] = {}
    for cases in batches(x.case_id for x in wanted.values()):
        for (_, duty, _), several in _several(connection, cases, duties).items():
            for clock in several:
                if (duty, clock.record_id) in wanted:
                    key = wanted[duty, clock.record_id].key
                    found[duty, clock.record_id] = _which(clock, several) if clock.number else Which(number=key)
    return found


def _several(
    connection: Connection, case_ids: Iterable[int], duties: Iterable[str]
) -> dict[tuple[int, str, str], list[_Open]]:
    """The open clocks of these duties by case, duty and kind of advice, where there are several."""
    rows = fetch(
        connection,
        "SELECT k.case_id, k.duty, COALESCE(v.kind, ''), k.record_id, COALESCE(v.body, ''), "
        "COALESCE(CAST(v.number AS TEXT), '') FROM clocks k "
        "LEFT JOIN advice v ON v.id = k.record_id AND k.duty = 'give_advice' "
        f"WHERE k.ended_on IS NULL AND k.due_on IS NOT NULL AND k.case_id IN ({numbers(case_ids)}) "
        f"AND {not_looked_up('k.duty')} IN ({quoted(duties)}) ORDER BY k.record_id",
    )
    found: dict[tuple[int, str, str], list[_Open]] = {}
    for case, duty, kind, *of in rows:
        found.setdefault((case, duty, kind), []).append(_Open(*of))
    return {key: mine for key, mine in found.items() if len(mine) > 1}


def _which(asked: _Open, several: Sequence[_Open]) -> Which:
    of_body = [x for x in several if x.body == asked.body]
    return Which(asked.body if len(of_body) < len(several) else "", asked.number if len(of_body) > 1 else "")
