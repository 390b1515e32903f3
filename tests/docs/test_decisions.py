"""The records of decisions: numbered one after the other, complete, with a status that is known."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

RECORDS = sorted((ROOT / "docs/decisions").glob("*.md"))
FORM = re.compile(
    r"# (?P<number>\d{4})\. .+\n\n"
    r"Date: \d{1,2} \w+ 20\d\d\n\n"
    r"Status: (accepted|superseded by (?P<by>\d{4}))\n\n"
    r"## Context\n\n.+\n\n## Decision\n\n.+\n\n## Consequences\n\n.+\n",
    re.DOTALL,
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_record_has_the_form(record: Path) -> None:
    found = FORM.fullmatch(record.read_text("utf-8"))
    assert found, "see docs/decisions/0001-record-decisions.md"
    assert record.name.startswith(f"{found['number']}-")


def test_records_are_numbered_one_after_the_other() -> None:
    assert [record.name[:4] for record in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


def test_every_decision_the_code_names_is_recorded() -> None:
    files = [*ROOT.glob("*.toml"), *(path for top in PACKAGES for path in (ROOT / top).rglob("*.py"))]
    named = {number for path in files for number in re.findall(r"decision (\d{4})", path.read_text("utf-8"))}
    assert named <= {record.name[:4] for record in RECORDS}


PACKAGES = ("deployments", "flows", "models", "notifications", "tasks")
