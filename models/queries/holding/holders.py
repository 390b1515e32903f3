"""The rules by which a day of a case has its holder, on columns: a million cases take seconds (decision 0018)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.queries.evaluated import Evaluated
from models.queries.holding.pathway import PLACES, Pathway, Spans, binding, in_order, known_or
from models.queries.records import Loaded
from models.statute.calendar import Dates
from models.statute.clocks import STATES
from models.statute.facts import SUPERSEDING_ORDERS
from models.statute.records import DAY, UNKNOWN, Rows


def spans(cases: Evaluated, advice: Evaluated, orders: Evaluated) -> Spans:
    """Who held each of these cases, in no order."""
    pathway = Pathway(cases)
    # Most stretches are of no length, and go before all are put together: the memory is theirs.
    found = [x.of_some_length() for x in pathway.stages()]
    found += [x.of_some_length() for x in _gathering(pathway, advice)]
    found += [x.of_some_length() for x in _ordered(pathway, orders)]
    columns = zip(*(vars(x).values() for x in found), strict=True)
    return Spans(*(np.concatenate(column) for column in columns))


def _gathering(pathway: Pathway, advice: Evaluated) -> Iterator[Spans]:
    """From the decision to the draft: the body asked first holds the case while it owes, then the next.

    The law gives every body the same time, so the one asked first is also the one longest overdue. While nobody
    owes, the authority holds it: to ask those it must always ask, and after that to write.
    """
    loaded, block = advice.loaded, advice.clocks("give_advice")
    place = pathway.places(loaded.case_ids[block.row])
    sound = np.flatnonzero((block.state != STATES.index("unknown")) & (place >= 0))
    order = sound[in_order(place[sound], block.origin_on[sound])]
    place, row = place[order], block.row[order]
    from_on = np.maximum(block.origin_on[order], pathway.decided_on[place])
    until_on = np.minimum(known_or(block.ended_on[order], np.datetime64(advice.as_of, "D")), pathway.draft_on[place])
    # One that was answered before the decision, or asked after the draft, holds nothing up.
    until_on = np.maximum(from_on, until_on)
    wanted = until_on > from_on
    place, row, order, from_on, until_on = place[wanted], row[wanted], order[wanted], from_on[wanted], until_on[wanted]
    taken_until = _running_last(place, until_on)
    is_first = np.ones(len(place), dtype=np.bool_)
    is_first[1:] = place[1:] != place[:-1]
    free_from = np.where(is_first, pathway.decided_on[place], np.roll(taken_until, 1))
    yield Spans(
        pathway.row[place],
        _kinds(loaded)[row],
        loaded.ids[row],
        np.maximum(from_on, free_from),
        until_on,
        binding(block)[order],
        pathway.plan_due_on[place],
    )
    written_from = pathway.decided_on.copy()
    is_last = np.roll(is_first, -1)
    asked_on = pathway.all_asked_on(advice)
    written_from[place[is_last]] = taken_until[is_last]
    yield from _nobody_owes(pathway, asked_on, place, free_from, from_on)
    yield from _nobody_owes(pathway, asked_on, np.arange(len(pathway.row)), written_from, pathway.draft_on)


def _running_last(place: Rows, until_on: Dates) -> Dates:
    """Per request, the last day on which it or one before it of the same case is owed."""
    if not len(place):
        return until_on
    numbers = until_on.view(np.int64) - until_on.view(np.int64).min()
    # Each case counts in a range of its own, above that of the case before, so that one pass serves them all.
    own = place * (int(numbers.max()) + 1)
    found: Dates = until_on.min() + (np.maximum.accumulate(own + numbers) - own).astype("timedelta64[D]")
    return found


def _nobody_owes(pathway: Pathway, asked_on: Dates, place: Rows, from_on: Dates, until_on: Dates) -> Iterator[Spans]:
    """The authority's days between these: to ask until every body was asked, and then to write."""
    until_on = np.maximum(from_on, until_on)
    # Where it is known only by the reply that the last of them was asked, that day lies within the stretch.
    written_from = np.minimum(np.maximum(asked_on[place], from_on), until_on)
    due_on, case = pathway.due_on["serve_draft"][place], pathway.row[place]
    of = (case, pathway.cases.ids[case])
    plan_due_on = pathway.plan_due_on[place]
    yield _span(*of, "authority_asking", from_on, written_from, due_on, plan_due_on)
    yield _span(*of, "authority_drafting", written_from, until_on, due_on, plan_due_on)


def _kinds(advice: Loaded) -> NDArray[np.int8]:
    """The holder that each request for advice stands for; a parent owes none and never gets so far."""
    kinds = advice.records.codes["kind"]
    found: NDArray[np.int8] = np.array([PLACES.get(kind, 0) for kind in kinds.values], dtype=np.int8)[kinds.index]
    return found


def _ordered(pathway: Pathway, orders: Evaluated) -> list[Spans]:
    """Under each order to assess or to make a plan, and from the end before it until it was made."""
    facts, loaded = orders.facts, orders.loaded
    place = pathway.places(loaded.case_ids)
    dated = facts.known("dated_on")
    row = np.flatnonzero(
        loaded.records.codes["requires"].is_in(SUPERSEDING_ORDERS)
        & (place >= 0)
        & (dated >= pathway.begun_on[place] if len(pathway.row) else False)
    )
    row = row[np.lexsort((row, dated[row], place[row]))]
    place, from_on = place[row], dated[row]
    until_on = np.full(len(row), np.datetime64(orders.as_of, "D"))
    for milestone in ("final_plan_sent_on", "no_plan_notified_on", "withdrawn_on"):
        of_case = pathway.known(milestone)[place]
        for ended in (facts.known(milestone)[row], np.where(of_case >= from_on, of_case, UNKNOWN)):
            until_on = np.fmin(until_on, np.maximum(ended, from_on))
    is_next = place[1:] == place[:-1]
    # A later order takes over from the one before it.
    until_on[:-1][is_next] = np.minimum(until_on[:-1], from_on[1:])[is_next]
    ended_before = pathway.ended_on[place]
    ended_before[1:][is_next] = until_on[:-1][is_next]
    due_on = _due_under_order(orders)[row]
    none = np.full(len(row), UNKNOWN, dtype=DAY)
    of = (pathway.row[place], loaded.ids[row])
    return [
        _span(*of, "authority_under_order", np.maximum(from_on, ended_before), until_on, due_on),
        _span(*of, "appeal", ended_before, from_on, none),
    ]


def _due_under_order(orders: Evaluated) -> Dates:
    """Per order, the last lawful day for the plan it leads to."""
    found = np.full(orders.loaded.records.size, UNKNOWN, dtype=DAY)
    for duty in ("send_final_plan_after_order", "send_final_plan_after_make_order"):
        block = orders.clocks(duty)
        found[block.row] = binding(block)
    return found


def _span(
    case: Rows,
    record_id: Rows,
    holder: str,
    from_on: Dates,
    until_on: Dates,
    due_on: Dates,
    plan_due_on: Dates | None = None,
) -> Spans:
    holders = np.full(len(case), PLACES[holder], dtype=np.int8)
    return Spans(case, holders, record_id, from_on, until_on, due_on, due_on if plan_due_on is None else plan_due_on)
