"""What each template says, word for word: subject, text and page of every kind of message.

After a change that is meant, write them again and read the difference: python -m tests.golden.test_messages
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.errors import SettingsError
from models.practice.ladders import TEMPLATES as RUNG_TEMPLATES
from models.queries.outbox.call_list import Call, Change, Next
from models.statute.register import load_register
from notifications.compose.call_list import call_list_html, call_list_text, pages
from notifications.compose.family import Notice, family_notice
from notifications.compose.line import Forms, Line, Tried
from notifications.compose.messages import Envelope, Signatory, Standing, agency_letter, digest, immediate
from notifications.compose.render import TEMPLATES, Asking, Composed, rung_templates, template_version, wanted
from notifications.compose.words import no_answer

GOLDEN = Path(__file__).parent / "messages"
FRIDAY = date(2026, 11, 20)
FROM_WHEN = "From the extract of Thu 19 November 2026, 19:00, England."
ACKNOWLEDGE, FAMILY_TOLD = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
FORMS = Forms("http://127.0.0.1:4200", ACKNOWLEDGE, FAMILY_TOLD)
MANAGER = Signatory("A. Carter", "service manager", "send.advice@council.example")
BREACHED = Tried(date(2026, 10, 31), "officer", "breach", "sent")
ESCALATED = Tried(date(2026, 11, 7), "team leader", "escalation", "sent")


def a_line(case_ref: str, template: str, due_on: str, duty: str = "send_final_plan", **said: object) -> Line:
    of = {"ladder": duty, "record": "", "team": "North", "origin_on": date(2026, 9, 1), "as_of": FRIDAY}
    law = load_register().duty("give_advice" if duty.startswith("ask_for_advice") else duty)
    return Line(duty=law, case_ref=case_ref, template=template, due_on=date.fromisoformat(due_on), **{**of, **said})


def advice(case_ref: str, template: str, due_on: str, kind: str = "health", **said: object) -> Line:
    names = {"health": "health advice from Royal Hospital", "psychology": "psychological advice"}
    return a_line(case_ref, template, due_on, "give_advice", key=kind, record=names[kind], **said)


def not_asked(case_ref: str, due_on: str) -> Line:
    of = {"key": "psychology", "record": "psychological advice"}
    return a_line(case_ref, "never_asked", due_on, "ask_for_advice:psychology", **of)


def owed(case_ref: str, due_on: str, *, received: bool = True) -> Line:
    begun = date.fromisoformat(due_on) - timedelta(weeks=6)
    known = {"asked_on": begun - timedelta(days=3), "received_on": begun} if received else {"asked_on": begun}
    return advice(case_ref, "chase", due_on, **known)


def envelope(title: str = "officer", team: str = "North", **said: object) -> Envelope:
    of = {"acknowledge_through": "the SEND data officer", "is_own": title == "officer", **said}
    return Envelope("Exampleshire", team, title, FRIDAY, "999-20261120-7-3fa9c1", 7, FROM_WHEN, **of)  # type: ignore[arg-type]


def a_digest() -> Composed:
    lines = [
        a_line("C-88", "escalation", "2026-10-30", tried=(BREACHED, ESCALATED)),
        a_line("C-102", "breach", "2026-11-16"),
        a_line("C-110", "warning", "2026-11-25"),
        advice("C-140", "chase", "2026-11-20"),
        advice("C-141", "reminder", "2026-12-04", "psychology"),
        advice("C-142", "commission_elsewhere", "2026-09-04"),
        advice("C-143", "breach", "2026-11-19"),
        replace(not_asked("C-151", "2026-11-13"), template="escalation"),
        not_asked("C-150", "2026-11-24"),
        a_line("C-155", "warning", "2026-12-21"),
        a_line(
            "C-156",
            "warning",
            "2027-01-05",
            why="The last safe day for the draft is 24 November 2026 (SEND panel).",
            is_foreseen=True,
        ),
        a_line("C-160", "order", "2026-11-30", "name_setting_after_order", record="order 1"),
        a_line("C-170", "reminder", "2026-12-18"),
        a_line("C-90", "breach", "2026-11-13", is_settled=True),
    ]
    lines = [replace(x, forms=FORMS) for x in lines]
    return digest(envelope(forms=FORMS), lines, Standing(14, 1, 3, 6, 20))


def the_digest_of_the_guide() -> Composed:
    lines = [
        a_line("C-88", "escalation", "2026-10-30", tried=(BREACHED, ESCALATED)),
        a_line("C-102", "breach", "2026-11-16"),
        advice("C-140", "chase", "2026-11-20"),
        not_asked("C-150", "2026-11-24"),
        advice("C-141", "reminder", "2026-12-04"),
    ]
    return digest(envelope("team leader"), lines, Standing(14, 1, 3, 6, 20))


def a_long_digest() -> Composed:
    late = (
        a_line(f"C-{x}", "escalation", f"2026-10-{x - 290:02}", tried=(BREACHED,) * (x % 2)) for x in range(300, 308)
    )
    return digest(envelope("service manager", ""), list(late), Standing(8), weekly=True)


def a_first_digest() -> Composed:
    """Hundreds of lines have gathered: some of each kind are written out, and all of them counted."""
    day, teams = date(2025, 3, 3), ("North", "South", "Early years")
    late = [
        a_line(
            f"C-{x}", "escalation", (day + timedelta(days=x % 400)).isoformat(), duty, team=teams[x % 3], forms=FORMS
        )
        for x in range(300)
        for duty in ("decide_whether_to_assess", "send_final_plan")[x % 5 == 0 :]
    ]
    soon = [a_line(f"C-{x}", "reminder", "2026-12-18", team="", forms=FORMS) for x in range(400, 425)]
    to = envelope("service manager", "", forms=FORMS, is_first=True)
    return digest(to, [*late, *soon, not_asked("C-9", "2026-11-10")], Standing(600))


def the_first_digest_of_somebody_new() -> Composed:
    """Over Christmas: a limit does not move for a day on which nobody works."""
    lines = [
        a_line("C-91", "warning", "2026-12-25", "decide_whether_to_assess"),
        *(a_line(f"C-{x}", "reminder", f"2026-12-{x - 66}") for x in (92, 93, 94, 95)),
    ]
    return digest(envelope(takes_over=True), lines, Standing(3))


def a_digest_of_what_no_law_makes_late() -> Composed:
    lines = [
        a_line("C-80", "escalation", "2026-11-04", "decide_whether_to_issue"),
        a_line("C-81", "breach", "2026-11-19", "decide_whether_to_issue"),
        a_line("C-82", "warning", "2026-11-18", "decide_whether_to_issue"),
        a_line("C-83", "warning", "2026-11-19", "serve_draft"),
        a_line("C-84", "breach", "2026-11-18", "serve_draft"),
        a_line("C-85", "warning", "2026-11-24", "serve_draft"),
        not_asked("C-86", "2026-11-17"),
    ]
    return digest(envelope(days_too_old=5), lines, Standing())


def an_immediate() -> Composed:
    return immediate(envelope(forms=FORMS), [a_line("C-102", "breach", "2026-11-19", forms=FORMS)])


def one_not_asked_for() -> Composed:
    return immediate(envelope(), [not_asked("C-150", "2026-11-19")])


def several_at_once() -> Composed:
    return immediate(envelope("team leader"), [a_line(f"C-{x}", "breach", "2026-11-19") for x in range(102, 107)])


def a_letter() -> Composed:
    unnamed = replace(owed("C-140", "2026-11-02"), no_answer=no_answer("not_known", date(2026, 10, 30)))
    lines = [unnamed, owed("C-141", "2026-11-10", received=False), owed("C-155", "2026-11-23")]
    to = envelope("designated clinical officer", "", to="F. Clinical, designated clinical officer")
    return agency_letter(to, [*lines, owed("C-160", "2026-12-10")], MANAGER, later=11)


def a_letter_to_a_setting() -> Composed:
    consulted = {"duty": "reply_to_consultation", "origin_on": date(2026, 11, 2)}
    lines = [a_line("C-170", "chase", "2026-11-17", **consulted), owed("C-140", "2026-11-24")]
    return agency_letter(envelope("setting", "", to="Oak School"), lines, Signatory("", "service manager"))


def a_family_notice() -> Composed:
    why = "The last safe day for the draft was 3 November 2026."
    line = a_line("C-170", "family_delay", "2026-12-02", tell_by=date(2026, 12, 1), why=why)
    return family_notice(envelope(), [Notice(line, ("health", "psychology"))])


def families_to_tell() -> Composed:
    passed = date(2026, 11, 13)
    missed = a_line("C-171", "family_delay", "2026-11-16", "decide_whether_to_assess", tell_by=passed, forms=FORMS)
    coming = a_line("C-170", "family_delay", "2026-12-02", tell_by=date(2026, 12, 1), forms=FORMS)
    return family_notice(envelope(forms=FORMS), [Notice(missed), Notice(coming, ("social_care",))])


def a_call_list() -> Composed:
    began = {"request_received_on": "2026-07-06", "assess_decided_on": "2026-08-14"}
    drafted = {**began, "draft_served_on": "2026-10-26", "consultation_sent_on": "2026-10-26"}
    told = (
        Change("advice", "health:Royal Hospital:1", "reply_on", "2026-11-17"),
        Change("case", "", "draft_served_on", ""),
    )
    of = ("999", "North", "Officer 01")
    calls = [
        _call(
            "C-88", of, began, ("psychology", "social_care"), 2, "send_final_plan", "2026-11-13", (), ("2026-11-06", "")
        ),
        _call("C-140", of, drafted, (), 4, "send_final_plan", "2026-11-23", told, ("", "2026-11-20")),
        _call("C-150", of, drafted, (), 4, "send_final_plan", "2026-11-22", (), ("", "2026-11-19")),
        _call(
            "C-190",
            of,
            {"request_received_on": "2026-11-02"},
            (),
            0,
            "decide_whether_to_assess",
            "2026-12-14",
            (),
            None,
        ),
    ]
    found = pages(calls, load_register(), FRIDAY)
    return Composed("call_list", "", "Call list", call_list_text(found, FRIDAY), call_list_html(found, FRIDAY))


def _call(ref, of, milestones, awaited, replied, duty, due_on, changes, told) -> Call:
    code, team, officer = of
    to_come = Next(duty, due_on)
    return Call(code, ref, team, officer, milestones, awaited, replied, (), to_come, changes, *(told or ("", "")))


MESSAGES: dict[str, Callable[[], Composed]] = {
    "digest": a_digest,
    "digest-of-the-guide": the_digest_of_the_guide,
    "digest-long": a_long_digest,
    "digest-first": a_first_digest,
    "digest-new": the_first_digest_of_somebody_new,
    "digest-past-no-law": a_digest_of_what_no_law_makes_late,
    "immediate": an_immediate,
    "immediate-not-asked": one_not_asked_for,
    "immediate-several": several_at_once,
    "agency-letter": a_letter,
    "agency-letter-setting": a_letter_to_a_setting,
    "family-notice": a_family_notice,
    "family-notice-several": families_to_tell,
    "call-list": a_call_list,
}


def files(found: Composed) -> dict[str, str]:
    return {"txt": f"Subject: {found.subject}\n\n{found.text}", "html": found.html}


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("ending", ["txt", "html"])
def test_it_says_what_was_read_and_agreed(name: str, ending: str) -> None:
    assert files(MESSAGES[name]())[ending] == (GOLDEN / f"{name}.{ending}").read_text(encoding="utf-8")


def test_the_guide_shows_a_message_as_it_is() -> None:
    guide = Path(__file__).parents[2] / "docs/how-to/messages.md"
    assert f"```text\n{files(the_digest_of_the_guide())['txt']}```" in guide.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MESSAGES)
def test_the_text_says_all_that_the_page_says(name: str) -> None:
    found = MESSAGES[name]()
    shown = re.sub(r"<style>.*?</style>|<title>.*?</title>|<!--.*?-->|<[^>]+>", " ", found.html, flags=re.DOTALL)
    for entity, character in (("&middot;", " "), ("&#39;", "'"), ("&#34;", '"'), ("&nbsp;", " ")):
        shown = shown.replace(entity, character)
    said = {word.casefold() for word in re.findall(r"[\w'-]{2,}", found.text)}
    only_in_a_page = {"acknowledge", "or", "notes"}
    assert {word.casefold() for word in re.findall(r"[\w'-]{2,}", shown)} - said <= only_in_a_page


@pytest.mark.parametrize("name", MESSAGES)
def test_a_page_calls_nobody_and_fits_a_phone(name: str) -> None:
    page = MESSAGES[name]().html
    assert 'name="viewport"' in page
    assert 'lang="en-GB"' in page
    assert not re.search(r"<(script|img|link|iframe)|url\(|src=", page)
    forms = {f"{FORMS.address}/v2/deployments/deployment/{form}/run" for form in (ACKNOWLEDGE, FAMILY_TOLD)}
    assert set(re.findall(r'href="([^"?]+)', page)) <= {*forms, FORMS.board_link}
    assert min(int(size) for size in re.findall(r"font(?:-size)?:[^;]*?(\d+)px", page) if size != "0") >= 15


def test_every_rung_has_its_template_and_every_template_its_rung() -> None:
    assert rung_templates() == set(RUNG_TEMPLATES)


@pytest.mark.parametrize(
    ("section", "is_advice", "sign", "said"),
    [
        ("due", True, 1, "Their 6 weeks are running out. Ask now whether it will come in time."),
        ("due", True, 0, "Their 6 weeks end today. Ask now whether it will come in time."),
        ("overdue", True, -1, "Their 6 weeks have ended. Ask now when it will come."),
        ("coming", False, 1, "Make sure that it will be done in time."),
        ("target", False, -1, "The date has passed. Do it now."),
    ],
)
def test_a_reminder_that_waited_for_its_day_is_still_true(section: str, is_advice: bool, sign: int, said: str) -> None:
    assert wanted("reminder", Asking(section, is_advice, "6 weeks", sign, False, False, False)) == said


def test_a_rung_without_a_template_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="no template 'shout'") as refused:
        wanted("shout", Asking("overdue", False, "6 weeks", -1, False, False, False))
    assert "breach" in refused.value.remedy


def test_the_version_of_a_template_is_that_of_all_it_is_made_from(tmp_path: Path, monkeypatch) -> None:
    import shutil

    before = template_version("digest")
    assert before == template_version("digest")
    assert before != template_version("immediate")
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    monkeypatch.setattr("notifications.compose.render.TEMPLATES", tmp_path / "templates")
    template_version.cache_clear()
    assert before == template_version("digest")
    for changed in ("shared/lines.txt.j2", "rungs/breach.txt.j2", "digest.subject.j2"):
        file = tmp_path / "templates" / changed
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        template_version.cache_clear()
        assert before != (before := template_version("digest")), changed
    template_version.cache_clear()


@pytest.mark.parametrize(
    "case_ref",
    [
        "C-1\nBcc: somebody@elsewhere.example",
        "C-1\r\n\r\n<script>alert(1)</script>",
        "<script>alert('x')</script>",
        "C-1\u2028\u202ejpg.exe",
        "{{ 7 * 7 }}{% raw %}",
        "C-1; rm -rf ~ $(id)",
        "\x00\x07C-1\x1b[31m",
    ],
)
def test_a_strange_reference_breaks_neither_subject_nor_page(case_ref: str) -> None:
    from notifications.compose.words import plain

    ref = plain(case_ref)
    for found in (
        immediate(envelope(), [a_line(ref, "breach", "2026-11-19", forms=FORMS)]),
        digest(envelope(team=case_ref), [a_line(ref, "breach", "2026-11-19")], Standing()),
        agency_letter(envelope("director", ""), [owed(ref, "2026-11-02")], MANAGER),
        family_notice(envelope(), [Notice(a_line(ref, "family_delay", "2026-12-02"))]),
    ):
        assert found.subject.isprintable()
        assert len(found.subject) <= 150
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u2028\u202e]", found.text + found.html)
        assert "\nBcc:" not in found.text
        assert "<script" not in found.html
        assert "49" not in found.subject


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for key, make in MESSAGES.items():
        for ending, text in files(make()).items():
            (GOLDEN / f"{key}.{ending}").write_text(text, encoding="utf-8")
