"""The file opens offline, says what it says to everybody, and every figure is the measure's own."""

import base64
import hashlib
import re
import stat
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise

import pytest

from deployments.report import drawing
from deployments.report.material import read_material
from deployments.report.moved import last_quarter, plans, quarter_before
from models.measures.waterfall import waterfall
from models.store import reading
from tests.report.conftest import AS_OF, CASES, NOW

WHITE = "#ffffff"


def test_nothing_outside_the_file_is_referred_to(written):
    for page in (written.page, written.published_page):
        links = [x.attrs["href"] for x in page.elements if "href" in x.attrs]
        assert [x for x in links if not x.startswith("#")] == []
        assert page.all("script", "link", "img", "iframe", "object", "form") == []
        assert not [x for x in page.elements if "src" in x.attrs or "style" in x.attrs]
        assert not [name for x in page.elements for name in x.attrs if name.startswith("on")]
        (style,) = page.all("style")
        assert "url(" not in style.text
        assert "@import" not in style.text
        assert set(re.findall(r"https?://[^\s\"<]+", page.text)) <= {"http://www.w3.org/2000/svg"}


def test_the_policy_forbids_everything_but_its_own_style(written):
    (policy,) = [x for x in written.page.all("meta") if x.attrs.get("http-equiv") == "Content-Security-Policy"]
    style = written.page.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}';" in policy.attrs["content"]


