"""One report of a small invented council, written once; most tests read the file."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.store.build import an_advice, an_exception, take, write_extract

AS_OF = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)
CASES = 60


def council() -> dict[str, list[dict[str, str]]]:
    """Sixty cases of two years: some on time, most late, some with an exception, the newest still open."""
    cases, advice, exceptions = [], [], []
    for number in range(CASES):
        asked = date(2024, 11, 4) + timedelta(days=9 * number)
        ref = f"C-{number:03}"
        case = {"case_ref": ref, "request_received_on": str(asked), "team": "North", "officer": "Officer Nightingale"}
        case |= {"request_source": str(number % 4 + 1)}
        decided, sent = asked + timedelta(days=39), asked + timedelta(days=118 + number * 37 % 90)
        if decided <= AS_OF:
            case |= {"assess_decision": "N" if number % 11 == 5 else "Y", "assess_decided_on": str(decided)}
        if case.get("assess_decision") == "Y":
            for place, kind in enumerate(("education", "health", "psychology", "social_care")):
                reply = decided + timedelta(days=30 + 7 * place + number % 5)
                answer = {"reply_on": str(reply), "reply": "advice"} if reply <= AS_OF else {}
                advice.append(an_advice(ref, kind, body=f"Body of {kind}", requested_on=str(decided), **answer))
            if sent <= AS_OF:
                case |= {"plan_decision": "Y", "final_plan_sent_on": str(sent)}
                case |= {"draft_served_on": str(sent - timedelta(days=20))}
        if number % 9 == 2:
            until = {"from_on": str(asked + timedelta(days=50)), "to_on": str(asked + timedelta(days=90))}
            exceptions.append(an_exception(ref, **until, claimed_on=str(asked + timedelta(days=90))))
        cases.append({"authority_code": "999", **case})
    return {"cases": cases, "advice": advice, "exceptions": exceptions}


@dataclass
class Element:
    """One element of a page with its text and the elements it lies in."""

    tag: str
    attrs: dict[str, str]
    above: tuple["Element", ...]
    text: str = ""

    def within(self, tag: str) -> "Element | None":
        return next((x for x in reversed(self.above) if x.tag == tag), None)


class Page(HTMLParser):
    """A page as a list of elements."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.elements, self._open = text, [], []
        self.feed(text)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs), tuple(self._open)))

    def handle_endtag(self, tag):
        assert self._open.pop().tag == tag

    def handle_data(self, text):
        for element in self._open:
            element.text += text

    def all(self, *tags: str) -> list[Element]:
        return [x for x in self.elements if x.tag in tags]


@dataclass
class Written:
    """The report's file, the published one, and the database they are of."""

    path: Path
    published: Path
    address: str
    pages: dict[Path, Page] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        return self._page(self.path)

    @property
    def published_page(self) -> Page:
        return self._page(self.published)

    def _page(self, path: Path) -> Page:
        if path not in self.pages:
            self.pages[path] = Page(path.read_text(encoding="utf-8"))
        return self.pages[path]


@pytest.fixture(scope="session")
def written(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    from models.settings import settings
    from models.store import engine

    folder = tmp_path_factory.mktemp("report")
    shutil.copy(sqlite_file, folder / "ehc.db")
    address = f"sqlite:///{folder / 'ehc.db'}"
    take(address, write_extract(folder, **council()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHC_DATABASE_URL", address)
        patch.delenv("EHC_PRACTICE", raising=False)
        settings.cache_clear()
        engine.cache_clear()
        from deployments.report.report import write_report

        ours, theirs = (write_report(folder, AS_OF, now=NOW, is_published=x) for x in (False, True))
    settings.cache_clear()
    engine.cache_clear()
    return Written(ours, theirs, address)
