"""The steps that each open case still has before it, and the last safe day of each."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.practice.backcast import Backcast, Cases
from models.practice.schema import Decision
from models.statute.calendar import Dates
from models.statute.clocks import STILL_OPEN, Clocks, clocks
from models.statute.facts import Facts
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Records, Rows
from models.statute.register import Duty

ASSESS = "decide_whether_to_assess"
ISSUE = "decide_whether_to_issue"
DRAFT = "serve_draft"
CONSULT = "consult_settings"
FINAL = "send_final_plan"

STEPS = (ASSESS, ISSUE, DRAFT, CONSULT, FINAL)
"""The steps in the order of the pathway; the last three all work towards the duty `send_final_plan`."""


@dataclass(frozen=True)
class Step:
    """One step of the cases that still have it before them; `row` is the record, the other columns follow it.

    `last_on` is the last safe day for what the step sends out, NaT where no day was. `needs_panel` is true where
    a panel must decide first: `lead_working_days` before, or each panel's own time to its letter if that is None.
    `is_late`: the step cannot keep its limit any more, whatever panels sit. `family_until` is the last day of the
    family's time to comment, NaT but in the last step. `exception` is as in `Clocks`; `limit` the limit in words.
    """

    name: str
    decision: Decision | None
    duty: str
    row: Rows
    limit: list[str]
    due_on: Dates
    act_by: Dates
    last_on: Dates
    needs_panel: Flags
    lead_working_days: int | None
    is_late: Flags
    family_until: Dates
    exception: NDArray[np.int8]


def steps(records: Records, plan_decision: Codes, setting: Rows, backcast: Backcast, as_of: date) -> tuple[Step, ...]:
    """The steps still to come of each open case, in the order of `STEPS`.

    A case is open while its final plan is to come and no order has superseded that. A case without a date of
    origin has no limit to work back from and is left out. `plan_decision` and `setting` are per record, the
    setting by the number that the closures of the backcast use.
    """
    duties = tuple(backcast.register.duty(key) for key in (ASSESS, ISSUE, FINAL))
    assess, issue, final = clocks(records, backcast.register, as_of, duties, backcast.calendar)
    facts = Facts(records, as_of)
    today = np.datetime64(as_of, "D")
    is_open = np.zeros(records.size, dtype=np.bool_)
    is_open[final.row[_runs(final)]] = True
    drafted = ~np.isnat(facts.known("draft_served_on"))
    consulted = ~np.isnat(facts.first_present(("consultation_sent_on", "consultation_replied_on"), facts.known))
    yes, no = plan_decision.is_in(["Y"]), plan_decision.is_in(["N"])

    decided = _of(assess, is_open & ~drafted)
    # A panel that has said no still owes the letter; one that has said yes has left nothing of this limit.
    answered = _of(issue, is_open & ~drafted & ~yes)
    undrafted = _of(final, is_open & ~drafted & ~no)
    unconsulted = _of(final, is_open & drafted & ~consulted)
    unsent = _of(final, is_open & drafted)

    draft_by = backcast.draft_by(_cases(facts, final, undrafted, setting))
    consult_by = backcast.consult_by(_cases(facts, final, unconsulted, setting))
    served = _cases(facts, final, unsent, setting)
    family = backcast.family_until(served.draft_served_on)
    # Until the end of the family's last day the plan cannot be sent, unless the family has said what it wants.
    waits = np.isnat(served.representations_received_on) & (family >= final.due_on[unsent])

    nobody = np.zeros(records.size, dtype=np.bool_)
    lead = backcast.practice.draft.working_days_from_panel
    return (
        _step(ASSESS, "assess", assess, decided, needs_panel=~nobody, is_late=assess.due_on[decided] < today),
        _step(ISSUE, "issue", issue, answered, needs_panel=~no, is_late=issue.due_on[answered] < today),
        _step(
            DRAFT,
            "issue",
            final,
            undrafted,
            last_on=draft_by,
            needs_panel=~yes,
            lead=lead,
            is_late=~(draft_by >= today),
        ),
        _step(
            CONSULT, None, final, unconsulted, last_on=consult_by, needs_panel=nobody, is_late=~(consult_by >= today)
        ),
        _step(
            FINAL,
            None,
            final,
            unsent,
            needs_panel=nobody,
            is_late=waits | (final.due_on[unsent] < today),
            family=family,
        ),
    )


def _runs(block: Clocks) -> Flags:
    """True where the clock is still open and has a date to run to."""
    found: Flags = (block.ended_by == STILL_OPEN) & ~np.isnat(block.due_on)
    return found


def _of(block: Clocks, wanted: Flags) -> Rows:
    """The places in the block of the running clocks of the records wanted."""
    return np.flatnonzero(_runs(block) & wanted[block.row])


def _step(
    name: str,
    decision: Decision | None,
    block: Clocks,
    place: Rows,
    *,
    needs_panel: Flags,
    is_late: Flags,
    last_on: Dates | None = None,
    lead: int | None = None,
    family: Dates | None = None,
) -> Step:
    """The step at these places of the block; where no last safe day is worked back, it is the clock's own."""
    row = block.row[place]
    words = _limits_in_words(block.duty)
    return Step(
        name=name,
        decision=decision,
        duty=block.duty.key,
        row=row,
        limit=[words[x] for x in block.limit[place].tolist()],
        due_on=block.due_on[place],
        act_by=block.act_by[place],
        last_on=block.act_by[place] if last_on is None else last_on,
        needs_panel=needs_panel[row],
        lead_working_days=lead,
        is_late=is_late,
        family_until=np.full(len(row), UNKNOWN, dtype=DAY) if family is None else family,
        exception=block.exception[place],
    )


def _limits_in_words(duty: Duty) -> list[str]:
    """Each limit as people call it: "week 6", or "the limit of 10 days" where the law does not count in weeks."""
    periods = [limit.period for limit in duty.limits]
    return [f"week {x.number}" if x.unit == "weeks" else f"the limit of {x.in_words}" for x in periods]


def _cases(facts: Facts, block: Clocks, place: Rows, setting: Rows) -> Cases:
    """What bears on the time between draft and final plan, for the clocks at these places."""
    row = block.row[place]
    return Cases(
        setting=setting[row],
        origin_on=block.origin_on[place],
        act_by=block.act_by[place],
        draft_served_on=facts.known("draft_served_on")[row],
        consultation_sent_on=facts.known("consultation_sent_on")[row],
        consultation_replied_on=facts.known("consultation_replied_on")[row],
        representations_received_on=facts.known("representations_received_on")[row],
    )
