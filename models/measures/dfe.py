"""The DfE's published columns for one calendar year, from the records of cases, by the rules of its release.

Days are counted, not weeks: 140 of them are 20 weeks. A record whose request has no date, or one after the outcome,
stays in the denominator and is in no band, so that a lost date counts against the authority. Records in which nothing
was decided in the year, and those decided in another, are never counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from models.measures.frames import Frames

Figure = int | float | None

_FILES = {
    "timeliness_20_week.csv": "plans issued in the year",
    "requests.csv": "requests received in the year, and decisions told in it",
    "assessments.csv": "decisions in the year not to issue a plan",
    "annual_reviews.csv": "review decisions told in the year",
}
_SIX_WEEKS, _SIXTEEN_WEEKS, _TWENTY_WEEKS, _A_YEAR, _FOUR_WEEKS = 6, 16, 20, 52, 4
"""The weeks that the published columns are named for; the limits of the law are in the register."""


@dataclass(frozen=True)
class DfeFigure:
    """One published column; None where the file would have `z`: nothing to divide by."""

    file: str
    column: str
    value: Figure


def dfe_columns(frames: Frames, year: int) -> tuple[DfeFigure, ...]:
    """The published columns of a calendar year that person-level records give, in the DfE's spelling and order."""
    found: list[Mapping[str, Figure]] = [
        _timeliness(_in(frames.case, "final_plan_sent_on", year)),
        _requests(frames.case, year),
        _assessments(_in(frames.case, "no_plan_notified_on", year)),
        _reviews(_in(frames.review, "decision_notified_on", year)),
    ]
    return tuple(
        DfeFigure(file, column, value)
        for file, columns in zip(_FILES, found, strict=True)
        for column, value in columns.items()
    )


def _timeliness(sent: pd.DataFrame) -> dict[str, Figure]:
    issued = sent[sent["plan_outcome"] == "Y"]
    columns: dict[str, Figure] = {"plans_issued_den": len(issued)}
    columns["plans_issued_den_ex"] = int((~issued["week20"]).sum())
    bands = {
        "plans_issued_within_20_weeks": ("plans_issued_20_weeks_ex", issued["weeks_to_plan"] <= _TWENTY_WEEKS),
        "plans_issued_gt20weeks_ltyear": (
            "plans_issued_gt20weeks_ltyear_ex",
            (issued["weeks_to_plan"] > _TWENTY_WEEKS) & (issued["weeks_to_plan"] <= _A_YEAR),
        ),
        "plans_issued_gt_1_year": ("plans_issued_gt_1_year_ex", issued["weeks_to_plan"] > _A_YEAR),
    }
    for name, (without, inside) in bands.items():
        columns[name] = int(inside.sum())
        columns[without] = int((inside & ~issued["week20"]).sum())
        columns[f"pc_{name}"] = _percent(columns[name], columns["plans_issued_den"])
        columns[f"pc_{without}"] = _percent(columns[without], columns["plans_issued_den_ex"])
    weeks = issued["weeks_to_plan"].dropna()
    columns["avg_weeks_issue_plan"] = round(float(weeks.mean()), 1) if len(weeks) else None
    return columns


def _requests(case: pd.DataFrame, year: int) -> dict[str, Figure]:
    received = _in(case, "request_received_on", year)
    outcome = received["request_outcome"]
    number = len(received)
    counts = {
        "requests_decided_to_assess": ("request_assess_pc", "Y"),
        "requests_decided_not_to_assess": ("request_not_assess_pc", "N"),
        "requests_decision_not_made": ("request_outstanding_pc", "A"),
        "requests_withdrawn": ("request_withdrawn_pc", "W"),
    }
    columns: dict[str, Figure] = {"requests_received_in_year": number}
    columns |= {name: int((outcome == code).sum()) for name, (_, code) in counts.items()}
    columns |= {share: _percent(columns[name], number) for name, (share, _) in counts.items()}
    decided = _in(case, "assess_decided_on", year)
    decided = decided[decided["assess_decision"].isin(["Y", "N"])]
    within = int((decided["weeks_to_assess_decision"] <= _SIX_WEEKS).sum())
    over = int((decided["weeks_to_assess_decision"] > _SIX_WEEKS).sum())
    return columns | {
        "request_outcome_six_weeks": within,
        "request_outcome_over_6_weeks": over,
        "request_outcome_six_weeks_pc": _percent(within, len(decided)),
        "request_outcome_over_6_weeks_pc": _percent(over, len(decided)),
    }


def _assessments(told: pd.DataFrame) -> dict[str, Figure]:
    refused = told[told["plan_outcome"] == "N"]
    within = int((refused["weeks_to_no_plan"] <= _SIXTEEN_WEEKS).sum())
    over = int((refused["weeks_to_no_plan"] > _SIXTEEN_WEEKS).sum())
    return {
        "assess_not_issued": len(refused),
        "outcome_decision_within_time": within,
        "outcome_decision_over_time": over,
        "outcome_decision_within_time_pc": _percent(within, len(refused)),
        "outcome_decision_over_time_pc": _percent(over, len(refused)),
    }


def _reviews(told: pd.DataFrame) -> dict[str, Figure]:
    within = int((told["weeks_to_decision"] <= _FOUR_WEEKS).sum())
    over = int((told["weeks_to_decision"] > _FOUR_WEEKS).sum())
    return {
        "number_decsion_4weeks": within,
        "number_decision_gt_4weeks": over,
        "pc_decsion_4weeks": _percent(within, within + over),
        "pc_decision_gt_4weeks": _percent(over, within + over),
    }


def _in(frame: pd.DataFrame, column: str, year: int) -> pd.DataFrame:
    found: pd.DataFrame = frame[frame[column].dt.year == year]
    return found


def _percent(part: Figure, whole: Figure) -> float | None:
    """A percentage to one decimal, as published."""
    return round(100 * (part or 0) / whole, 1) if whole else None
