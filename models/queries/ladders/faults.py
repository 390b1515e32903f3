"""What the ladders ask of people who are not there: roles that nobody holds, officers who have left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.practice.ladders import AGENCY, LINE
from models.practice.letters import SIGNATORY, TitlesPolicy
from models.practice.loader import Practices
from models.practice.schema import Practice
from models.queries.ladders.recipients import OFFICER, SETTING, Recipients, recipients
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
    people = recipients(connection, as_of)
    rows = fetch(
        connection,
        "SELECT c.authority_code, COALESCE(c.team, ''), COALESCE(c.officer, ''), COUNT(*) FROM clocks k "
        "JOIN cases c ON c.id = k.record_id WHERE k.duty = 'send_final_plan' AND k.ended_on IS NULL GROUP BY 1, 2, 3",
    )
    instead: dict[tuple[str, str, str], set[str]] = {}
    left: dict[tuple[str, str], int] = {}
    for authority, team, officer, cases in rows:
        for role in _roles(practices.of(authority)) - {SETTING}:
            found = people.of_role(authority, team, role, officer)
            if found is not None and found.role == role:
                continue
            if role == OFFICER:
                left[authority, team] = left.get((authority, team), 0) + cases
                continue
            place = team if role in LINE[:2] else ""
            instead.setdefault((authority, place, role), set()).update([found.role] if found else [])
    faults = [
        LadderFault(*key, *_words(key[2], key[1], told, practices.of(key[0]).titles)) for key, told in instead.items()
    ]
    for (authority, team), number in left.items():
        cases = counted(number, "open case is", "open cases are")
        faults.append(
            LadderFault(
                authority,
                team,
                OFFICER,
                f"{cases} with an officer who is not among the people{f' of {team}' if team else ''}",
                "Give the cases to somebody, or name the officer in the sheet people; the team leader is told instead.",
            )
        )
    faults += _settings(connection, practices, people)
    faults += _unsigned(practices, people, {authority for authority, *_ in rows})
    return sorted(faults, key=lambda x: (x.authority_code, x.team, x.role))


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


def _unsigned(practices: Practices, people: Recipients, authorities: set[str]) -> Iterator[LadderFault]:
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


def _words(role: str, team: str, instead: set[str], titles: TitlesPolicy) -> tuple[str, str]:
    told = next((titles.of(x) for x in LINE if x in instead), "")
    words = f"nobody holds the role {titles.of(role)}{f' in {team}' if team else ''}; "
    words += f"the {told} is told instead" if told else "and nobody can be told instead"
    return words, f"Name one, with an address, in the sheet people under the role {role}."
