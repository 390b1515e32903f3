"""The evidence of one case, in sections that a page, a table and a program can all be made of: what the law asked.

Cells are texts: days and moments in ISO, numbers in figures, "" where nothing is known. No section holds the name of
a child, none of the program's tables does; members of staff are named by their role unless names are asked for.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.queries.holding.ledger import Ledger
from models.queries.holding.pathway import HOLDERS
from models.queries.records import load
from models.queries.scope import Scope
from models.statute.clocks import OPEN_STATES, clocks
from models.statute.explanation import Explanation
from models.statute.register import Register
from models.store import as_text, fetch
from models.words import counted

Row = tuple[str, ...]
_ADDRESS = re.compile(r"\S+@\S+")


@dataclass(frozen=True)
class Section:
    """One part of the evidence: words for a reader, and a table; `columns` are its headings, each row as long."""

    key: str
    title: str
    words: Sequence[str]
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()

    def as_rows(self) -> list[Mapping[str, str]]:
        """The table for a program."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


ROLES = {
    "health_dco": "designated clinical officer (health)",
    "social_care_dsco": "designated social care officer",
    "psychology_lead": "principal educational psychologist",
}
"""The roles whose keys an outsider would not understand; the others are their keys in words."""


def role_in_words(role: str) -> str:
    """A role as an outsider calls it."""
    return ROLES.get(role, role.replace("_", " "))


class Staff:
    """How a member of staff is called: by role, or by name where names are asked for."""

    def __init__(self, connection: Connection, authority_code: str, *, with_names: bool) -> None:
        rows = fetch(connection, "SELECT name, role FROM people WHERE authority_code = :a", a=authority_code)
        self._roles: dict[str, str] = {name: role_in_words(role) for name, role in rows}
        told = fetch(
            connection, "SELECT DISTINCT recipient, role FROM messages WHERE authority_code = :a", a=authority_code
        )
        self._roles = {name: role_in_words(role) for name, role in told} | self._roles
        answered = fetch(connection, "SELECT DISTINCT held_by FROM holds")
        self._known = sorted(filter(None, {*self._roles, *(by for (by,) in answered)}), key=len, reverse=True)
        self.with_names = with_names

    def called(self, name: str | None) -> str:
        """The name, or the role in its place."""
        if not name or self.with_names:
            return name or ""
        return self._roles.get(name, "a member of staff")

    def hidden_in(self, words: str) -> str:
        """Words of the program's own that may name somebody, with the role in the place of the name, no address."""
        for name in () if self.with_names else self._known:
            if name in words:
                words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self.called(name), words)
        return words if self.with_names else _ADDRESS.sub("an address", words)


def summary(scope: Scope, authority: str, as_of: date, found: Iterable[Explanation]) -> Section:
    """What the case is and how it stands against the law, then every clock with its date and citation."""
    known = [x for x in found if x.origin_on or x.state == "unknown"]
    words = [f"Case {scope.case_ref} of {authority}, as it stood on {as_of}.", *_headlines(known)]
    columns = ("what had to be done", "for", "by whom", "law", "counted from", "last lawful day", "done", "outcome")
    rows = [(x.title, _of(x.record_key), x.owner, x.cite, x.origin_on, x.due_on, x.done_on, _outcome(x)) for x in known]
    return Section("clocks", "What the law asked, and when it was done", words, columns, rows)


def _headlines(found: Sequence[Explanation]) -> list[str]:
    """One sentence about the plan, and one about how many dates were missed."""
    plan = [x for x in found if x.duty.startswith("send_final_plan") and x.state != "superseded" and x.due_on]
    words = [f"{x.title}: the last lawful day is {x.due_on} ({x.cite}). {_sentence(x.outcome)}" for x in plan]
    missed = [x for x in found if x.statutory and x.state in ("overdue", "met_late") and not _binds_only_a_no(x)]
    still_open = sum(x.state in OPEN_STATES for x in missed)
    if missed:
        number = f"{counted(len(missed), 'time limit')} of the law"
        words.append(f"{number} missed, {still_open} of them still not done. Each is in the table, with its law.")
    return words


def _binds_only_a_no(clock: Explanation) -> bool:
    """True for the limit on deciding that there will be no plan, while that is not what was decided."""
    return clock.duty == "decide_whether_to_issue" and clock.state == "overdue"


def _outcome(clock: Explanation) -> str:
    return f"{clock.outcome}; it binds only a decision to make no plan" if _binds_only_a_no(clock) else clock.outcome


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _of(record_key: str) -> str:
    return record_key.replace("_", " ")


