"""A council of a realistic mixture for the tests of the store."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

REQUESTS_A_YEAR = 40


@pytest.fixture
def council(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the extract of one invented council as known on a day: the same council, later, on a later day."""

    def write(as_of: str) -> Path:
        from deployments.demo.council import WOLVERHAMPTON_LIKE, make_council, write_extract

        folder = tmp_path / f"council-{as_of}"
        day = date.fromisoformat(as_of)
        write_extract(make_council(WOLVERHAMPTON_LIKE, as_of=day, requests_per_year=REQUESTS_A_YEAR), folder)
        return folder

    return write
