"""What the ladders ask of people who cannot be told: roles that nobody holds, officers who left or have no address."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from models.practice.ladders import AGENCY, LINE
from models.practice.letters import SIGNATORY, TitlesPolicy
from models.practice.loader import Practices
from models.practice.schema import Practice
from models.queries.ladders.recipients import OF_TEAM, OFFICER, SETTING, Recipients, known_as, people_of
from models.store import fetch
from models.words import counted


@dataclass(frozen=True)
class LadderFault:
    """A role of a ladder that nobody can be told in, for one team of an authority, "" for the authority as a whole."""

    authority_code: str
    team: str
    role: str
    words: str
    remedy: str


def ladder_faults(connection: Connection, practices: Practices, as_of: date) -> list[LadderFault]:
    """Every role that some ladder tells and nobody with an address holds on that day, by authority, team and role.

    Nothing is lost by it: what is meant for such a role goes to the next one up the line that somebody holds.
    """
    everybody = people_of(connection, as_of)
    holders, people = Recipients(everybody), Recipients(x for x in everybody if x.address)
    rows = fetch(
        connection,
        "SELECT c.authority_code, COALESCE(c.team, ''), COALESCE(c.officer, ''), COUNT(*) FROM clocks k "
        "JOIN cases c ON c.id = k.record_id WHERE k.duty = 'send_final_plan' AND k.ended_on IS NULL GROUP BY 1, 2, 3",
    )
    roles = {authority: _roles(practices.of(authority)) - {SETTING} for authority in {row[0] for row in rows}}
    cases, instead = Counter[_Missing](), defaultdict[_Missing, set[str]](set)
    for authority, team, officer, number in rows:
        for role in roles[authority]:
            found = people.of_role(authority, team, role, officer)
            if found is not None and found.role == role:
                continue
            holder = holders.of_role(authority, team, role, officer)
            cause = _cause(role, team, officer, is_there=holder is not None and holder.role == role)
            missing = _Missing(authority, team if role in OF_TEAM else "", role, cause)
            cases[missing] += number
            instead[missing] |= {found.role} if found else set()
    faults = [_fault(x, number, instead[x], practices.of(x.authority_code).titles) for x, number in cases.items()]
    faults += _settings(connection, practices, people)
    faults += _unsigned(practices, people, roles)
    return sorted(faults, key=lambda x: (x.authority_code, x.team, x.role, x.words))


class _Missing(NamedTuple):
    """Who cannot be told, and why; the team is "" where there is none, or the role is above all teams."""

    authority_code: str
    team: str
    role: str
    cause: str


_NOT_NAMED, _NO_TEAM, _NO_ADDRESS, _NOBODY = "not named", "no team", "no address", "nobody"


def _cause(role: str, team: str, officer: str, *, is_there: bool) -> str:
    """Why nobody can be told in a role; `is_there` if somebody holds it, then without an address."""
    if role == OFFICER and not known_as(officer):
        return _NOT_NAMED
    if is_there:
        return _NO_ADDRESS
    return _NO_TEAM if role in OF_TEAM and role != OFFICER and not team else _NOBODY


def _fault(missing: _Missing, number: int, instead: set[str], titles: TitlesPolicy) -> LadderFault:
    authority, team, role, cause = missing
    if role == OFFICER:
        words, remedy = _of_officers(cause, number, team)
    else:
        words, remedy = _of_role(cause, number, f"{titles.of(role)}{f' in {team}' if team else ''}", role)
    told = next((f"the {titles.of(x)} is told instead" for x in LINE if x in instead), "nobody can be told instead")
    return LadderFault(authority, team, role, f"{words}; {told}", remedy)


def _of_officers(cause: str, number: int, team: str) -> tuple[str, str]:
    of_team = f" of {team}" if team else ""
    if cause == _NOT_NAMED:
        names = counted(number, f"open case{of_team} names", f"open cases{of_team} name")
        return f"{names} no officer", "Name one in each case."
    cases = counted(number, f"open case{of_team} is", f"open cases{of_team} are")
    if cause == _NO_ADDRESS:
        return f"{cases} with an officer who has no address", "Give each officer an address in the sheet people."
    remedy = "Give the cases to somebody, or name the officer in the sheet people."
    return f"{cases} with an officer who is not among the people{' of that team' if team else ''}", remedy


def _of_role(cause: str, number: int, title: str, role: str) -> tuple[str, str]:
    if cause == _NO_TEAM:
        cases = counted(number, "open case has", "open cases have")
        return f"{cases} no team, and so no {title}", "Name the team in each case."
    if cause == _NO_ADDRESS:
        return f"the {title} has no address", f"Give one to whoever has the role {role} in the sheet people."
    remedy = f"Name one, with an address, in the sheet people under the role {role}."
    return f"nobody holds the role {title}", remedy


def _settings(connection: Connection, practices: Practices, people: Recipients) -> list[LadderFault]:
    """The requests for advice to settings that no letter can be addressed to, by authority."""
    rows = fetch(
        connection,
        "SELECT c.authority_code, a.kind, a.body, COUNT(*) FROM clocks k JOIN advice a ON a.id = k.record_id "
        "JOIN cases c ON c.id = k.case_id WHERE k.duty = 'give_advice' AND k.ended_on IS NULL AND k.case_id IN "
        "(SELECT f.record_id FROM clocks f WHERE f.duty = 'send_final_plan' AND f.ended_on IS NULL) GROUP BY 1, 2, 3",
    )
    unnamed: dict[str, int] = {}
    for authority, kind, body, requests in rows:
        if practices.of(authority).agencies.role_of(kind) == SETTING and not people.named(authority, body):
            unnamed[authority] = unnamed.get(authority, 0) + requests
    return [LadderFault(authority, "", SETTING, *_unnamed(requests)) for authority, requests in unnamed.items()]


def _unsigned(practices: Practices, people: Recipients, authorities: Iterable[str]) -> Iterator[LadderFault]:
    """The authorities whose letters to agencies cannot say where answers go."""
    for authority in authorities:
        practice = practices.of(authority)
        role = practice.letters.signed_by
        signatory = people.of_role(authority, "", role, "")
        is_asked_for = practice.letters.answer_to == SIGNATORY and not _roles(practice) <= set(LINE)
        if is_asked_for and not (signatory and signatory.email):
            yield LadderFault(
                authority,
                "",
                role,
                f"letters to agencies are signed by the {practice.titles.of(role)}, who has no e-mail address, so they "
                "do not say where to answer",
                f"Name one, with an e-mail address, in the sheet people under the role {role}, or write where to "
                "answer in your local practice: [letters] answer_to.",
            )


def _unnamed(requests: int) -> tuple[str, str]:
    open_requests = counted(requests, "open request for advice is", "open requests for advice are")
    return (
        f"{open_requests} with bodies that no setting among the people is named as; the officer is told instead",
        "Name each in the sheet people under the role setting, as the column body has it, with one address.",
    )


def _roles(practice: Practice) -> set[str]:
    """Every role that some rung tells."""
    rungs = [rung for ladder in practice.ladders.values() for rung in ladder.values() if rung.on]
    roles: set[str] = {rung.role for rung in rungs}
    if AGENCY in roles:
        roles |= set(dict(practice.agencies).values())
    return roles - {AGENCY}
