"""Who is told: whoever holds a role on a day, else the next one up the line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.practice.ladders import LINE
from models.store import fetch

OFFICER = LINE[0]

OF_TEAM = LINE[:2]
"""The roles that are held in a team; every other is held for the authority."""

SETTING = "setting"
_EMAIL = re.compile(r"(?:notify-email:\s*)?([^\s:@]+@[^\s:@]+)")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who holds a role, and can be reached at an address; `team` is "" for a role above all teams."""

    authority_code: str
    team: str
    role: str
    name: str
    address: str

    @property
    def email(self) -> str:
        """The e-mail address, "" for whoever is reached in another way."""
        found = _EMAIL.fullmatch(self.address.strip())
        return found[1] if found else ""


class Recipients:
    """The people of a day, by role and team."""

    def __init__(self, people: Iterable[Recipient]) -> None:
        self._holders: dict[tuple[str, str, str], Recipient] = {}
        self._officers: dict[tuple[str, str, str], Recipient] = {}
        self._settings: dict[tuple[str, str], Recipient | None] = {}
        for person in sorted(people, key=lambda x: x.name):
            if person.role == SETTING:
                self._add_setting(person)
                continue
            self._holders.setdefault((person.authority_code, person.team, person.role), person)
            if person.role == OFFICER:
                # Where a case has no team, its officer's name has to do.
                for team in {person.team, ""}:
                    self._officers.setdefault((person.authority_code, team, known_as(person.name)), person)
        self._found: dict[tuple[str, ...], Recipient | None] = {}

    def of_role(self, authority_code: str, team: str, role: str, officer: str, body: str = "") -> Recipient | None:
        """Who is told what is meant for a role: the case's officer by name, else whoever holds the role in the team.

        A setting is told only what was asked of it: whoever holds that role under the name of the `body` asked.

        Where nobody does, the next role up the authority's own line that somebody holds; for an agency's role that
        is the line from the case's officer up, who then has to chase by other means. None if there is nobody at all.
        """
        key = authority_code, team, role, officer, known_as(body) if role == SETTING else ""
        if key not in self._found:
            line = LINE[LINE.index(role) :] if role in LINE else (role, *LINE)
            holders = (self._holder(authority_code, team, wanted, officer, body) for wanted in line)
            self._found[key] = next((x for x in holders if x is not None), None)
        return self._found[key]

    def named(self, authority_code: str, body: str) -> bool:
        """True if a setting of this name can be written to."""
        return self._setting(authority_code, body) is not None

    def _add_setting(self, person: Recipient) -> None:
        key = person.authority_code, known_as(person.name)
        # Two addresses for one name may be two settings, and one of them would read of the other's children.
        one = self._settings.setdefault(key, person)
        if one is not None and one.address != person.address:
            self._settings[key] = None

    def _setting(self, authority_code: str, body: str) -> Recipient | None:
        name = known_as(body)
        return self._settings.get((authority_code, name)) if name else None

    def _holder(self, authority_code: str, team: str, role: str, officer: str, body: str) -> Recipient | None:
        if role == SETTING:
            return self._setting(authority_code, body)
        if role == OFFICER:
            return self._officers.get((authority_code, team, known_as(officer)))
        own = self._holders.get((authority_code, team, role))
        return own or self._holders.get((authority_code, "", role))


def recipients(connection: Connection, as_of: date) -> Recipients:
    """Everybody who holds a role on a day and has an address; the last day in a role is inclusive."""
    return Recipients(x for x in people_of(connection, as_of) if x.address)


def people_of(connection: Connection, as_of: date) -> list[Recipient]:
    """Everybody who holds a role on a day, also those whose `address` is "", whom nobody can tell anything."""
    rows = fetch(
        connection,
        "SELECT authority_code, COALESCE(team, ''), role, name, COALESCE(address, '') FROM people "
        "WHERE (from_on IS NULL OR from_on <= :as_of) AND (to_on IS NULL OR to_on >= :as_of)",
        as_of=as_of.isoformat(),
    )
    return [Recipient(*row) for row in rows]


def known_as(name: str) -> str:
    """A person's name without what people write differently: capitals and spaces."""
    return " ".join(name.split()).casefold()
