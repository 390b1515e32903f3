"""The pages hang together: links lead somewhere, and no page names a place of one machine."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, links, name

ELSEWHERE = ("https://", "http://")
OF_ONE_MACHINE = re.compile(r"(?<![\w.~-])/(work|root|tmp)/\w|/home/(?!you\b)\w")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [target for target in links(page) if not target.startswith(ELSEWHERE) and not leads(page, target)]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_place_of_one_machine(page: Path) -> None:
    assert not OF_ONE_MACHINE.findall(page.read_text("utf-8"))


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [(page.parent / target.partition("#")[0]).resolve() for target in links(page) if "//" not in target]
        for target in targets:
            waiting += sorted(target.glob("*.md")) if target.is_dir() else [target] if target.suffix == ".md" else []
    assert {page.resolve() for page in PAGES} - reached - {ROOT / "CHANGELOG.md"} == set()


def leads(page: Path, target: str) -> bool:
    """True where the file is there and, if an anchor is named, has it."""
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    return file.exists() and (not anchor or anchor in anchors(file))
