"""A manager's browser: the pages show what they should, and ask nobody but this machine.

`EHC_WRITE_IMAGES=1` writes the pictures of docs/images again; look at them.
"""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.browser import chromium
from tests.patience import PATIENCE
from tests.ui.conftest import NIGHT, told

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MILLISECONDS_OF_PATIENCE = 1000 * PATIENCE


@pytest.fixture(scope="module")
def browser():
    yield from chromium()


@pytest.fixture(scope="module")
def shared_page(browser):
    """A page that records every request, web sockets too, that would leave this machine; the browser stops them.

    Its files are kept from page to page, as in anybody's browser: a request that were routed would not be.
    """
    context = browser.new_context(viewport={"width": 1360, "height": 900}, locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(MILLISECONDS_OF_PATIENCE)
    opened = context.new_page()
    opened.outside, opened.faults = [], []

    def record(asked):
        # What a page makes itself has an address of its own in it, "blob:http://127.0.0.1/...".
        if urlsplit(asked.url.removeprefix("blob:")).hostname != "127.0.0.1":
            opened.outside.append(asked.url)

    context.on("request", record)
    opened.on("websocket", record)
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    yield opened
    context.close()


@pytest.fixture
def page(shared_page):
    shared_page.faults.clear()
    return shared_page


def shows(page, *words):
    for text in words:
        page.get_by_text(text).first.wait_for()


def picture(page, name):
    if os.environ.get("EHC_WRITE_IMAGES"):
        page.wait_for_timeout(2500)  # charts grow into place
        IMAGES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=IMAGES / f"{name}.png")


def in_peace(page):
    page.wait_for_load_state("networkidle")  # for what a page does last
    assert page.outside == []
    assert page.faults == []


def test_runs(page, up, night):
    page.goto(f"{up.address}/v2/runs?flow-run-search=night%20of%2020%20November")
    shows(page, "night of 20 November 2026", "rhythm")
    picture(page, "runs")
    in_peace(page)


def test_the_page_of_the_night(page, up, night):
    page.goto(f"{up.address}/v2/runs/flow-run/{night}?tab=Artifacts")
    shows(page, "night of 20 November 2026", "Completed", "The board of")
    page.locator("canvas").first.wait_for()  # the timeline: it needs more of the browser than the other pages
    picture(page, "night")
    in_peace(page)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("board", ("open cases", "overdue", "this week")),
        ("measures", ("The measures of", "Plans issued within 20 weeks")),
        ("certificate", ("Certificate of the night of", "Every record by every duty")),
    ],
)
def test_what_a_night_publishes(page, up, night, key, words):
    (found,) = up.ask("/artifacts/latest/filter", {"artifacts": {"key": {"any_": [key]}}})
    assert NIGHT in found["description"]
    page.goto(f"{up.address}/v2/artifacts/artifact/{found['latest_id']}")
    shows(page, *words)
    picture(page, key)
    in_peace(page)


def test_from_a_list_one_step_to_why(page, up, night):
    (agenda,) = up.ask("/artifacts/latest/filter", {"artifacts": {"key": {"any_": ["panel-agenda"]}}})
    page.goto(f"{up.address}/v2/artifacts/artifact/{agenda['latest_id']}")
    shows(page, "Panel agenda on", "is lost.")
    case = page.get_by_role("link", name=re.compile(r"^C-20\d\d-")).first
    reference = case.inner_text()
    picture(page, "agenda")
    case.click()
    shows(page, "Submit")
    form = page.get_by_role("textbox").filter(has_text=reference).or_(page.locator("textarea")).first
    assert form.input_value() == f"999/{reference}", "the form is filled in"
    in_peace(page)


def test_artifacts(page, up, night):
    page.goto(f"{up.address}/v2/artifacts?name=board")
    shows(page, "board", "The board of")
    picture(page, "artifacts")
    in_peace(page)


def test_the_form_of_a_night(page, up, night):
    page.goto(f"{up.address}/v2/deployments/deployment/{up.deployment('nightly')}/run")
    shows(page, "as_of", "the day to evaluate for", "Submit")
    picture(page, "form")
    in_peace(page)


def test_automations_and_events(page, up, night):
    page.goto(f"{up.address}/v2/automations")
    shows(page, "Night failed or crashed: try once more", "Certificate red")
    picture(page, "automations")
    # Of all that happens all the time, only what happened to this night, and only once it is stored; without an end
    # that lies ahead the page leaves out the minute that is not over.
    told(lambda: up.events(night, "prefect.flow-run.Completed"), "the end of the night among the events")
    resource = quote(json.dumps([f"prefect.flow-run.{night}"]))
    start, end = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M:%S.000Z}" for days in (-1, 1))
    page.goto(f"{up.address}/v2/events?resource={resource}&rangeType=range&start={start}&end={end}")
    shows(page, "Event Feed", "Flow Run Completed", "night of 20 November 2026")
    in_peace(page)


def test_the_older_pages_work_too(page, up, night):
    page.context.add_cookies([{"name": "prefect_ui_version", "value": "v1", "url": up.address}])
    page.goto(f"{up.address}/runs/flow-run/{night}")
    shows(page, "night of 20 November 2026")
    in_peace(page)


def test_dashboard(page, up, night):
    page.context.clear_cookies()
    page.goto(f"{up.address}/")
    shows(page, "Flow Runs", "Task Runs", "Completed")
    if os.environ.get("EHC_WRITE_IMAGES"):  # the dashboard's last minute is not complete
        page.wait_for_timeout(30_000)
        page.reload()
        shows(page, re.compile(r"[1-9]\d* total"))
    picture(page, "dashboard")
    in_peace(page)