def requests(
    connection: Connection, register: Register, as_of: date, scope: Scope, found: Iterable[Explanation]
) -> Section:
    """Every request for advice: who was asked, when, when it reached them, and what came back."""
    dates = ("requested_on", "received_by_body_on", "reply_on", "returned_for_rework_on", "accepted_on")
    rows = fetch(
        connection,
        f"SELECT a.id, a.kind, a.body, COALESCE(a.reply, ''), {as_text(connection, *(f'a.{x}' for x in dates))} "
        f"FROM advice a JOIN cases c ON c.id = a.case_id WHERE {scope.sql} ORDER BY a.id",
        **scope.values,
    )
    loaded = load(connection, "advice", scope)
    (block,) = clocks(loaded.records, register, as_of, (register.duty("give_advice"),))
    explained = [x for x in found if x.duty == "give_advice"]
    clock_of = dict(zip(loaded.ids[block.row].tolist(), explained, strict=True))
    lines = []
    for number, kind, body, reply, *days in rows:
        clock = clock_of.get(number)
        outcome = clock.outcome if clock else "no time limit" if kind == "parent" else "not asked yet"
        asked, received, replied, returned, accepted = (x or "" for x in days)
        due = clock.due_on if clock else ""
        lines.append((_of(kind), body, asked, received, due, replied, _of(reply), returned, accepted, outcome))
    columns = ("advice", "asked of", "asked", "received by them", "last lawful day", "answered")
    more = ("answer", "returned for rework", "accepted", "outcome")
    words = "The time of each body runs from the day the request reached it, or was sent where that day is not known."
    told = [words if lines else "No advice was asked for."]
    return Section("requests", "Requests for advice", told, columns + more, lines)


def exceptions(connection: Connection, scope: Scope, found: Iterable[Explanation], staff: Staff) -> Section:
    """Every exception claimed, and whether it holds for the clock it was claimed for."""
    tried = {(x.duty, y.number): y for x in found for y in x.exceptions_tried}
    holds = {(x.duty, y.number) for x in found for y in x.exceptions_tried if y.holds}
    dates = as_text(connection, "e.claimed_on", "e.from_on", "e.to_on", "e.family_told_on")
    rows = fetch(
        connection,
        "SELECT e.number, e.duty, COALESCE(e.advice_kind, ''), COALESCE(e.code, ''), COALESCE(e.facts, ''), "
        f"COALESCE(e.impractical_because, ''), COALESCE(e.approved_by, ''), {dates} "
        f"FROM exceptions e JOIN cases c ON c.id = e.case_id WHERE {scope.sql} ORDER BY e.number",
        **scope.values,
    )
    lines = []
    for number, duty, kind, code, facts, because, approved_by, *days in rows:
        claim = tried.get((duty, number))
        verdict = "holds" if (duty, number) in holds else claim.verdict if claim else "there is no such clock"
        said = tuple((x if staff.with_names else "given") if x else "not given" for x in (facts, because))
        claimed, first, last, told = (x or "" for x in days)
        cite = claim.cite if claim else ""
        lines.append(
            (
                _of(duty),
                _of(kind),
                _of(code),
                claimed,
                first,
                last,
                verdict,
                cite,
                *said,
                staff.called(approved_by),
                told,
            )
        )
    columns = ("limit", "advice", "exception", "claimed", "from", "to", "does it hold", "law", "facts")
    words = (
        "An exception lifts one time limit where the law lists it and its own test is met; the duty remains. A reason "
        "that the law does not list, as a shortage of staff, explains a delay and excuses none."
    )
    more = ("why impractical", "approved by", "family told")
    return Section("exceptions", "Exceptions claimed", [words if lines else "None was claimed."], columns + more, lines)


def held_by(found: Ledger) -> Section:
    """Who held the case on each day, in stretches."""
    columns = (
        "held by",
        "came to them",
        "passed on",
        "days",
        "their last day",
        "days late",
        "days past the plan's last lawful day",
    )
    dates = [x.astype(str).tolist() for x in (found.from_on, found.until_on, found.due_on)]
    numbers = [x.astype(str).tolist() for x in (found.days, found.days_late, found.days_over)]
    names = [HOLDERS[x] for x in found.holders().tolist()]
    first, last, due = dates
    due = ["" if x == "NaT" else x for x in due]
    rows = list(zip(names, first, last, numbers[0], due, *numbers[1:], strict=True))
    words = [
        "Every day belongs to exactly one holder: to whoever held the case when the day began.",
        "While several bodies owe advice, the day belongs to the one that was asked first.",
        "A day is late that lies after the holder's own last day.",
        "The last day for writing the draft, and for a setting's reply, is guidance and not law.",
        "Where there is no last day, no limit binds the holder, or an exception has lifted it.",
        "The last column counts days after the last lawful day for the plan, whoever held them.",
    ]
    return Section("held", "Who held the case each day", words if rows else [_NO_DAYS], columns, rows)


def lost_by(found: Ledger) -> Section:
    """The days of each holder added up, and how many of them were lost."""
    keys = found.holders()
    columns = ("held by", "days", "days late", "days past the plan's last lawful day")
    rows = []
    for key in dict.fromkeys(keys.tolist()):
        sums = [int(x[keys == key].sum()) for x in (found.days, found.days_late, found.days_over)]
        rows.append((HOLDERS[key], *map(str, sums)))
    total = [str(int(x.sum())) for x in (found.days, found.days_late, found.days_over)]
    words = [f"{total[0]} days, of which {total[1]} came after the last day of whoever held the case then."]
    return Section("lost", "Days held and days lost, by holder", words if rows else [_NO_DAYS], columns, rows)


_NO_DAYS = "It cannot be said: the day of the request is not known."
