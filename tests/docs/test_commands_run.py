"""The commands of the pages do what the pages say.

To mend a page after a change of what is printed, paste what the failure shows; `...` stands for any text.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.docs.conftest import DAY, Reader
from tests.docs.pages import PAGES, Command, File, name, steps

WITH_COMMANDS = [page for page in PAGES if any(isinstance(step, Command) for step in steps(page))]
CHANGING = {
    r"\d{4}-\d\d-\d\d \d\d:\d\d UTC": "A-MOMENT",
    r"\d{4}-\d\d\+[0-9a-f]{8}": "A-REGISTER",
}


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_commands_print_what_the_page_shows(page: Path, reader: Reader) -> None:
    wrong: list[str] = []
    for step in steps(page):
        if isinstance(step, File):
            reader.save(step.path, step.text)
            continue
        code, printed = reader.run(step.text)
        if code != step.exit_code:
            wrong.append(f"$ {step.text}\nended with {code}, not {step.exit_code}:\n{printed}")
        elif piece := not_printed(step.shown, printed):
            wrong.append(f"$ {step.text}\ndoes not print, where the page shows it:\n\n{piece}\n\nbut:\n{printed}")
    assert not wrong, "\n\n".join(wrong)


def test_readme_and_tutorial_are_among_them() -> None:
    assert {"README.md", "docs/tutorial.md"} <= set(map(name, WITH_COMMANDS))


def test_a_past_day_is_answered_from_what_was_known(reader: Reader) -> None:
    reader.run(f"ehc demo --as-of {DAY}")
    moment = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    code, printed = reader.run(f"ehc clocks --case C-2026-00289 --as-of 2026-09-01 --known-at {moment}")
    assert code == 0, printed
    assert "give advice (psychology) 2026-08-11 2026-08-10 overdue, 21 late" in " ".join(printed.split())


def not_printed(shown: str, printed: str) -> str:
    """The first piece between `...` that is not in the output in its turn, but for spaces and moments; "" if all are.

    A page that shows nothing of a command agrees with whatever it prints.
    """
    if not shown.strip():
        return ""
    pieces, rest = [piece.strip() for piece in _steady(shown).split("...")], _steady(printed)
    for number, piece in enumerate(pieces):
        before, found, after = rest.partition(piece) if piece else ("", "nothing", rest)
        if not found or (number == 0 and before):
            return piece
        rest = after
    return f"(the end) {rest}" if pieces[-1] and rest.strip() else ""


def _steady(text: str) -> str:
    text = " ".join(text.split())
    for pattern, word in CHANGING.items():
        text = re.sub(pattern, word, text)
    return text