def test_headings_are_in_order_and_the_landmarks_are_there(written):
    page = written.page
    levels = [int(x.tag[1]) for x in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.all("html")[0].attrs["lang"] == "en-GB"
    assert [len(page.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert [x.text for x in page.all("title") if not x.within("svg")] == [
        "Education, health and care needs assessments, Exampleshire, 15 June 2026"
    ]
    assert all(x.text.strip() for x in page.all("h1", "h2", "h3", "title"))


def test_links_and_labels_find_what_they_name(written):
    page = written.page
    ids = [x.attrs["id"] for x in page.elements if "id" in x.attrs]
    assert len(ids) == len(set(ids))
    wanted = [x.attrs["href"][1:] for x in page.all("a")]
    wanted += [name for x in page.elements for name in x.attrs.get("aria-labelledby", "").split()]
    assert set(wanted) <= set(ids)
    assert page.all("a")[0].attrs == {"class": "skip", "href": "#content"}
    assert len(page.all("section")) == len([x for x in page.all("a") if x.within("nav")])


def test_every_chart_is_an_image_with_a_title_a_description_and_its_numbers(written):
    page = written.page
    pictures = page.all("svg")
    assert len(pictures) > 15
    texts = {x.attrs.get("id"): x.text.strip() for x in page.all("title", "desc")}
    for svg in pictures:
        assert svg.attrs["role"] == "img"
        assert all(texts[name] for name in svg.attrs["aria-labelledby"].split())
        figure = svg.within("figure")
        assert figure is not None
        assert [x for x in page.all("table") if x.within("figure") is figure and x.within("details")]
        assert [x for x in page.all("figcaption") if x.within("figure") is figure]
    inner = [x for x in page.elements if x.within("svg") and ("role" in x.attrs or "aria-label" in x.attrs)]
    assert inner == []


def test_every_table_has_a_caption_and_every_heading_a_scope(written):
    page = written.page
    tables = page.all("table")
    assert len([x for x in page.all("caption") if x.text.strip()]) == len(tables)
    assert {x.attrs.get("scope") for x in page.all("th")} == {"col", "row"}
    widths = {id(table): set() for table in tables}
    for row in page.all("tr"):
        cells = [x for x in page.all("th", "td") if x.within("tr") is row]
        widths[id(row.within("table"))].add(len(cells))
    assert all(len(found) == 1 for found in widths.values())


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_have_enough_contrast_and_marks_too():
    style = files("deployments.report.templates").joinpath("report.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", style))
    on = [WHITE, named["pale"], "#ffdd57"]
    words = [named["ink"], named["muted"], named["ours"], named["stress"], *re.findall(r"color: (#[0-9a-f]{6})", style)]
    assert all(contrast(word, WHITE) >= 4.5 for word in words)
    assert all(contrast(named[name], place) >= 4.5 for name in ("ink", "muted") for place in on[:2])
    assert contrast(named["ink"], "#ffdd57") >= 4.5
    assert all(contrast(x, WHITE) >= 4.5 for x in (drawing.INK, drawing.MUTED, drawing.STRESS, drawing.OURS))
    assert contrast(drawing.OTHERS, WHITE) >= 3


def test_the_headline_is_the_measure(written):
    with reading(written.address) as connection:
        material = read_material(connection, AS_OF, today=NOW.date())
    found = material.values.one("plans_within_20_weeks_excluding_exceptions", "year_to_date")
    assert f"{found.numerator:.0f} of {found.denominator:.0f} plans, exceptions left out" in written.page.text
    assert f"{100 * found.value:.0f}%" in [x.text for x in written.page.all("p") if x.attrs.get("class") == "value"]


@pytest.mark.parametrize("of", [last_quarter, lambda day: quarter_before(last_quarter(day))])
def test_the_waterfall_begins_and_ends_with_the_measure(written, of):
    with reading(written.address) as connection:
        material = read_material(connection, AS_OF, today=NOW.date())
    period = of(AS_OF)
    fall = waterfall(plans(material), quarter_before(period), period)
    for key, counted in (
        ("plans_within_20_weeks_excluding_exceptions", (fall.now.on_time_without, fall.now.issued_without)),
        ("plans_within_20_weeks", (fall.now.on_time, fall.now.issued)),
    ):
        found = material.values.one(key, "quarter", within=period.first)
        assert (found.numerator, found.denominator) == counted
    due = material.values.one("plans_due_in_time", "quarter", basis="due", within=period.first)
    assert fall.now.due == due.denominator
    assert fall.now.headline == Fraction(fall.now.on_time_without, fall.now.issued_without)


def test_every_figure_used_is_defined(written):
    terms = [x.text for x in written.page.all("dt") if (x.within("dl") or x).attrs.get("class") == "terms"]
    for title in ("Plans issued within 20 weeks", "Advice due that was given within 6 weeks", "Requests received"):
        assert title in terms
    assert "as at 15 June 2026" in written.page.text


def test_nobody_and_no_case_is_named(written):
    for page in (written.page, written.published_page):
        assert "Nightingale" not in page.text
        assert "C-0" not in page.text


def test_what_is_for_publication_shows_rounded_numbers_only(written):
    page = written.published_page
    shown = " ".join(x.text for x in page.all("td", "p", "li", "text", "desc")).replace("\xa0", " ").replace(",", "")
    shares = [(int(part), int(whole)) for part, whole in re.findall(r"(\d+) of (\d+)", shown)]
    assert len(shares) > 20
    assert [(x, of) for x, of in shares if x <= of and (x % 5 or of % 5)] == []
    assert "Body of health" not in page.text
    assert "for publication" in page.text
    assert "Body of health" in written.page.text


def test_a_night_that_is_not_complete_is_said_first(written):
    (alarm,), (published,) = (
        [x for x in page.all("p") if x.attrs.get("class") == "alarm"] for page in (written.page, written.published_page)
    )
    assert "No night evaluated any record for 2026-06-15. The extract of authority 999 was made " in alarm.text
    assert published.text == "Read with care: The night of 15 June 2026 is not complete."
    assert alarm.within("header") is not None
    assert f"{CASES}" in written.page.all("dl")[0].text


def test_only_its_owner_can_read_the_file(written):
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o600
    assert written.path.name == "board-report-999-2026-06-15.html"
    assert written.published.name == "published-report-999-2026-06-15.html"
    assert [x.name for x in written.path.parent.iterdir() if x.name.startswith(".")] == []
