"""What follows from the facts of a record and is measured: ages, outcomes, lengths in weeks, where a case stands."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.measures.columns import Columns, days_between, once, take, weeks_between
from models.statute.calendar import Dates
from models.statute.clocks import OPEN_STATES, STATES
from models.statute.counting import week_since
from models.statute.records import DAY, UNKNOWN, Codes, Flags

ADVISERS = ("education", "health", "psychology", "social_care")
"""Who must be asked in every assessment (SEND Regulations 2014, reg 6(1)(b) to (e))."""

STAGES = ("request", "advice", "draft", "final_plan", "order")
"""Where an open case can be: the first stage whose clock is open, as on the board."""

PHASES = ("early years", "primary", "secondary", "post-16", "over 18")
"""The phase of education, by curriculum year where it is known, else by age at the start of the school year."""

OUTCOMES = ("A", "Y", "N", "W")
"""What SEN2 says of a decision: awaited, yes, no, withdrawn."""

_PHASE_OF_YEAR = {
    **dict.fromkeys(("E1", "E2", "N", "N1", "N2"), "early years"),
    **dict.fromkeys(("R", "0", "1", "2", "3", "4", "5", "6"), "primary"),
    **dict.fromkeys(("7", "8", "9", "10", "11"), "secondary"),
    **dict.fromkeys(("12", "13", "14"), "post-16"),
}
_FIRST_AGES = (4, 11, 16, 19)
_SCHOOL_YEAR_BEGINS = 9
_MONTHS_OF_A_YEAR = 12
_SOON = np.timedelta64(7, "D")
_STATES = ("", *STATES)
_WEEKS_TO = {
    "weeks_to_assess_decision": "assess_decided_on",
    "weeks_to_plan": "final_plan_sent_on",
    "weeks_to_no_plan": "no_plan_notified_on",
}
_EARLY, _LATE = "amend_plan_before_phase_transfer", "amend_plan_before_post16_transfer"


def age_phase(years: Codes, born: Dates, requested: Dates, as_of: date) -> Codes:
    """The phase of education of each case: by its curriculum year, else by its age when the school year began."""
    places = {name: place for place, name in enumerate(("", *PHASES))}
    of_year = np.array([places[_PHASE_OF_YEAR.get(x.strip().upper(), "")] for x in years.values], dtype=np.int8)
    by_year = of_year[years.index]
    then = np.where(np.isnat(requested), np.datetime64(as_of, "D"), requested)
    # Born in September or later: still a year younger when the school year begins.
    age = _school_year(then) - _school_year(born) - 1
    by_age = np.where(np.isnat(born), 0, np.searchsorted(_FIRST_AGES, age, side="right") + 1)
    return Codes(("", *PHASES), np.where(by_year == 0, by_age, by_year).astype(np.int8))


def _school_year(days: Dates) -> NDArray[np.int64]:
    """A number that rises by one with each first of September; of no meaning where the day is unknown."""
    months: NDArray[np.int64] = days.astype("datetime64[M]").astype(np.int64)
    return (months - (_SCHOOL_YEAR_BEGINS - 1)) // _MONTHS_OF_A_YEAR


def of_reviews(review: Columns) -> None:
    """Add the length of the decision, and one clock for whichever phase transfer it is."""
    review.add(
        "number",
        {"weeks_to_decision": lambda: weeks_between(review.dates("meeting_on"), review.dates("decision_notified_on"))},
    )
    has_early = once(lambda: ~np.isnat(review.dates(f"{_EARLY}.due_on")))
    dates, words = review.dates, review.words
    review.add(
        "date",
        {"phase_transfer.due_on": lambda: np.where(has_early(), *(dates(f"{x}.due_on") for x in (_EARLY, _LATE)))},
    )
    states = {
        "phase_transfer.state": lambda: Codes(
            _STATES, np.where(has_early(), *(words(f"{x}.state").index for x in (_EARLY, _LATE)))
        )
    }
    review.add("word", states, _STATES)


def of_cases(case: Columns, advice: Columns, order: Columns, notice: Columns, as_of: date) -> None:
    """Add to the cases what is measured of them.

    - `request_outcome`, `plan_outcome`: Y, N, A or W as SEN2 has them, from the dates where no decision is recorded.
    - `weeks_to_assess_decision`, `weeks_to_plan`, `weeks_to_no_plan`: from the day the request was received, as the
      DfE counts; NaN where that day is unknown or later.
    - `plan_decided_on`: the draft, or the word that there will be no plan, whichever was first; its clock
      `decide_about_plan` holds it to the date by which the law wants a refusal, as local scorecards do.
    - `week20`: SEN2's flag as the source gives it, else whether an exception to the twenty weeks holds.
    - `stage`: where an open case stands, "" for one that is closed; `week_number` see `week_since`; `days_overdue`.
    - `advice_missing`: how many of the four advisers had not answered when the plan was sent.
    - `clocks_overdue`, `clocks_due_this_week`: open statutory clocks of the case and of its advice and orders.
    - `told_in_time`: the family was told of the delay of the final plan before its date passed.
    """
    dates = case.dates
    today = np.datetime64(as_of, "D")
    tasks = once(lambda: _tasks(case, advice, order, today))
    decided = ("draft_served_on", "no_plan_notified_on", "final_plan_sent_on")
    case.add("date", {"plan_decided_on": lambda: np.fmin.reduce([dates(x) for x in decided])})
    case.add_each("number", _WEEKS_TO, lambda name: weeks_between(dates("request_received_on"), dates(_WEEKS_TO[name])))
    outcomes = {
        "request_outcome": lambda: _outcome(case, "assess_decision", {"W": "withdrawn_on"}),
        "plan_outcome": lambda: _outcome(
            case, "plan_decision", {"Y": "final_plan_sent_on", "N": "no_plan_notified_on", "W": "withdrawn_on"}
        ),
    }
    case.add("word", outcomes, OUTCOMES)
    case.add("flag", {"week20": lambda: _week20(case), "told_in_time": lambda: _told(case, notice)})
    case.add("date", {"decide_about_plan.due_on": lambda: dates("decide_whether_to_issue.due_on")})
    case.add("word", {"decide_about_plan.state": lambda: _decide_about_plan(case, today)}, _STATES)
    case.add("word", {"stage": lambda: _stage(case, advice, order)}, ("", *STAGES))
    case.add(
        "number",
        {
            "week_number": lambda: week_since(dates("requested_on"), today),
            "days_overdue": lambda: _days_overdue(case, today),
            "advice_missing": lambda: _missing(case, advice),
            "clocks_overdue": lambda: tasks()[0],
            "clocks_due_this_week": lambda: tasks()[1],
        },
    )


def of_advice(advice: Columns, case: Columns, order: Columns) -> None:
    """Add to the requests for advice whether somebody still waits for them, as the board and the tracker count it.

    - `is_wanted`: for a plan that is still to be sent, see `models.queries.board.ADVICE_IS_WANTED`.
    - `is_outstanding`: wanted and unanswered in an open case, also where it was asked for on no known day.
    """
    advice.add(
        "flag",
        {
            "is_wanted": lambda: _is_wanted(advice, case, order),
            "is_outstanding": lambda: (
                _is_open(advice, "give_advice")
                & advice.flags("is_wanted")
                & ~take(case.words("stage"), advice.numbers("case")).is_in([""])
            ),
        },
    )


def duties_of(columns: Columns) -> list[str]:
    """The duties whose clocks the rows have."""
    return [name.removesuffix(".ended_on") for name in columns.declared if name.endswith(".ended_on")]


def _week20(case: Columns) -> Flags:
    flag = case.words("week20_exception")
    return np.where(flag.is_in([""]), ~case.words("send_final_plan.exception").is_in([""]), flag.is_in(["1"]))


def _decide_about_plan(case: Columns, today: np.datetime64) -> Codes:
    duty = "decide_whether_to_issue"
    due, done = case.dates(f"{duty}.due_on"), case.dates("plan_decided_on")
    stopped = np.fmin(case.dates("refused_on"), case.dates("withdrawn_on"))
    is_done = ~np.isnat(done) & ~(stopped < done)
    late = np.where(is_done, done > due, today > due)
    excepted = ~case.words(f"{duty}.exception").is_in([""])
    superseded = case.words(f"{duty}.state").is_in(["superseded"])
    is_stopped = ~np.isnat(stopped) & ~is_done
    turns = (np.isnat(due), superseded, is_stopped, excepted & late, is_done & ~late, is_done, late)
    names = ("", "superseded", "stopped", "excepted", "met", "met_late", "overdue")
    state = np.select(turns, [np.int8(_STATES.index(name)) for name in names], np.int8(_STATES.index("running")))
    return Codes(_STATES, state)


def _outcome(case: Columns, decision: str, by_date: dict[str, str]) -> Codes:
    """The decision as recorded; where it is not, what the dates say, else A: awaited."""
    recorded = case.words(decision)
    of_word = np.array([OUTCOMES.index(x) if x in OUTCOMES else 0 for x in recorded.values], dtype=np.int8)
    found = of_word[recorded.index]
    # A recorded A is also what a source says that has not caught up with its own dates.
    open_ = found == 0
    for code, name in reversed(by_date.items()):
        found[open_ & ~np.isnat(case.dates(name))] = OUTCOMES.index(code)
    return Codes(OUTCOMES, found)


def _is_open(columns: Columns, duty: str) -> Flags:
    """True where the duty has a clock that nothing has ended."""
    return ~columns.words(f"{duty}.state").is_in([""]) & np.isnat(columns.dates(f"{duty}.ended_on"))


def _is_wanted(advice: Columns, case: Columns, order: Columns) -> Flags:
    # The last place is for what hangs on no case.
    ordered_on = np.full(case.size + 1, UNKNOWN, dtype=DAY)
    for_a_plan = order.words("requires").is_in(["assess", "make_plan"])
    np.fmin.at(ordered_on, order.numbers("case")[for_a_plan], order.dates("dated_on")[for_a_plan])
    is_sent = np.append(~np.isnat(case.dates("final_plan_sent_on")) & ~_is_open(case, "send_final_plan"), False)
    of = advice.numbers("case")
    found: Flags = ~is_sent[of] | (ordered_on[of] <= advice.dates("give_advice.origin_on"))
    return found


def _stage(case: Columns, advice: Columns, order: Columns) -> Codes:
    to_come = _is_open(case, "send_final_plan")
    stage = np.zeros(case.size, dtype=np.int8)
    by_stage = {
        "request": _is_open(case, "decide_whether_to_assess"),
        "advice": _number_of_case(case, advice, _is_open(advice, "give_advice")) > 0,
        "draft": _is_open(case, "serve_draft"),
        "final_plan": to_come,
    }
    for name, is_there in by_stage.items():
        stage[(stage == 0) & to_come & is_there] = STAGES.index(name) + 1
    ordered = np.logical_or.reduce([_is_open(order, x) for x in duties_of(order)])
    stage[(stage == 0) & (_number_of_case(case, order, ordered) > 0)] = STAGES.index("order") + 1
    return Codes(("", *STAGES), stage)


def _days_overdue(case: Columns, today: np.datetime64) -> NDArray[np.float64]:
    late = days_between(case.dates("send_final_plan.due_on"), today)
    late[~(_is_open(case, "send_final_plan") & (late > 0))] = np.nan
    return late


def _number_of_case(case: Columns, columns: Columns, chosen: Flags) -> NDArray[np.int64]:
    """How many of the rows chosen each case has."""
    places = columns.numbers("case")[chosen]
    return np.bincount(places[places >= 0], minlength=case.size)


def _missing(case: Columns, advice: Columns) -> NDArray[np.float32]:
    """Of each case with a plan, how many of the four advisers had not answered by then; NaN without a plan."""
    sent = case.dates("final_plan_sent_on")
    place = advice.numbers("case")
    in_time = advice.dates("answered_on") <= sent[place] if case.size else np.zeros(0, np.bool_)
    missing = np.full(case.size, len(ADVISERS), dtype=np.float32)
    for kind in ADVISERS:
        missing -= _number_of_case(case, advice, in_time & advice.words("kind").is_in([kind])) > 0
    missing[np.isnat(sent)] = np.nan
    return missing


def _tasks(case: Columns, advice: Columns, order: Columns, today: np.datetime64) -> tuple[Any, Any]:
    """How many open statutory clocks of open cases are overdue, and how many run out within a week."""
    overdue, soon = np.zeros((2, case.size), dtype=np.int64)
    # Sixteen weeks bind a decision not to issue; a case that is to have a plan owes nothing by then.
    owed = {
        "decide_whether_to_issue": ~case.words("plan_decision").is_in(["Y"]),
        "give_advice": advice.flags("is_wanted"),
    }
    clocks = [(case, x) for x in ("decide_whether_to_assess", "decide_whether_to_issue", "send_final_plan")]
    clocks += [(advice, "give_advice"), *((order, duty) for duty in duties_of(order))]
    for columns, duty in clocks:
        state, due = columns.words(f"{duty}.state"), columns.dates(f"{duty}.due_on")
        is_open = _is_open(columns, duty) & owed.get(duty, True) & state.is_in(OPEN_STATES)
        late = is_open & state.is_in(["overdue"])
        near = is_open & (due >= today) & (due <= today + _SOON)
        is_case = columns is case
        overdue += late if is_case else _number_of_case(case, columns, late)
        soon += near if is_case else _number_of_case(case, columns, near)
    is_open = ~case.words("stage").is_in([""])
    return overdue * is_open, soon * is_open


def _told(case: Columns, notice: Columns) -> Flags:
    in_time = notice.dates("told_on") <= notice.dates("tell_by")
    return _number_of_case(case, notice, in_time & notice.words("duty").is_in(["send_final_plan"])) > 0
