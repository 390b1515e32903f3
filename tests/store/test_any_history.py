"""Whatever extracts come in whatever order: once is enough, every past moment is still there, every seal holds."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.casework.chronology.replay import replay
from models.queries.clocks import clock_rows
from models.statute.register import load_register
from models.store import reading
from tests.store.build import (
    MONDAY,
    Row,
    a_case,
    a_review,
    an_advice,
    an_exception,
    an_order,
    chronology,
    clocks_on,
    counted,
    night,
    take,
    write_extract,
)

AS_OF = date(2026, 5, 1)
NIGHTS = 5


class Council:
    """Draws extracts of authorities that never agree with the one before; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.draws = random.Random(seed)  # noqa: S311 - drawn again the same, not secret

    def extract(self) -> dict[str, list[Row]]:
        """All sheets of some authorities; some sheets are left out altogether, but never the cases."""
        sheets: dict[str, list[Row]] = {x: [] for x in ("cases", "advice", "exceptions", "orders", "reviews")}
        for authority in self._one_of([["301"], ["302"], ["301", "302"]]):
            for number in range(self.draws.randrange(1, 5)):
                self._add_case(sheets, f"C-{number}", authority)
        for rows in sheets.values():
            self.draws.shuffle(rows)
        return {name: rows for name, rows in sheets.items() if name == "cases" or self.draws.random() > 0.15}

    def _add_case(self, sheets: dict[str, list[Row]], ref: str, authority: str) -> None:
        of = {"authority_code": authority}
        names = ("assess_decided_on", "draft_served_on", "final_plan_sent_on", "withdrawn_on", "request_received_on")
        dates = {name: self._day() for name in names if self.draws.random() < 0.4}
        sheets["cases"].append(a_case(ref, assess_decision=self._one_of(["", "Y", "N"]), **dates, **of))
        for _ in range(self.draws.randrange(4)):
            kind, body = self._one_of(["health", "education"]), self._one_of(["", "Clinic", "Clinic: North"])
            sheets["advice"].append(an_advice(ref, kind, body=body, reply_on=self._day(), reply="advice", **of))
        for _ in range(self.draws.randrange(3)):
            sheets["exceptions"].append(an_exception(ref, from_on=self._day(), claimed_on=self._day(), **of))
        for _ in range(self.draws.randrange(3)):
            sheets["orders"].append(an_order(ref, self._one_of(["assess", "amend"]), dated_on=self._day(), **of))
        for number in range(self.draws.randrange(3)):
            sheets["reviews"].append(a_review(ref, number, meeting_on=self._day(), **of))

    def _one_of(self, choices: Sequence[Any]) -> Any:
        return self.draws.choice(choices)

    def _day(self) -> str:
        return (
            (date(2026, 1, 1) + timedelta(self.draws.randrange(200))).isoformat() if self.draws.random() < 0.7 else ""
        )


@pytest.mark.parametrize("seed", range(3))
def test_a_history(sqlite_database: str, tmp_path: Path, seed: int) -> None:
    council, seen = Council(seed), {}
    for passed in range(NIGHTS):
        at = MONDAY + timedelta(days=passed)
        extract = write_extract(tmp_path, extracted_at=at, **council.extract())
        take(sqlite_database, extract, now=at, allow_missing=True)
        again = take(sqlite_database, extract, now=at, allow_missing=True).total
        assert (again.added, again.changed, again.removed) == (0, 0, 0)
        night(sqlite_database, AS_OF.isoformat())
        seen[at] = clocks_on(sqlite_database, AS_OF.isoformat())
        assert counted(sqlite_database, "clocks") == {"clocks": len(seen[at])}
    assert all(entry.is_sealed for entry in chronology(sqlite_database))
    for at, rows in seen.items():
        with reading(sqlite_database) as now, replay(now, known_at=at) as then:
            assert list(clock_rows(then, load_register(), AS_OF)) == rows
