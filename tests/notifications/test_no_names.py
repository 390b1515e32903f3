"""No message carries a name: what is planted in an extract is looked for in what the mail server and a web site got."""

import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.statute.register import load_register
from models.store import unit_of_work
from notifications.outbox import raise_alerts
from tests.notifications.build import Clock, post_office, run, statuses, stored, usual_practices, web_site
from tests.store.build import a_case, a_person, an_advice, an_exception, an_order, night, take, write_extract

MARKERS = {
    "Child forename": "Zebedee",
    "Child surname": "Quillfeather",
    "Home address": "17 Larkspur Rise",
    "UPN": "Z999000000001",
}
PERSON_REF = "PX-77120-MARK"
BIRTH_DATE = "2014-05-17"
FREE_TEXT = "Philomena was away with her aunt"
PLANTED = (*MARKERS.values(), PERSON_REF, BIRTH_DATE, "17 May 2014", "Philomena", "aunt")

NIGHT = date(2026, 6, 15)
MORNING = datetime(2026, 6, 15, 9, tzinfo=UTC)


def _extract(tmp_path: Path) -> Path:
    child = {"person_ref": PERSON_REF, "birth_date": BIRTH_DATE, "primary_need": "ASD", "team": "North"}
    cases = [
        a_case("C-1", **child),
        a_case("C-2", assess_decision="Y", assess_decided_on="2026-02-10", **child),
        a_case("C-3", request_received_on="2026-06-01", **child),
    ]
    kinds = ("health", "social_care", "psychology", "education")
    people = [
        a_person(name, role=role, team=team, address=address)
        for name, role, team, address in (
            ("A. Officer", "officer", "North", "officer@council.example"),
            ("A. Leader", "team_leader", "North", "leader@council.example"),
            ("A. Manager", "service_manager", "", "manager@council.example"),
            ("A. Head", "head_of_service", "", "head@council.example"),
            ("A. Director", "director", "", "channel:directors"),
            ("A. DCO", "health_dco", "", "dco@trust.example"),
            ("A. DSCO", "social_care_dsco", "", "dsco@council.example"),
            ("A. Psychologist", "psychology_lead", "", "ep@council.example"),
            ("A. Head of school", "setting", "", "head@school.example"),
        )
    ]
    return write_extract(
        tmp_path,
        unknown_columns=dict.fromkeys(("cases", "advice", "exceptions", "orders", "people"), MARKERS),
        cases=cases,
        advice=[an_advice(case, kind, body="Royal Hospital") for case in ("C-1", "C-2") for kind in kinds],
        exceptions=[an_exception("C-1", facts=FREE_TEXT, impractical_because=FREE_TEXT)],
        orders=[an_order("C-2")],
        people=people,
    )


def test_nothing_planted_arrives(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    take(database, _extract(tmp_path))
    night(database, NIGHT.isoformat())
    with unit_of_work(database) as connection:
        raised = raise_alerts(connection, load_register(), usual_practices(), NIGHT, MORNING)
    assert raised.messages > 0
    clock = Clock(MORNING)
    with post_office() as post, web_site() as site:
        settings = post.settings | {"EHC_CHANNEL_DIRECTORS": f"json://127.0.0.1:{site.port}/key"}
        for _ in range(20):
            run(database, settings, clock)
            clock.turn(hours=8)
    assert set(statuses(database)) == {"sent"}
    assert len(post.received) + len(site.requests) == raised.messages == len(statuses(database))
    received = [json.dumps(site.bodies), *(raw.decode("latin-1") for _, raw in post.received)]
    for mail in post.mails:
        received += [str(mail["Subject"]), *(part.get_content() for part in mail.iter_parts())]  # type: ignore[attr-defined]
    assert any("C-1" in words for words in received)
    said = {reference: of for reference, *of in stored(database, "reference", "subject", "text", "html")}
    for mail in post.mails:
        plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert rich is not None
        arrived = [str(mail["Subject"]), plain.get_content(), rich.get_content()]
        assert arrived == said[str(mail["X-EHC-Reference"])]
    told = "\n".join((*received, caplog.text, *capfd.readouterr()))
    assert [word for word in PLANTED if word in told] == []
    kept = repr(stored(database, "*")) + repr(stored(database, "*", table="deliveries"))
    assert [word for word in PLANTED if word in kept] == []
