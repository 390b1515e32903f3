"""The pages made from the product are current, and the figures in the others are the register's."""

from collections import Counter

import pytest
from typer.main import get_command

from deployments.cli import app
from models.statute.register import load_register
from tests.docs.pages import ROOT
from tools.reference import DOCS, PAGES, every_command, pages

COMMANDS = [" ".join(("ehc", *words)) for words in every_command(get_command(app))]


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Every page as it should be, by its name: asking each command for its help takes a second or two."""
    return {path.stem: page for path, page in pages().items()}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_current(name: str, made: dict[str, str]) -> None:
    written = (DOCS / f"reference/{name}.md").read_text("utf-8")
    assert written == made[name], f"{name}.md is out of date: run just docs, read the difference"


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str) -> None:
    assert f"## {command}\n" in (ROOT / "docs/reference/commands.md").read_text("utf-8")


def test_readme_counts_as_the_register_does() -> None:
    limits = [limit for duty in load_register().duties for limit in duty.limits]
    checked = Counter(limit.source.verified for limit in limits)
    deadlines = (ROOT / "docs/reference/deadlines.md").read_text("utf-8")
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"[{len(load_register().duties)} duties]" in readme
    assert f"{deadlines.count('| yes |')} of them are evaluated every night" in readme
    assert (
        f"Of {len(limits)} limits, {checked['statute']} were read whole on the official text and "
        f"{checked['statute_part']} in part; {checked['quoted']} rest on quotations, {checked['paraphrased']} on "
        f"paraphrases, and {checked['unverified']} were not confirmed at all."
    ) in readme
