"""Every clock there was, from beginning to end, as a rehearsal of a ladder wants it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.practice.comings import ClockDays
from models.practice.ladders import NEVER_ASKED, ROLES
from models.practice.schema import Practice
from models.practice.sittings import working_days_after
from models.queries.advice import ASSESSED_SINCE, DRAFTED_ON
from models.queries.columns import read_table
from models.queries.ladders.recipients import OF_TEAM, OFFICER, SETTING, known_as, recipients
from models.queries.records import KINDS, Loaded, load
from models.statute.calendar import Dates, england
from models.statute.clocks import BY_DOING, NO_EXCEPTION, Clocks, clocks
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Rows
from models.statute.register import Register
from models.store import as_text

_ROLE_BITS = 40

NO_SETTING = -1


class People:
    """The cases by whom they are told to: authority, team and officer of each, as numbers."""

    def __init__(self, connection: Connection, last: date) -> None:
        self._recipients = recipients(connection, last)
        table = read_table(
            connection,
            ("id", "authority_code", "team", "officer", "plan_decision"),
            "SELECT id, authority_code, COALESCE(team, ''), COALESCE(officer, ''), COALESCE(plan_decision, '') "
            "FROM cases ORDER BY id",
        )
        self.ids = table.numbers("id")
        self.authority = Codes.of(table.words("authority_code"))
        self.is_to_have_a_plan = Codes.of(table.words("plan_decision")).is_in(["Y"])
        self._teams = _Numbered(list(zip(table.words("authority_code"), table.words("team"), strict=True)))
        names = zip(table.words("authority_code"), table.words("team"), table.words("officer"), strict=True)
        self._officers = _Numbered(list(names))
        self._told: dict[str, Codes] = {}

    def places(self, case_ids: Rows) -> Rows:
        """The place of each case here."""
        return np.searchsorted(self.ids, case_ids)

    def group(self, case: Rows, role: str) -> Rows:
        """A number for each role and team, or role and authority, that these cases are told to."""
        of = self._teams.number if role in OF_TEAM else self.authority.index.astype(np.int64)
        found: Rows = of[case] + (ROLES.index(role) << _ROLE_BITS)
        return found

    def person(self, case: Rows, setting: Rows, role: str) -> Rows:
        """A number for each person: the officer and the setting by name, any other by role."""
        if role == SETTING:
            return setting
        return self._officers.number[case] if role == OFFICER else self.group(case, role)

    def told(self, case: Rows, setting: Rows, role: str) -> Iterator[tuple[str, Flags]]:
        """The roles that are told on the last day what is meant for a role, each with those of these clocks.

        What is meant for a role that nobody with an address holds is told to the next one up the line; what no setting
        can be written to about, to the line from the officer up.
        """
        if role == SETTING:
            by_letter = setting != NO_SETTING
            yield SETTING, by_letter
            for instead, mine in self.told(case, setting, OFFICER):
                yield instead, mine & ~by_letter
            return
        if role not in self._told:
            of_role, officers = self._recipients.of_role, self._officers.values
            found = (of_role(authority, team, role, officer) for authority, team, officer in officers)
            self._told[role] = Codes.of([x.role if x else "" for x in found])
        told = self._told[role].take(self._officers.number[case])
        for instead in filter(None, told.values):
            yield instead, told.is_in([instead])

    def settings(self, case: Rows, bodies: Sequence[str]) -> Rows:
        """A number for each setting that these bodies are, -1 for a body that no letter can be addressed to."""
        numbers: dict[tuple[int, str], int] = {}
        known: dict[tuple[int, str], int] = {}
        for key in set(zip(self.authority.index[case].tolist(), bodies, strict=True)):
            authority, body = key
            named = self._recipients.named(self.authority.values[authority], body)
            known[key] = numbers.setdefault((authority, known_as(body)), len(numbers)) if named else NO_SETTING
        keys = zip(self.authority.index[case].tolist(), bodies, strict=True)
        return np.fromiter((known[key] for key in keys), np.int64, len(bodies))

    def named(self, group: int) -> tuple[str, str, str]:
        """The authority, team and role of a group; the team is "" where it is of the authority."""
        role, place = ROLES[group >> _ROLE_BITS], group & ((1 << _ROLE_BITS) - 1)
        if role in OF_TEAM:
            authority, team = self._teams.values[place]
            return authority, team, role
        return self.authority.values[place], "", role


class _Numbered:
    def __init__(self, keys: Sequence[tuple[str, ...]]) -> None:
        places: dict[tuple[str, ...], int] = {}
        self.number = np.fromiter((places.setdefault(key, len(places)) for key in keys), np.int64, len(keys))
        self.values = list(places)


@dataclass(frozen=True)
class Lived:
    """Clocks of one duty; `case` is the place in `People`, `ended_on` NaT while it is open, `done_on` if not done.

    `setting` is the number of the setting that was asked, `NO_SETTING` where none was or it has no address.

    `looks_ahead`: the limit counts back from a day to come, so that a clock may begin after its last lawful day.
    """

    duty: str
    case: Rows
    days: ClockDays
    ended_on: Dates
    done_on: Dates
    is_excepted: Flags
    setting: Rows
    looks_ahead: bool = False

    @property
    def size(self) -> int:
        """How many clocks there are."""
        return len(self.case)

    def take(self, rows: Flags) -> "Lived":
        """The clocks at these rows."""
        columns = (self.case[rows], self.days.take(rows), self.ended_on[rows], self.done_on[rows])
        return Lived(self.duty, *columns, self.is_excepted[rows], self.setting[rows], self.looks_ahead)


class Lives:
    """The clocks of every duty by what had happened by the last day, whenever it was recorded."""

    def __init__(self, connection: Connection, register: Register, people: People, last: date) -> None:
        self._connection, self._people, self._last = connection, people, last
        # When each case was over: its plan sent or refused, and whatever an order asked for done. NaT if it is open.
        self._case_ended_on = np.full(len(people.ids), UNKNOWN, dtype=DAY)
        found = []
        for kind in KINDS:
            loaded = load(connection, kind)
            blocks = clocks(loaded.records, register, last)
            found.append((loaded, blocks))
            if kind == "case":
                final = next(block for block in blocks if block.duty.key == "send_final_plan")
                self._case_ended_on[people.places(loaded.case_ids[final.row])] = final.ended_on
            elif kind == "order":
                self._kept_open(loaded, blocks)
        self._plan_sent_on, self._ordered_on = self._plans_and_orders()
        # Only with every order is it known when a case was over.
        self.rows = [self._lived(block, loaded) for loaded, blocks in found for block in blocks]

    def never_asked(self, practice: Practice, kind: str) -> Lived:
        """Where a body that must be asked was not: from the decision to assess until it was, or the draft was out."""
        last = self._last.isoformat()
        table = read_table(
            self._connection,
            ("id", "decided", "asked", "draft", "plan"),
            f"SELECT c.id, {as_text(self._connection, ASSESSED_SINCE)}, "
            "CAST(MIN(COALESCE(a.requested_on, a.received_by_body_on)) AS TEXT), "
            f"{as_text(self._connection, DRAFTED_ON, 'c.final_plan_sent_on')} "
            "FROM cases c LEFT JOIN advice a ON a.case_id = c.id AND a.kind = :kind "
            f"WHERE {ASSESSED_SINCE} <= :last GROUP BY c.id ORDER BY c.id",
            kind=kind,
            last=last,
        )
        origin, asked, calendar = table.days("decided"), table.days("asked"), england()
        due = working_days_after(origin, practice.advice.ask_within_working_days, calendar)
        case = self._people.places(table.numbers("id"))
        written = np.fmin(table.days("draft"), table.days("plan"))
        ended = np.fmin(np.fmin(asked, written), self._case_ended_on[case])
        nothing, never = np.full(table.size, UNKNOWN, dtype=DAY), np.zeros(table.size, dtype=np.bool_)
        days = ClockDays(
            origin, calendar.before(due), due, nothing, never, Codes((kind,), np.zeros(table.size, dtype=np.int32))
        )
        return Lived(NEVER_ASKED, case, days, ended, asked, never, np.full(table.size, NO_SETTING))

    def _plans_and_orders(self) -> tuple[Dates, Dates]:
        """For each case when its plan was sent, and the first order to assess or to make a plan."""
        table = read_table(
            self._connection,
            ("plan", "ordered"),
            f"SELECT {as_text(self._connection, 'c.final_plan_sent_on')}, CAST(MIN(o.dated_on) AS TEXT) FROM cases c "
            "LEFT JOIN orders o ON o.case_id = c.id AND o.requires IN ('assess', 'make_plan') "
            "GROUP BY c.id ORDER BY c.id",
        )
        return table.days("plan"), table.days("ordered")

    def _kept_open(self, loaded: Loaded, blocks: Sequence[Clocks]) -> None:
        """An order keeps its case open until what it asks for is done."""
        for block in blocks:
            place = self._people.places(loaded.case_ids[block.row])
            later = np.isnat(block.ended_on) | (block.ended_on > self._case_ended_on[place])
            self._case_ended_on[place[later]] = block.ended_on[later]

    def _lived(self, block: Clocks, loaded: Loaded) -> Lived:
        known = ~np.isnat(block.origin_on) & ~np.isnat(block.due_on)
        case = self._people.places(loaded.case_ids[block.row])
        if block.duty.key == "decide_whether_to_issue":
            # Sixteen weeks bind only a decision not to issue.
            known &= ~self._people.is_to_have_a_plan[case]
        row = np.flatnonzero(known)
        kind = Codes(("",), np.zeros(len(row), dtype=np.int32))
        setting = np.full(len(row), NO_SETTING)
        if block.duty.record == "advice":
            bodies = [_body(loaded.chronology_keys[place]) for place in block.row[row].tolist()]
            setting = self._people.settings(case[row], bodies)
            kind = loaded.records.codes["kind"].take(block.row[row])
        nothing, never = np.full(len(row), UNKNOWN, dtype=DAY), np.zeros(len(row), dtype=np.bool_)
        ended = block.ended_on[row]
        if block.duty.record in ("case", "advice"):
            # A clock left open in a case that is over is a finding, and nobody is told.
            ended = np.fmin(ended, self._case_ended_on[case[row]])
        if block.duty.record == "advice":
            # For a plan that was sent nothing is asked any more, unless an order to assess or to make one asked it.
            is_ordered = self._ordered_on[case[row]] <= block.origin_on[row]
            ended = np.fmin(ended, np.where(is_ordered, UNKNOWN, self._plan_sent_on[case[row]]))
        return Lived(
            duty=block.duty.key,
            case=case[row],
            days=ClockDays(block.origin_on[row], block.act_by[row], block.due_on[row], nothing, never, kind),
            ended_on=ended,
            done_on=np.where(block.ended_by[row] == BY_DOING, block.ended_on[row], UNKNOWN),
            is_excepted=block.exception[row] != NO_EXCEPTION,
            setting=setting,
            looks_ahead=block.duty.looks_ahead,
        )


def _body(chronology_key: str) -> str:
    """Who was asked, from the key of a request for advice: kind, body and number."""
    return chronology_key.partition(":")[2].rpartition(":")[0]
