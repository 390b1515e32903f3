"""Which open clock a person means who answers an alert: a duty, by its key or the beginning of it, and a record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.casework.recording.holding import Subject
from models.casework.recording.recorded import near
from models.practice.ladders import NEVER_ASKED
from models.practice.schema import Practice
from models.practice.sittings import working_days_after
from models.queries.advice import ALWAYS_ASKED, ASSESSED_SINCE, IS_TO_BE_ASKED
from models.queries.ladders.open_rows import never_asked
from models.queries.records import KINDS, load
from models.queries.scope import Scope
from models.statute.calendar import england
from models.statute.clocks import STATES, STILL_OPEN, clocks
from models.statute.records import DAY
from models.statute.register import load_register
from models.store import as_text, fetch


@dataclass(frozen=True)
class ClockMeant:
    """One clock as alerts name it: duty, record and origin; `of` tells the records of the case apart for a person."""

    duty: str
    record_id: int
    case_id: int
    origin_on: str
    due_on: str
    subject: Subject
    of: str
    is_open: bool

    @property
    def in_words(self) -> str:
        """The clock for a person."""
        return f"{self.duty}{f' ({self.of})' if self.of else ''}, due on {self.due_on}"


def clock_meant(
    connection: Connection,
    practice: Practice,
    case: tuple[str, str],
    duty: str,
    which: tuple[str, str, int | None],
    today: date,
    faults: list[str],
) -> ClockMeant | None:
    """The one open clock of a case that is meant, None with a fault where none or several are.

    `which` is the kind of advice, the body and the number of the record, as far as given.
    """
    every = [*_clocks(connection, Scope(*case), today), *_never_asked(connection, practice, case, today)]
    keys = _duties(duty.strip(), every)
    if not keys:
        faults.append(f"There is no duty {duty!r}.{near(duty, _known_duties())} {_open_in(every)}")
        return None
    found = [x for x in every if x.duty in keys]
    if not found:
        of = keys[0] if len(keys) == 1 else f"a duty that begins with {duty.strip()!r}"
        faults.append(f"The case has no clock of {of}. {_open_in(every)}")
        return None
    wanted = [x for x in found if _is(x, which)]
    if not wanted:
        faults.append(f"The case has no such clock: there is {_list(found)}.")
        return None
    still_open = [x for x in wanted if x.is_open]
    if not still_open:
        faults.append(f"The clock is not open, so nothing is sent about it any more: {_list(wanted)}.")
        return None
    if len(still_open) > 1:
        faults.append(f"Several clocks are meant: {_list(still_open)}. Say the kind of advice, the body or the number.")
        return None
    return still_open[0]


def _clocks(connection: Connection, scope: Scope, today: date) -> Iterator[ClockMeant]:
    """Every clock of the case that has a date, from the records as they are."""
    register = load_register()
    for kind in KINDS:
        loaded = load(connection, kind, scope)
        for block in clocks(loaded.records, register, today, register.of_record(kind)):
            dated = (block.state != STATES.index("unknown")) & ~np.isnat(block.due_on)
            for at in np.flatnonzero(dated).tolist():
                row = int(block.row[at])
                key = loaded.chronology_keys[row]
                yield ClockMeant(
                    block.duty.key,
                    int(loaded.ids[row]),
                    int(loaded.case_ids[row]),
                    str(block.origin_on[at]),
                    str(block.due_on[at]),
                    Subject(loaded.authority_codes[row], loaded.case_refs[row], kind, key),
                    key.replace(":", " "),
                    bool(block.ended_by[at] == STILL_OPEN),
                )


def _never_asked(
    connection: Connection, practice: Practice, case: tuple[str, str], today: date
) -> Iterator[ClockMeant]:
    """Advice that should be asked for by local practice and was not, which ladders treat as a clock."""
    rows = fetch(
        connection,
        f"SELECT c.id, {as_text(connection, ASSESSED_SINCE)}, a.kind FROM cases c LEFT JOIN advice a "
        "ON a.case_id = c.id AND (a.requested_on <= :as_of OR a.received_by_body_on <= :as_of) "
        f"WHERE c.authority_code = :a AND c.case_ref = :ref AND {IS_TO_BE_ASKED} "
        "AND c.no_plan_notified_on IS NULL AND c.withdrawn_on IS NULL",
        as_of=today.isoformat(),
        a=case[0],
        ref=case[1],
    )
    asked = {kind for _, _, kind in rows}
    for kind in [kind for kind in ALWAYS_ASKED if rows and kind not in asked]:
        record, origin, _ = rows[0]
        days = practice.advice.ask_within_working_days
        (due,) = working_days_after(np.array([origin], dtype=DAY), days, england())
        yield ClockMeant(
            never_asked(kind), record, record, origin, str(due), Subject(*case, "case", ""), "", is_open=True
        )


def _known_duties() -> list[str]:
    register = load_register()
    watched = [duty.key for kind in KINDS for duty in register.of_record(kind)]
    return [*watched, *(never_asked(kind) for kind in ALWAYS_ASKED)]


def _duties(said: str, of_case: Iterable[ClockMeant]) -> list[str]:
    """The duties that are meant: the one of that key, else those that begin so, first those with an open clock."""
    known = _known_duties()
    if said in known:
        return [said]
    begin_so = [key for key in known if said and key.startswith(said)]
    open_here = {x.duty for x in of_case if x.is_open}
    return [key for key in begin_so if key in open_here] or begin_so


def _is(clock: ClockMeant, which: tuple[str, str, int | None]) -> bool:
    kind, body, number = which
    parts = clock.subject.record_key.split(":")
    if clock.duty.startswith(f"{NEVER_ASKED}:"):
        return kind in ("", clock.duty.partition(":")[2]) and not body and number is None
    if clock.subject.record == "advice":
        # A body may hold a colon itself.
        is_asked = (kind in ("", parts[0])) and (body in ("", ":".join(parts[1:-1])))
        return is_asked and (number is None or str(number) == parts[-1])
    return not kind and not body and (number is None or str(number) == parts[-1])


def _list(clocks_: Iterable[ClockMeant]) -> str:
    return "; ".join(dict.fromkeys(x.in_words for x in clocks_))


def _open_in(every: Iterable[ClockMeant]) -> str:
    """What is open in the case, for whoever named something else."""
    still_open = sorted((x for x in every if x.is_open), key=lambda x: x.due_on)
    return f"Open in this case: {_list(still_open)}." if still_open else "Nothing is open in this case."
