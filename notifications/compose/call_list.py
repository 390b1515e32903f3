"""The call list for the phone surgery: each case in one sentence, its next date, and what the family knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from models.queries.outbox.call_list import Call, Change
from models.statute.register import Register
from notifications.compose.render import words_of
from notifications.compose.words import lateness_in, listed, long_day, plain, record_in_words, section_of, short_day

_CHANGES_SHOWN = 4
_MILESTONES = {
    "request_received_on": "request received",
    "brought_to_attention_on": "brought to our attention",
    "assess_decided_on": "decision whether to assess",
    "assess_agreed_after_refusal_on": "agreed to assess after all",
    "no_plan_notified_on": "family told there will be no plan",
    "draft_served_on": "draft sent to the family",
    "consultation_sent_on": "setting consulted",
    "consultation_replied_on": "setting replied",
    "representations_received_on": "family's views on the draft received",
    "final_plan_sent_on": "final plan sent",
    "withdrawn_on": "withdrawn",
    "requested_on": "asked for",
    "received_by_body_on": "request received by the body",
    "reply_on": "reply received",
    "returned_for_rework_on": "sent back for more work",
    "accepted_on": "accepted",
    "dated_on": "made",
    "notified_on": "family told",
}


_EXCEPTED = "an exception holds, and it is still to be done as soon as it can be"


@dataclass(frozen=True, slots=True)
class Entry:
    """One case on the list, in words."""

    case_ref: str
    status: str
    next: str
    is_late: bool
    changes: tuple[str, ...]
    family: str


@dataclass(frozen=True, slots=True)
class Page:
    """The list of one officer; `heading` is a name as the cases have it, of a member of staff."""

    heading: str
    entries: tuple[Entry, ...]


def pages(calls: Sequence[Call], register: Register, as_of: date) -> tuple[Page, ...]:
    """A page for each officer, the cases that run out first at the top."""
    return tuple(
        Page(plain(officer) or "No officer", tuple(_entry(call, register, as_of) for call in mine))
        for officer, mine in groupby(calls, key=lambda call: call.officer)
    )


def call_list_text(found: Sequence[Page], as_of: date) -> str:
    """The list to print or read in a terminal."""
    return words_of("call_list.txt.j2", {"pages": found, "as_of": as_of}).strip() + "\n"


def call_list_html(found: Sequence[Page], as_of: date) -> str:
    """The list as one page that a browser prints on A4 or A5, each officer on a sheet of their own."""
    return words_of("call_list.html.j2", {"pages": found, "as_of": as_of})


def _entry(call: Call, register: Register, as_of: date) -> Entry:
    due_on = date.fromisoformat(call.next.due_on) if call.next.due_on else None
    days = (due_on - as_of).days if due_on else 0
    following, is_late = "No date is known.", False
    if due_on:
        duty = register.duty(call.next.duty)
        section = section_of(duty, days)
        is_late = section == "overdue"
        how_far = _EXCEPTED if call.next.is_excepted else lateness_in(section, days)
        following = f"{duty.title}: {'was due' if days < 0 else 'due'} {long_day(due_on)}, {how_far}."
    return Entry(
        case_ref=plain(call.case_ref),
        status=_status(call),
        next=following,
        is_late=is_late,
        changes=_changes(call.changes),
        family=_family(call, as_of, is_late=is_late),
    )


def _status(call: Call) -> str:
    """Where the case stands, in one sentence."""
    done = {name: long_day(date.fromisoformat(day)) for name, day in call.milestones.items()}
    if call.orders:
        return f"An order or agreement of {long_day(date.fromisoformat(call.orders[-1]))} is to be carried out."
    if "draft_served_on" in done:
        if "consultation_sent_on" not in done:
            return f"The draft went to the family on {done['draft_served_on']}; no setting has been consulted yet."
        answer = "has replied" if "consultation_replied_on" in done else "has not replied yet"
        return f"The draft went to the family on {done['draft_served_on']}; the setting {answer}."
    if "assess_decided_on" in done:
        if call.awaited:
            kinds = listed([record_in_words("advice", kind) for kind in call.awaited])
            in_hand = "1 reply is" if call.replied == 1 else f"{call.replied or 'no'} replies are"
            return f"We are assessing: {in_hand} in; we wait for {kinds}."
        since = done["assess_decided_on"]
        return f"We have been assessing since {since}; no advice is awaited and no draft has been sent."
    began = done.get("request_received_on") or done.get("brought_to_attention_on")
    return f"Not decided yet whether to assess; the request came on {began or 'a day not on record'}."


def _changes(changes: Sequence[Change]) -> tuple[str, ...]:
    said = [_change(x) for x in changes]
    more = len(said) - _CHANGES_SHOWN
    return (*said[:_CHANGES_SHOWN], f"and {more} more") if more > 0 else tuple(said)


def _change(change: Change) -> str:
    words = _MILESTONES[change.milestone]
    what = record_in_words(change.record, change.record_key.split(":")[0])
    when = short_day(date.fromisoformat(change.happened_on)) if change.happened_on else "taken back"
    return f"{what + ': ' if what else ''}{words}, {when}"


def _family(call: Call, as_of: date, *, is_late: bool) -> str:
    if call.told_on:
        return f"Told of the delay on {long_day(date.fromisoformat(call.told_on))}."
    if call.tell_by:
        tell_by = date.fromisoformat(call.tell_by)
        when = f"by {long_day(tell_by)}" if tell_by >= as_of else f"now, {long_day(tell_by)} has passed"
        return f"Not told of the delay yet: tell them {when}."
    return "Nothing on record that they were told it is late." if is_late else "No delay to tell of."
