"""What a night and a table say to a person."""

from typing import Any

import pytest

from deployments.commands import show
from deployments.commands.tables import table

NIGHT_ALERTS = {"claimed": 1, "spoken": 1, "messages": 1, "added_to": 0, "shadow": 0, "nothing_because": ""}
NIGHT: dict[str, Any] = {
    "taken": None,
    "night_before": None,
    "night_after": None,
    "clocks": {"evaluated": 5, "written": 5},
    "turned": {"breaches": 0, "warnings": 0, "recoveries": 0},
    "alerts": NIGHT_ALERTS,
    "sent": {"sent": 0},
    "measured": {"measurements": 7},
    "quality": {"new": 0, "still_there": 0, "gone": 0},
    "board": {
        "as_of": "2026-11-22",
        "open_cases": 1,
        "stages": [],
        "duties": [],
        "overdue": {"cases": 1, "plans": 1, "excepted": 0, "statutory": 1, "clocks": 2},
    },
}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "It was the first night: what was late already is no news."),
        (
            {"night_before": "2026-11-19", "turned": {"breaches": 1, "warnings": 2, "recoveries": 0}},
            "New since the night of 2026-11-19: 1 breach, 2 warnings, 0 recoveries.",
        ),
        (
            {"night_before": "2026-11-19", "night_after": "2026-11-23"},
            "A later night was run, for 2026-11-23: what turned by then is no news any more.",
        ),
        ({}, "1 rung reached, of which 1 speaks in 1 message. Nothing went out just now"),
        (
            {"alerts": NIGHT_ALERTS | {"spoken": 14, "messages": 0, "added_to": 10}},
            "of which 14 speak in 10 messages that waited already.",
        ),
        (
            {"alerts": NIGHT_ALERTS | {"spoken": 14, "messages": 2, "added_to": 1}},
            "of which 14 speak in 2 new messages and 1 message that waited already.",
        ),
        (
            {"alerts": {"nothing_because": "A night was run for 2026-11-23, after 2026-11-22."}},
            "Alerts: none are raised for this day. A night was run for 2026-11-23, after 2026-11-22.",
        ),
        ({"sent": {"sent": 3}}, "3 messages went out just now: ehc messages."),
        ({}, "The board of 2026-11-22: 1 open case\n"),
        ({}, "Overdue: 1 open case by the clock of the stage each is in; 1 past their twenty weeks"),
    ],
)
def test_a_night_says_what_is_true_of_it(told: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    show.night(NIGHT | told, as_json=False)
    assert " ".join(said.split()) in " ".join(capsys.readouterr().out.split())


def test_numbers_stand_to_the_right_and_days_are_not_broken() -> None:
    found = table(("case", "due", "days", "what it does"), [("C-1", "2026-11-20", "1,200", "give advice " * 9)])
    assert [(x.justify, x.no_wrap) for x in found.columns] == [
        ("left", True),
        ("left", True),
        ("right", True),
        ("left", False),
    ]
