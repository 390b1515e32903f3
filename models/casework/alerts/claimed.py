"""What the alerts of earlier nights say of the open clocks of a duty: which rungs are claimed, what was said last."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.casework.alerts.holds import ACKNOWLEDGED, SNOOZED
from models.practice.comings import REARMED, Coming
from models.practice.ladders import NEVER_ASKED, ROLES
from models.queries.advice import IS_TO_BE_ASKED
from models.queries.columns import Table, days, read_table
from models.queries.ladders.open_rows import OpenRows
from models.queries.outbox.spoken import DONE, NOBODY
from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Rows
from models.store import as_text

LAST_SAFE = "last_safe_on"
"""The day that a rung counts from which foresees that a limit will be lost."""

SHADOW = "shadow"
"""The silence of an alert that has a message all the same, which is never sent."""

EXCEPTED = "an exception holds"
IN_HAND = (f"{ACKNOWLEDGED} by", f"{SNOOZED} by")
PASSING = (EXCEPTED, NOBODY, SHADOW, *IN_HAND, DONE)
"""How the silences begin that end by themselves: a role whose last word was one of these hears it once it is over."""

SAME_PERSON = "the same person is told by"
"""How the silence begins of a rung whose role hears of the clock all the same, by the rung of another role."""

NOT_KEPT = -1
_SPOKE, _FORESAW = "9", "f"
_BITS = 60
_ISO = len("2014-09-01")


@dataclass(frozen=True)
class Claimed:
    """The claims so far, by clock: `of` is true where a coming is claimed.

    `last_on` is the last night on which a claim spoke, or would have but for one of `PASSING`, NaT if none;
    `kept_by`, by clock and role, the place in `PASSING` of what kept the role's last word silent, `NOT_KEPT` if it
    was heard; `foresaw` is true where that word was of a rung counted from the last safe day. `again` has the number
    of the newest claim of a rung of a clock that spoke once more.
    """

    of: Flags
    last_on: Dates
    kept_by: Rows
    foresaw: Flags
    again: dict[tuple[int, str], int]


def claimed(connection: Connection, open_: OpenRows, coming: tuple[Coming, ...], as_of: date) -> Claimed:
    """What is claimed of these clocks since their present origin.

    The database sums the claims of each clock and role up into one row, bits for the comings: there are many for each.
    """
    masks = [coming[first : first + _BITS] for first in range(0, len(coming), _BITS)]
    reason = " ".join(f"WHEN a.silence LIKE '{words}%' THEN '{place}'" for place, words in enumerate(PASSING))
    # Of one night's words the greatest counts: one that spoke stands before any that was kept silent.
    last_word = f"CASE WHEN a.silence IS NULL OR a.silence LIKE '{SAME_PERSON}%' THEN '{_SPOKE}' {reason} END"
    foresees = ", ".join({f"'{x.name}'" for x in coming if x.rung.counted_from == LAST_SAFE}) or "''"
    last_word += f" || CASE WHEN a.rung IN ({foresees}) THEN '{_FORESAW}' ELSE '' END"
    names = [f"mask{number}" for number in range(len(masks))]
    table = read_table(
        connection,
        ("record_id", "origin_on", "role", *names, "last_word"),
        f"SELECT a.record_id, {as_text(connection, 'a.origin_on')}, a.role, {', '.join(map(_bits, masks))}, "
        f"COALESCE(MAX(CAST(a.as_of AS TEXT) || {last_word}), '') "
        f"FROM alerts a {_bounded(open_.duty)} WHERE a.duty = :duty GROUP BY a.record_id, a.origin_on, a.role",
        duty=open_.duty,
        **({"as_of": as_of.isoformat()} if open_.duty.startswith(NEVER_ASKED) else {}),
    )
    row, ours = _rows_of(open_, table)
    row = row[ours]
    of = np.zeros((open_.size, len(coming)), dtype=np.bool_)
    for number, (name, part) in enumerate(zip(names, masks, strict=True)):
        mask = np.zeros(open_.size, dtype=np.int64)
        np.bitwise_or.at(mask, row, table.numbers(name)[ours])
        for place in range(len(part)):
            of[:, number * _BITS + place] = (mask >> place) & 1
    words = [word for word, mine in zip(table.words("last_word"), ours.tolist(), strict=True) if mine]
    last_on = np.full(open_.size, UNKNOWN, dtype=DAY)
    np.fmax.at(last_on, row, days([word[:_ISO] or None for word in words]))
    role = Codes.of(table.words("role"))
    kept_by = np.full((open_.size, len(ROLES)), NOT_KEPT, dtype=np.int64)
    number_of = np.array([ROLES.index(name) for name in role.values], dtype=np.int64)
    at = row, number_of[role.index[ours]]
    by = [word[_ISO : _ISO + 1] for word in words]
    kept_by[at] = [NOT_KEPT if code in ("", _SPOKE) else int(code) for code in by]
    foresaw = np.zeros(kept_by.shape, dtype=np.bool_)
    foresaw[at] = [word.endswith(_FORESAW) for word in words]
    return Claimed(of, last_on, kept_by, foresaw, _again(connection, open_))


def _bits(coming: tuple[Coming, ...]) -> str:
    """The SQL that sums up which of these comings are claimed: each is there once at most, so each sets its own bit."""
    whens = " ".join(
        f"WHEN a.rung = '{x.name}' AND a.repetition = {x.repetition} THEN {1 << place}"
        for place, x in enumerate(coming)
    )
    return f"CAST(SUM(CASE {whens} ELSE 0 END) AS BIGINT)"


def _again(connection: Connection, open_: OpenRows) -> dict[tuple[int, str], int]:
    """The number of the newest claim of each rung of a clock that spoke once more; most nights there are few."""
    table = read_table(
        connection,
        ("record_id", "origin_on", "rung", "repetition"),
        f"SELECT record_id, {as_text(connection, 'origin_on')}, rung, MAX(repetition) FROM alerts "
        "WHERE duty = :duty AND repetition >= :first GROUP BY record_id, origin_on, rung",
        duty=open_.duty,
        first=REARMED,
    )
    row, ours = _rows_of(open_, table)
    columns = zip(row.tolist(), table.words("rung"), table.words("repetition"), ours.tolist(), strict=True)
    return {(at, rung): int(number) for at, rung, number, mine in columns if mine}


class Holds:
    """Somebody's newest word that a clock is in hand: `until` is its last day, by clock, NaT where there is none."""

    def __init__(self, connection: Connection, open_: OpenRows, as_of: date) -> None:
        self.until = np.full(open_.size, UNKNOWN, dtype=DAY)
        self._words: dict[int, str] = {}
        table = read_table(
            connection,
            ("record_id", "origin_on", "until_on", "kind", "held_by"),
            f"SELECT record_id, {as_text(connection, 'origin_on', 'until_on')}, kind, held_by "
            "FROM holds WHERE duty = :duty AND held_on <= :as_of ORDER BY id",
            duty=open_.duty,
            as_of=as_of.isoformat(),
        )
        row, ours = _rows_of(open_, table)
        for place, until in zip(np.flatnonzero(ours).tolist(), table.days("until_on")[ours], strict=True):
            at = int(row[place])
            self.until[at] = until
            kind, by = table.words("kind")[place], table.words("held_by")[place]
            self._words[at] = f"{kind} by {by} until {until}"

    def words(self, row: int) -> str:
        """Who has the clock in hand and until when."""
        return self._words[row]


def _rows_of(open_: OpenRows, table: Table) -> tuple[Rows, Flags]:
    """For each row of a table the clock it is about, and whether that is open with the same origin."""
    record = table.numbers("record_id")
    row = np.searchsorted(open_.record_id, record)
    row[row == open_.size] = 0
    if not open_.size:
        return row, np.zeros(table.size, dtype=np.bool_)
    return row, (open_.record_id[row] == record) & (open_.origin_on[row] == table.days("origin_on"))


def _bounded(duty: str) -> str:
    """The join that leaves out the alerts of clocks that have ended: there are ever more of those."""
    if duty.startswith(NEVER_ASKED):
        return f"JOIN cases c ON c.id = a.record_id AND {IS_TO_BE_ASKED}"
    return "JOIN clocks k ON k.duty = a.duty AND k.record_id = a.record_id AND k.ended_on IS NULL"
