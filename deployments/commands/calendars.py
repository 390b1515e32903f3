"""`ehc calendar`: for each officer a calendar of what is due, that any calendar program takes in and updates."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from icalendar import Calendar, Event
from sqlalchemy import Connection

from deployments.newest_night import refuse_day_before
from deployments.steps import progress
from deployments.tracker.rows import agenda_of_all
from deployments.whole_file import whole_file
from models.errors import NotFoundError
from models.practice.here import practices_here
from models.practice.loader import Practices
from models.queries.authorities import authority_codes
from models.queries.board import engaged, open_of_all, places_of
from models.statute.register import Register, load_register
from models.store import as_text, fetch, reading, require_tables

EPOCH = date(2000, 1, 1)
"""Sequence numbers are days since then: a later night's is always the higher."""


@dataclass(frozen=True)
class Entry:
    """One day in an officer's calendar; `of` tells it apart for ever, `changed_on` says when it was last otherwise."""

    of: tuple[str, ...]
    on: str
    words: str
    why: str
    changed_on: str
    is_off: bool = False


@dataclass(frozen=True)
class Written:
    """The calendar of one officer: its file, how many days stand in it, and how many are called off."""

    officer: str
    path: Path
    days: int
    called_off: int


def write_calendars(
    folder: Path,
    connection: Connection,
    register: Register,
    practices: Practices,
    as_of: date,
    *,
    officer: str | None = None,
) -> list[Written]:
    """A file for each officer with open cases, or for the one named; made anew, readable by the owner alone.

    Raises:
        NotFoundError: the officer named has no open case.
    """
    entries = _entries(connection, register, practices, as_of)
    if officer is not None and officer not in entries:
        raise NotFoundError(
            "No open case is held by an officer of that name.",
            why="The name must be written as the case system has it.",
            remedy="Leave the name out for all officers, and look at the files.",
        )
    panels = _panels(connection, register, practices, as_of)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names: set[str] = set()
    return [
        _write(folder / _file_name(name, names), name, [*mine, *_of_panels(panels, cases, as_of)])
        for name, (cases, mine) in sorted(entries.items())
        if officer in (None, name)
    ]


Held = tuple[dict[tuple[str, str], None], list[Entry]]
"""The open cases of an officer, and the days that stand in the calendar for them."""


def _entries(connection: Connection, register: Register, practices: Practices, as_of: date) -> dict[str, Held]:
    """Per officer the days of the clocks of their open cases, and those lately called off.

    How far back they go is local practice; what has been overdue for longer is a list's to say, not a calendar's.
    """
    open_cases = places_of(open_of_all(connection, register, as_of))
    found: dict[str, Held] = {}
    since_of = {
        code: (as_of - timedelta(days=practices.of(code).calendar.days_back)).isoformat()
        for code in authority_codes(connection)
    }
    several, since = len(since_of) > 1, min(since_of.values(), default=as_of.isoformat())
    # What had ended before the first night was never in any calendar.
    first_night = fetch(connection, "SELECT CAST(MIN(as_of) AS TEXT) FROM nights")[0][0] or since
    for kind, record in (("case", ""), ("advice", "advice"), ("order", "orders")):
        key = {"advice": "r.kind || ':' || r.body || ':' || r.number", "order": "CAST(r.number AS TEXT)"}.get(
            kind, "''"
        )
        of = {"advice": "r.kind", "order": "''"}.get(kind, "''")
        join = f"JOIN {record} r ON r.id = k.record_id" if record else ""
        for duty in register.of_record(kind):
            rows = fetch(
                connection,
                f"SELECT c.id, c.authority_code, c.case_ref, c.officer, {key}, {of}, "
                f"{as_text(connection, 'k.act_by', 'k.due_on', 'k.evaluated_on', 'k.ended_on')} "
                f"FROM clocks k JOIN cases c ON c.id = k.case_id {join} WHERE k.duty = :duty AND c.officer <> '' "
                "AND k.due_on IS NOT NULL AND (k.ended_on IS NULL OR (k.evaluated_on >= :since "
                f"AND k.evaluated_on > :first)) {engaged(duty)} "
                "ORDER BY k.due_on, c.case_ref, k.record_id",
                duty=duty.key,
                since=since,
                first=first_night,
            )
            for case, code, ref, officer, record_key, advice, act_by, due_on, changed_on, ended_on in rows:
                is_over = case not in open_cases or ended_on is not None
                if is_over and (ended_on is None or changed_on < since_of[code]):
                    # A clock left open in a case that has ended: nothing to be done, and never shown.
                    continue
                cases, entries = found.setdefault(officer, ({}, []))
                if not is_over:
                    cases[code, ref] = None
                name = f"{code}/{ref}" if several else ref
                what = f"{duty.key.replace('_', ' ')}{f' ({advice})'.replace('_', ' ') if advice else ''}"
                why = f"{duty.title}: {duty.standing_limit.source.cite}."
                days = ((act_by, "last useful day"), (due_on, "last lawful day" if duty.is_statutory else "last day"))
                entries += [
                    Entry(
                        (code, ref, duty.key, record_key, words),
                        on,
                        f"{name}: {what}, {words}",
                        why,
                        changed_on,
                        is_over,
                    )
                    for on, words in days
                    if on and on >= since_of[code]
                ]
    return {officer: held for officer, held in found.items() if held[0]}


