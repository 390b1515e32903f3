"""What the alerts of earlier nights say of the open clocks of a duty: which rungs are claimed, what was said last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.casework.alerts.holds import ACKNOWLEDGED, SNOOZED
from models.practice.comings import REARMED, Coming
from models.practice.ladders import ROLES
from models.queries.advice import ALWAYS_ASKED, IS_TO_BE_ASKED
from models.queries.columns import Table, places, read_table
from models.queries.ladders.open_rows import OpenRows, never_asked
from models.queries.outbox.spoken import DONE, NOBODY
from models.queries.packed import Packed, read_packed
from models.queries.records import KINDS, TABLES
from models.queries.sql import quoted
from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Rows
from models.statute.register import Register
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
_SPOKE = len(PASSING)
_WORDS = 16
"""More than there are last words: how one was kept silent, or that it spoke."""


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


def read_alerts(connection: Connection, register: Register, as_of: date) -> dict[str, Packed]:
    """By duty, the alerts of the clocks of its kind that are open; those that have ended are left out, ever more."""
    found: dict[str, Packed] = {}
    for kind in KINDS:
        duties = [duty.key for duty in register.of_record(kind)]
        is_open = "clocks k ON k.duty = a.duty AND k.record_id = a.record_id AND k.ended_on IS NULL"
        found |= dict.fromkeys(duties, _alerts(connection, duties, TABLES[kind], is_open, "k.record_id", as_of))
    duties = [never_asked(kind) for kind in ALWAYS_ASKED]
    is_open = f"cases c ON c.id = a.record_id AND {IS_TO_BE_ASKED}"
    return found | dict.fromkeys(duties, _alerts(connection, duties, "cases", is_open, "c.id", as_of))


def _alerts(
    connection: Connection, duties: Iterable[str], records: str, is_open: str, alike: str, as_of: date
) -> Packed:
    """The alerts of these duties by record; `said` is the place in `PASSING`, or that it spoke, "" for neither."""
    reason = " ".join(f"WHEN a.silence LIKE '{words}%' THEN '{place}'" for place, words in enumerate(PASSING))
    return read_packed(
        connection,
        f"FROM alerts a JOIN {is_open} WHERE a.duty IN ({quoted(duties)})",
        key="a.record_id",
        spread=f"FROM (SELECT id AS record_id FROM {records}) a WHERE 1 = 1",
        alike=(alike,),
        numbers={"repetition": "a.repetition"},
        days={name: as_text(connection, f"a.{name}") for name in ("origin_on", "as_of")},
        words={
            **{name: f"a.{name}" for name in ("duty", "rung", "role")},
            "said": f"CASE WHEN a.silence IS NULL OR a.silence LIKE '{SAME_PERSON}%' THEN '{_SPOKE}' {reason} END",
        },
        as_of=as_of.isoformat(),
    )


def claimed(alerts: Packed, open_: OpenRows, coming: tuple[Coming, ...]) -> Claimed:
    """What is claimed of these clocks since their present origin."""
    row, ours = _rows_of(open_, alerts.codes("duty"), alerts.ids, alerts.days("origin_on"))
    row, repetition, rung = row[ours], alerts.numbers("repetition")[ours], alerts.codes("rung").take(ours)
    of = np.zeros((open_.size, len(coming)), dtype=np.bool_)
    names = tuple(dict.fromkeys(x.name for x in coming))
    place_of = np.full((len(names) + 1, REARMED + 1), -1)
    for number, x in enumerate(coming):
        place_of[names.index(x.name), x.repetition] = number
    place = place_of[rung.places_in(names), np.minimum(repetition, REARMED)]
    of[row[place >= 0], place[place >= 0]] = True
    # Of one night's words the greatest counts: one that spoke stands before any that was kept silent.
    foresees = rung.is_in(x.name for x in coming if x.rung.counted_from == LAST_SAFE)
    said = alerts.codes("said").take(ours).places_in([str(number) for number in range(_SPOKE + 1)])
    word = (alerts.days("as_of")[ours].astype(np.int64) * _WORDS + said) * 2 + foresees
    last = np.full((open_.size, len(ROLES)), -1, dtype=np.int64)
    is_word = said >= 0
    role = alerts.codes("role").take(ours).places_in(ROLES)
    np.maximum.at(last, (row[is_word], role[is_word]), word[is_word])
    last_said = last // 2 % _WORDS
    last_on = last.max(axis=1, initial=-1) // (2 * _WORDS)
    again: dict[tuple[int, str], int] = {}
    for at in np.flatnonzero(repetition >= REARMED).tolist():
        key = int(row[at]), rung.at(at)
        again[key] = max(int(repetition[at]), again.get(key, 0))
    return Claimed(
        of,
        np.where(last_on < 0, UNKNOWN, last_on.astype(DAY)),
        np.where((last < 0) | (last_said == _SPOKE), NOT_KEPT, last_said),
        (last >= 0) & (last % 2 == 1),
        again,
    )


def read_holds(connection: Connection, as_of: date) -> Table:
    """Everybody's words that clocks are in hand, the newest last."""
    return read_table(
        connection,
        ("duty", "record_id", "origin_on", "until_on", "kind", "held_by"),
        f"SELECT duty, record_id, {as_text(connection, 'origin_on', 'until_on')}, kind, held_by "
        "FROM holds WHERE held_on <= :as_of ORDER BY id",
        as_of=as_of.isoformat(),
    )


class Holds:
    """Somebody's newest word that a clock is in hand: `until` is its last day, by clock, NaT where there is none."""

    def __init__(self, holds: Table, open_: OpenRows) -> None:
        self.until = np.full(open_.size, UNKNOWN, dtype=DAY)
        self._words: dict[int, str] = {}
        record = holds.numbers("record_id")
        row, ours = _rows_of(open_, Codes.of(holds.words("duty")), record, holds.days("origin_on"))
        for place, until in zip(ours.tolist(), holds.days("until_on")[ours], strict=True):
            at = int(row[place])
            self.until[at] = until
            kind, by = holds.words("kind")[place], holds.words("held_by")[place]
            self._words[at] = f"{kind} by {by} until {until}"

    def words(self, row: int) -> str:
        """Who has the clock in hand and until when."""
        return self._words[row]


def _rows_of(open_: OpenRows, duty: Codes, record: Rows, origin_on: Dates) -> tuple[Rows, Rows]:
    """For each row of a table the clock it is about, and which are about one that is open with the same origin."""
    row = places(open_.record_id, record)
    if not open_.size:
        return row, row[:0]
    ours = duty.is_in([open_.duty]) & (row >= 0) & (open_.origin_on[row] == origin_on)
    return row, np.flatnonzero(ours)
