"""What follows from the facts of a record and is measured: ages, outcomes, lengths in weeks, where a case stands."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.measures.columns import Words, coded, take, weeks_between
from models.statute.clocks import OPEN_STATES, STATES

ADVISERS = ("education", "health", "psychology", "social_care")
"""Who must be asked in every assessment (SEND Regulations 2014, reg 6(1)(b) to (e))."""

STAGES = ("request", "advice", "draft", "final_plan", "order")
"""Where an open case can be: the first stage whose clock is open, as on the board."""

PHASES = ("early years", "primary", "secondary", "post-16", "over 18")
"""The phase of education, by curriculum year where it is known, else by age at the start of the school year."""

_GOVERNING = ("decide_whether_to_assess", "serve_draft", "send_final_plan")
_PHASE_OF_YEAR = {
    **dict.fromkeys(("E1", "E2", "N", "N1", "N2"), "early years"),
    **dict.fromkeys(("R", "0", "1", "2", "3", "4", "5", "6"), "primary"),
    **dict.fromkeys(("7", "8", "9", "10", "11"), "secondary"),
    **dict.fromkeys(("12", "13", "14"), "post-16"),
}
_FIRST_AGES = (4, 11, 16, 19)
_SCHOOL_YEAR_BEGINS = 9
_SOON = np.timedelta64(7, "D")


def age_phase(case: pd.DataFrame, as_of: date) -> Words:
    """The phase of education of each case: by its curriculum year, else by its age when the school year began."""
    places = {name: place for place, name in enumerate(("", *PHASES))}
    years = case["ncy"].array
    of_year = np.array([places[_PHASE_OF_YEAR.get(x.strip().upper(), "")] for x in years.categories], dtype=np.int8)
    by_year = of_year[years.codes] if len(years) else np.zeros(0, np.int8)
    born = case["birth_date"]
    then = case["requested_on"].fillna(pd.Timestamp(as_of))
    begun = then.dt.year - (then.dt.month < _SCHOOL_YEAR_BEGINS).astype(int)
    # Born in September or later: still a year younger when the school year begins.
    age = begun - born.dt.year - (born.dt.month >= _SCHOOL_YEAR_BEGINS).astype(int)
    by_age = np.where(born.isna(), 0, np.searchsorted(_FIRST_AGES, age.fillna(0), side="right") + 1)
    return coded(np.where(by_year == 0, by_age, by_year).astype(np.int8), ["", *PHASES])


def of_reviews(review: pd.DataFrame) -> pd.DataFrame:
    """The reviews with the length of the decision and one clock for whichever phase transfer it is."""
    review["weeks_to_decision"] = weeks_between(review["meeting_on"], review["decision_notified_on"])
    early, late = "amend_plan_before_phase_transfer", "amend_plan_before_post16_transfer"
    has_early = review[f"{early}.due_on"].notna()
    review["phase_transfer.due_on"] = review[f"{early}.due_on"].where(has_early, review[f"{late}.due_on"])
    # Both have the same states in the same order, so that their codes can be mixed.
    states = [review[f"{duty}.state"].cat for duty in (early, late)]
    review["phase_transfer.state"] = coded(np.where(has_early, *(x.codes for x in states)), list(states[0].categories))
    return review


def of_cases(case: pd.DataFrame, advice: pd.DataFrame, order: pd.DataFrame, notice: pd.DataFrame, as_of: date) -> None:
    """Add to the cases what is measured of them.

    - `request_outcome`, `plan_outcome`: Y, N, A or W as SEN2 has them, from the dates where no decision is recorded.
    - `weeks_to_assess_decision`, `weeks_to_plan`, `weeks_to_no_plan`: from the day the request was received, as the
      DfE counts; NaN where that day is unknown or later.
    - `plan_decided_on`: the draft, or the word that there will be no plan, whichever was first; its clock
      `decide_about_plan` holds it to the date by which the law wants a refusal, as local scorecards do.
    - `week20`: SEN2's flag as the source gives it, else whether an exception to the twenty weeks holds.
    - `stage`: where an open case stands, "" for one that is closed; `week_number` from 1; `days_overdue`.
    - `advice_missing`: how many of the four advisers had not answered when the plan was sent.
    - `clocks_overdue`, `clocks_due_this_week`: open statutory clocks of the case and of its advice and orders.
    - `told_in_time`: the family was told of the delay of the final plan before its date passed.

    Requests for advice get `case_stage`, where their case stands.
    """
    received = case["request_received_on"]
    case["weeks_to_assess_decision"] = weeks_between(received, case["assess_decided_on"])
    case["weeks_to_plan"] = weeks_between(received, case["final_plan_sent_on"])
    case["weeks_to_no_plan"] = weeks_between(received, case["no_plan_notified_on"])
    case["plan_decided_on"] = case[["draft_served_on", "no_plan_notified_on", "final_plan_sent_on"]].min(axis=1)
    case["request_outcome"] = _outcome(
        case, "assess_decision", {"Y": _false(case), "N": _false(case), "W": case["withdrawn_on"].notna()}
    )
    case["plan_outcome"] = _outcome(
        case,
        "plan_decision",
        {
            "Y": case["final_plan_sent_on"].notna(),
            "N": case["no_plan_notified_on"].notna(),
            "W": case["withdrawn_on"].notna(),
        },
    )
    flag = case["week20_exception"]
    case["week20"] = np.where(flag == "", case["send_final_plan.exception"] != "", flag == "1")
    _decide_about_plan(case, as_of)
    _stand(case, advice, order, as_of)
    advice["case_stage"] = take(case["stage"].array, advice["case"].to_numpy())
    case["advice_missing"] = _missing(case, advice)
    _tasks(case, advice, order, as_of)
    case["told_in_time"] = _told(case, notice)


def _decide_about_plan(case: pd.DataFrame, as_of: date) -> None:
    duty = "decide_whether_to_issue"
    due, done = case[f"{duty}.due_on"], case["plan_decided_on"]
    stopped = case[["refused_on", "withdrawn_on"]].min(axis=1)
    is_done = done.notna() & ~(stopped < done)
    late = np.where(is_done, done > due, np.datetime64(as_of, "s") > due)
    excepted = case[f"{duty}.exception"] != ""
    superseded = case[f"{duty}.state"] == "superseded"
    turns = (due.isna(), superseded, stopped.notna() & ~is_done, excepted & late, is_done & ~late, is_done, late)
    words = ("", *STATES)
    names = ("", "superseded", "stopped", "excepted", "met", "met_late", "overdue")
    places = [np.full(len(case), words.index(name), dtype=np.int8) for name in names]
    state = np.select([np.asarray(x, dtype=np.bool_) for x in turns], places, np.int8(words.index("running")))
    case["decide_about_plan.due_on"] = due
    case["decide_about_plan.state"] = coded(state, words)


def _false(case: pd.DataFrame) -> "pd.Series[bool]":
    return pd.Series(False, index=case.index)


def _outcome(case: pd.DataFrame, decision: str, by_date: dict[str, Any]) -> Words:
    """The decision as recorded; where it is not, what the dates say, else A: awaited."""
    codes = ("A", "Y", "N", "W")
    recorded = case[decision].array
    of_word = np.array([codes.index(x) if x in codes else -1 for x in recorded.categories], dtype=np.int8)
    found = of_word[recorded.codes] if len(recorded) else np.zeros(0, np.int8)
    # A recorded A is also what a source says that has not caught up with its own dates.
    open_ = found < 1
    for code in reversed(by_date):
        found = np.where(open_ & np.asarray(by_date[code]), codes.index(code), found)
    return coded(np.where(found < 0, 0, found), codes)


def _is_open(frame: pd.DataFrame, duty: str) -> NDArray[np.bool_]:
    """True where the duty has a clock that nothing has ended."""
    there = (frame[f"{duty}.state"] != "").to_numpy()
    return there & frame[f"{duty}.ended_on"].isna().to_numpy()


def _stand(case: pd.DataFrame, advice: pd.DataFrame, order: pd.DataFrame, as_of: date) -> None:
    to_come = _is_open(case, "send_final_plan")
    stage = np.zeros(len(case), dtype=np.int8)
    by_stage = {
        "request": _is_open(case, "decide_whether_to_assess"),
        "advice": _any_of_case(case, advice, _is_open(advice, "give_advice")),
        "draft": _is_open(case, "serve_draft"),
        "final_plan": to_come,
    }
    for name, is_there in by_stage.items():
        stage[(stage == 0) & to_come & is_there] = STAGES.index(name) + 1
    ordered = _any_of_case(case, order, np.logical_or.reduce([_is_open(order, x) for x in duties_of(order)]))
    stage[(stage == 0) & ordered] = STAGES.index("order") + 1
    case["stage"] = coded(stage, ["", *STAGES])
    today = np.datetime64(as_of, "s")
    case["week_number"] = (today - case["requested_on"]).dt.days // 7 + 1
    late = (today - case["send_final_plan.due_on"]).dt.days
    case["days_overdue"] = late.where(_is_open(case, "send_final_plan") & (late > 0))


def duties_of(frame: pd.DataFrame) -> list[str]:
    """The duties whose clocks a frame has."""
    return [name.removesuffix(".state") for name in frame.columns if name.endswith(".state")]


def _any_of_case(case: pd.DataFrame, frame: pd.DataFrame, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return _number_of_case(case, frame, chosen) > 0


def _number_of_case(case: pd.DataFrame, frame: pd.DataFrame, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    places = frame["case"].to_numpy()[chosen]
    return np.bincount(places[places >= 0], minlength=len(case))


def _missing(case: pd.DataFrame, advice: pd.DataFrame) -> NDArray[np.float32]:
    """Of each case with a plan, how many of the four advisers had not answered by then; NaN without a plan."""
    sent = case["final_plan_sent_on"].to_numpy()
    place = advice["case"].to_numpy()
    in_time = advice["answered_on"].to_numpy() <= sent[place] if len(case) else np.zeros(0, np.bool_)
    missing = np.full(len(case), len(ADVISERS), dtype=np.float32)
    for kind in ADVISERS:
        missing -= _any_of_case(case, advice, in_time & (advice["kind"] == kind).to_numpy())
    missing[np.isnat(sent)] = np.nan
    return missing


def _tasks(case: pd.DataFrame, advice: pd.DataFrame, order: pd.DataFrame, as_of: date) -> None:
    """Count the open statutory clocks of open cases that are overdue, and that run out within a week."""
    today = np.datetime64(as_of, "s")
    overdue = np.zeros(len(case), dtype=np.int64)
    soon = np.zeros(len(case), dtype=np.int64)
    # Sixteen weeks bind a decision not to issue; a case that is to have a plan owes nothing by then.
    owed = {"decide_whether_to_issue": (case["plan_decision"] != "Y").to_numpy()}
    clocks = [(case, duty) for duty in ("decide_whether_to_assess", *owed, "send_final_plan")]
    clocks += [(advice, "give_advice"), *((order, duty) for duty in duties_of(order))]
    for frame, duty in clocks:
        is_open = _is_open(frame, duty) & owed.get(duty, True)
        is_open &= frame[f"{duty}.state"].isin(OPEN_STATES).to_numpy()
        due = frame[f"{duty}.due_on"].to_numpy()
        late = is_open & (frame[f"{duty}.state"] == "overdue").to_numpy()
        near = is_open & (due >= today) & (due <= today + _SOON)
        if frame is case:
            overdue, soon = overdue + late, soon + near
        else:
            overdue, soon = overdue + _number_of_case(case, frame, late), soon + _number_of_case(case, frame, near)
    is_open = (case["stage"] != "").to_numpy()
    case["clocks_overdue"], case["clocks_due_this_week"] = overdue * is_open, soon * is_open


def _told(case: pd.DataFrame, notice: pd.DataFrame) -> NDArray[np.bool_]:
    in_time = (notice["told_on"].notna() & (notice["told_on"] <= notice["tell_by"])).to_numpy()
    return _any_of_case(case, notice, in_time & (notice["duty"] == "send_final_plan").to_numpy())