@dataclass(frozen=True)
class _Sitting:
    """A sitting of a panel and the cases for which it is the last safe one, or the next after that."""

    authority_code: str
    panel: str
    on: str
    cases: frozenset[str]


def _panels(connection: Connection, register: Register, practices: Practices, as_of: date) -> list[_Sitting]:
    due: dict[tuple[str, str, str], set[str]] = {}
    for item in agenda_of_all(connection, register, practices, as_of):
        due.setdefault((item.authority_code, item.panel, item.panel_on), set()).add(item.case_ref)
    rows = fetch(
        connection,
        f"SELECT authority_code, panel, {as_text(connection, 'held_on')} FROM panels WHERE held_on >= :as_of "
        "ORDER BY held_on, panel",
        as_of=as_of.isoformat(),
    )
    return [_Sitting(code, panel, on, frozenset(due.get((code, panel, on), ()))) for code, panel, on in rows]


def _of_panels(sittings: Iterable[_Sitting], cases: Iterable[tuple[str, str]], as_of: date) -> Iterator[Entry]:
    """The sittings of an officer's authority, each with those of the officer's cases that it is the last for."""
    mine = set(cases)
    authorities = {code for code, _ in mine}
    for sitting in sittings:
        if sitting.authority_code not in authorities:
            continue
        last_for = sorted(ref for ref in sitting.cases if (sitting.authority_code, ref) in mine)
        name = sitting.panel if sitting.panel.casefold().endswith("panel") else f"{sitting.panel} panel"
        words = f"{name}: last for {len(last_for):,} of your cases" if last_for else name
        of = (sitting.authority_code, "panel", sitting.panel, sitting.on)
        # Which cases it is the last for may change any day, and no night says when it did.
        yield Entry(of, sitting.on, words, f"For: {', '.join(last_for)}." if last_for else "", as_of.isoformat())


def _write(path: Path, officer: str, entries: Sequence[Entry]) -> Written:
    calendar = Calendar()
    calendar.add("prodid", "-//ehc-pathway//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"SEND deadlines: {officer}")
    for entry in sorted(entries, key=lambda x: (x.on, x.words)):
        calendar.add_component(_event(entry))
    with whole_file(path) as part:
        part.write_bytes(calendar.to_ical())
    off = sum(x.is_off for x in entries)
    return Written(officer, path, len(entries) - off, off)


def _event(entry: Entry) -> Event:
    """An all-day event without an alarm that takes up nobody's time."""
    moment = datetime.combine(date.fromisoformat(entry.changed_on), time(), UTC)
    on = date.fromisoformat(entry.on)
    event = Event()
    event.add("uid", f"{hashlib.sha256(chr(31).join(entry.of).encode()).hexdigest()[:32]}@ehc-pathway")
    event.add("sequence", (moment.date() - EPOCH).days)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", entry.words)
    if entry.why:
        event.add("description", entry.why)
    event.add("status", "CANCELLED" if entry.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _file_name(officer: str, taken: set[str]) -> str:
    """A name that every file system takes and no other officer has."""
    ascii_only = unicodedata.normalize("NFKD", officer).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-").lower()[:60] or "officer"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name)
    return f"{name}.ics"


def run_calendars(as_of: date, folder: Path, officer: str | None) -> None:
    """Write the calendars and say what was written."""
    with progress("Writing the calendars"), reading() as connection:
        require_tables(connection)
        refuse_day_before(connection, as_of)
        policy = practices_here()
        written = write_calendars(folder, connection, load_register(), policy, as_of, officer=officer)
    for one in written:
        off = f", {one.called_off:,} called off" if one.called_off else ""
        print(f"{one.path}  {one.officer}: {one.days:,} days{off}")
    if not written:
        print("No open case has an officer, so there is no calendar to write.")
