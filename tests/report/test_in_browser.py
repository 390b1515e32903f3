"""The report in a browser: it asks nobody for anything, goes by keyboard, fits a phone, and prints."""

import pytest

from tests.browser import chromium

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
OUT_OF_REACH = (
    "[...document.querySelectorAll('.scroll:not([tabindex])')].filter(x => x.scrollWidth > x.clientWidth)"
    ".map(x => x.textContent.trim().slice(0, 60))"
)
FOCUSED = "document.activeElement.getAttribute('href') || document.activeElement.tagName"


@pytest.fixture(scope="module")
def browser():
    yield from chromium()


@pytest.fixture
def page(browser, written):
    """The report at desktop width; every request and every word on the console is kept."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    opened.asked, opened.faults = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("console", lambda message: opened.faults.append(message.text))
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.goto(written.path.as_uri())
    yield opened
    context.close()


def test_it_asks_for_nothing_and_complains_of_nothing(page, written):
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert page.asked == [written.path.as_uri()]
    assert page.faults == []


def test_the_policy_stops_whatever_would_be_put_in(page):
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.org/x.png\">')")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in x for x in page.faults)


def test_by_keyboard_the_skip_link_comes_first_and_leads_to_the_report(page):
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "#content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_order_of_tabs_is_the_order_of_the_page(page):
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("[document.activeElement.tagName, document.activeElement.offsetTop]"))
        if seen[-1][0] == "BODY":
            break
    kinds = [kind for kind, _ in seen]
    assert {"A", "SUMMARY"} <= set(kinds)
    # After the skip link the links of the contents, then what folds open, downwards.
    folded = [top for kind, top in seen if kind == "SUMMARY"]
    assert folded == sorted(folded)
    assert kinds.index("SUMMARY") > len([x for x in kinds if x == "A"]) - 1


def test_numbers_fold_open_by_keyboard(page):
    page.locator("summary").first.focus()
    table = page.locator("details").first.locator("table")
    assert not table.is_visible()
    page.keyboard.press("Enter")
    assert table.is_visible()


@pytest.mark.parametrize("width", [1280, 700, 390, 320])
def test_no_width_scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate(FITS)
    is_narrow = width < 640  # 40rem
    assert page.locator(".narrow-page").first.is_visible() == is_narrow
    assert page.locator(".wide-page").first.is_visible() != is_narrow
    page.evaluate("document.querySelectorAll('details').forEach(x => x.open = true)")
    assert page.evaluate(OUT_OF_REACH) == [], "who has no mouse cannot scroll these"


def test_text_spaced_as_a_reader_needs_it_still_fits(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.evaluate(
        "for (const x of document.querySelectorAll('p, li, td, th, dd, dt')) {"
        "x.style.lineHeight = '1.5'; x.style.letterSpacing = '0.12em'; x.style.wordSpacing = '0.16em'}"
    )
    assert page.evaluate(FITS)


def test_on_paper_nothing_is_cut_off(page):
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 without its margins, in pixels of a printed page
    assert page.evaluate(FITS)
    assert not page.locator("nav").is_visible()
    assert page.locator(".wide-page").first.is_visible()
    too_wide = page.evaluate(
        "[...document.querySelectorAll('table, svg')].filter(x => x.getBoundingClientRect().right > innerWidth + 1)"
        ".map(x => x.textContent.slice(0, 40))"
    )
    assert too_wide == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
