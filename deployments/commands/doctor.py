"""Is everything well that the night needs? Each finding says what, how it is, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from models.casework.chronology.journal import entries
from models.casework.delivery.switches import is_sending, standing
from models.errors import EhcError
from models.practice.here import practices_here
from models.practice.loader import Practices
from models.queries.health import Sign, last_extract, last_night
from models.queries.held import contradictions
from models.queries.ladders.faults import ladder_faults
from models.settings import settings
from models.statute.calendar import england
from models.statute.register import load_register
from models.store import fetch, reading, require_tables, shown_address
from models.words import counted

CALENDAR_YEARS_AHEAD = 2
MOST_NAMED = 5


Level = Literal["well", "warning", "ill"]
LEVELS: tuple[Level, ...] = ("well", "warning", "ill")
"""The place of each is the exit code of `ehc doctor`."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at; where it is not well and `stops_nothing`, the night goes on all the same: a warning."""

    what: str
    is_well: bool
    words: str
    remedy: str = ""
    stops_nothing: bool = False

    @property
    def level(self) -> Level:
        """How it is."""
        return "well" if self.is_well else "warning" if self.stops_nothing else "ill"


def findings(today: date) -> list[Finding]:
    """Everything looked at, in the order in which the night needs it."""
    register = load_register()
    found = [
        Finding("law", True, f"{len(register.duties)} duties, register {register.version}"),
        _calendar(today),
    ]
    try:
        policy = practices_here()
    except EhcError as error:
        return [*found, Finding("local practice", False, f"{error.where}: {error.why}", error.remedy)]
    try:
        with reading() as connection:
            require_tables(connection)
            found += _records(connection, policy, today)
    except EhcError as error:
        found.append(Finding("database", False, f"{error.what} {error.why}".strip(), error.remedy))
    return found


def worst(found: list[Finding]) -> Level:
    """The worst level among the findings."""
    return max((x.level for x in found), key=LEVELS.index, default="well")


def _calendar(today: date) -> Finding:
    last = england().last_year
    return Finding(
        "bank holidays",
        last - today.year >= CALENDAR_YEARS_AHEAD,
        f"known to the end of {last}",
        "Install the newest release: it carries later years.",
        stops_nothing=last >= today.year,
    )


def _records(connection: Connection, policy: Practices, today: date) -> Iterator[Finding]:
    cases = fetch(connection, "SELECT COUNT(*) FROM cases")[0][0]
    yield Finding("database", True, f"{shown_address()}, {cases:,} cases")
    entry_count = broken = 0
    for entry in entries(connection):
        entry_count += 1
        broken += not entry.is_sealed
    yield Finding(
        "chronology",
        not broken,
        f"{entry_count:,} entries, every hash follows from the one before"
        if not broken
        else f"{broken:,} of {entry_count:,} entries do not follow from the one before: they were tampered with",
        "Restore a copy from before, and find out who can write to the database.",
    )
    newest = "SELECT MAX(id) FROM imports GROUP BY source, authorities"
    aside = fetch(connection, f"SELECT COUNT(*) FROM quarantine WHERE import_id IN ({newest})")[0][0]
    # The rest of the extract went in, and the rows are kept until they are mended at the source.
    yield Finding(
        "set aside",
        not aside,
        f"{counted(aside, 'row')} of the last import of each source",
        "See which, and why: ehc quarantine.",
        stops_nothing=True,
    )
    yield _contradicted(connection)
    yield Finding(
        "sending",
        is_sending(connection),
        standing(connection).rstrip("."),
        "Let it go on: ehc sending on.",
        stops_nothing=True,
    )
    yield from _links(connection)
    yield from _roles(connection, policy, today)
    yield _as_health_has_it(last_extract(connection, today, policy), "Look at why no extract came.")
    yield _as_health_has_it(last_night(connection, today), "Run ehc nightly, and look at its schedule.")


def _links(connection: Connection) -> Iterator[Finding]:
    """Nothing, unless messages are written for people who have no form to answer them in."""
    if settings().ui_address or not fetch(connection, "SELECT 1 FROM messages WHERE status <> 'shadow' LIMIT 1"):
        return
    yield Finding(
        "links in messages",
        False,
        "EHC_UI_ADDRESS is not set, so messages link to no form: whoever reads them has to ask somebody to acknowledge",
        "Set it to the address at which staff reach Prefect's pages; or let [alerts] acknowledge_through of your local "
        "practice name whom to ask.",
        stops_nothing=True,
    )


def _roles(connection: Connection, policy: Practices, today: date) -> Iterator[Finding]:
    """Roles of the ladders that nobody can be told in; a warning, since the next one up the line is told."""
    faults = ladder_faults(connection, policy, today)
    if not faults:
        yield Finding("who is told", True, "nobody is missing, as far as the open cases of the last night go")
    several = len({x.authority_code for x in faults}) > 1
    for x in faults[:MOST_NAMED]:
        of = f"authority {x.authority_code}: " if several else ""
        yield Finding("who is told", False, f"{of}{x.words}", x.remedy, stops_nothing=True)
    if len(faults) > MOST_NAMED:
        words = f"and {len(faults) - MOST_NAMED:,} more, which the board names"
        yield Finding("who is told", False, words, "Mend the sheet people, or the cases.", stops_nothing=True)


def _contradicted(connection: Connection) -> Finding:
    """Facts that a person recorded and the extract denies; the case is named, not what it says."""
    found = contradictions(connection)
    cases = list(dict.fromkeys(x.case_ref or f"authority {x.authority_code}" for x in found))
    more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
    named = f"{', '.join(cases[:MOST_NAMED])}{more}"
    return Finding(
        "contradictions",
        not found,
        f"{counted(len(found), 'fact')} recorded here that the extract contradicts: {named}"
        if found
        else "no fact recorded here is contradicted by the extract",
        "Settle which is right: correct the case system, or ehc record fact; ehc evidence CASE shows both.",
        stops_nothing=True,
    )


def _as_health_has_it(sign: Sign, remedy: str) -> Finding:
    return Finding(sign.what, sign.level == "well", sign.words, remedy, stops_nothing=sign.level == "warning")
