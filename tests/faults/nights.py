"""A night as the tasks of the flows take it, step by step: each step is one unit of work, committed at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from models.casework.clocks import refresh_clocks
from models.casework.findings import refresh_findings
from models.casework.measures import freeze_month, refresh_measures
from models.casework.standings import store_standings
from models.practice.loader import Practices, practices
from models.statute.register import Register, load_register
from models.store import unit_of_work
from notifications.outbox import raise_alerts
from tests.store.build import everything, stored, take

YESTERDAY, TONIGHT = "2026-08-20", "2026-08-21"
NOW = datetime(2026, 8, 21, 2, tzinfo=UTC)
LAST_MONTH = date(2026, 7, 1)

Work = Callable[[Connection, date, datetime], object]


@dataclass(frozen=True)
class Night:
    """The night of a day: which database, which extract comes in, and what the clock on the wall says."""

    address: str
    extract: Path
    as_of: str = TONIGHT
    now: datetime = NOW

    def take(self, step: str) -> None:
        """Take one step of it."""
        if step == "import":
            take(self.address, self.extract, now=self.now, allow_missing=True)
            return
        with unit_of_work(self.address) as connection:
            WORK[step](connection, date.fromisoformat(self.as_of), self.now)

    def run(self, steps: Sequence[str] = ()) -> None:
        """Take every step, or those named, one after the other."""
        for step in steps or STEPS:
            self.take(step)


@cache
def law() -> Register:
    return load_register()


@cache
def usual() -> Practices:
    return practices()


def _stage(name: str) -> Work:
    duties = [duty for duty in law().duties if duty.is_watched and duty.stage == name]
    return lambda connection, as_of, now: refresh_clocks(connection, law(), as_of, now=now, duties=duties)


def _freeze(connection: Connection, _as_of: date, now: datetime) -> object:
    return freeze_month(connection, law(), LAST_MONTH, now=now, by="the test", reason="run again")


WORK: dict[str, Work] = {
    **{name: _stage(name) for name in dict.fromkeys(duty.stage for duty in law().duties if duty.is_watched)},
    "alerts": lambda connection, as_of, now: raise_alerts(connection, law(), usual(), as_of, now),
    "measures": lambda connection, as_of, _now: refresh_measures(connection, law(), as_of),
    "findings": lambda connection, as_of, _now: refresh_findings(connection, law(), usual().of, as_of),
    "board": lambda connection, as_of, _now: store_standings(connection, law(), as_of),
    "snapshot": _freeze,
}
STEPS = ("import", *WORK)


def what_stays(address: str) -> dict[str, list[tuple[Any, ...]]]:
    """All tables, but that an extract came once more, and that there was less to write for a night run again."""
    counted = ("as_of", "duty", "records", "clocks", "not_begun")
    return {**everything(address, but=["imports", "nights"]), "nights": stored(address, "nights", *counted)}


def differences(address: str, whole: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """The tables of this database that are not as they are after an unbroken night."""
    found = what_stays(address)
    return [table for table in whole if found[table] != whole[table]]
