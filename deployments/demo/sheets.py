"""The canonical sheets as text, and the folder they are written to."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from .days import Days, number

Texts = npt.NDArray[np.object_]

_FIRST_DAY = number(date(1960, 1, 1))  # before anybody in the pathway was born
_EXTRACTED_AT = time(18, 0, tzinfo=UTC)  # after the day's work, before the night that reads it

_COLUMNS = {
    "cases": """authority_code case_ref person_ref birth_date ncy primary_need in_care setting_type setting_urn
        request_source team officer request_received_on brought_to_attention_on assess_decision assess_decided_on
        assess_agreed_after_refusal_on plan_decision no_plan_notified_on draft_served_on consultation_sent_on
        consultation_replied_on representations_received_on final_plan_sent_on withdrawn_on week20_exception""",
    "advice": """authority_code case_ref kind body requested_on received_by_body_on reply_on reply replied_by
        returned_for_rework_on accepted_on""",
    "exceptions": """authority_code case_ref duty advice_kind code from_on to_on facts impractical_because claimed_on
        family_told_on approved_by""",
    "orders": """authority_code case_ref kind requires dated_on notified_on no_plan_notified_on draft_served_on
        final_plan_sent_on""",
    "closures": "authority_code setting_urn closed_from reopens_on",
    "panels": "authority_code panel held_on",
    "people": "authority_code team role name address from_on to_on",
    "reviews": """authority_code case_ref review_number meeting_on notice_given_on papers_circulated_on report_sent_on
        decision decision_notified_on amendment_notice_sent_on final_plan_sent_on not_amend_notified_on
        last_review_concluded_on phase_transfer_on phase_transfer_kind""",
    "transfers": """authority_code case_ref transfer_number moved_on aware_on transferred_on informed_on
        reviewed_on""",
}
COLUMNS: dict[str, list[str]] = {sheet: names.split() for sheet, names in _COLUMNS.items()}


class Dates:
    """Days as ISO text: empty where a day lies after `as_of`, which nobody can know yet."""

    def __init__(self, as_of: date, last: int) -> None:
        """Texts for every day up to day number `last`."""
        self.as_of = number(as_of)
        days = np.arange(_FIRST_DAY, last + 1).astype("datetime64[D]")
        self._pool = np.append(np.datetime_as_string(days).astype(object), "")

    def known(self, days: Days) -> Texts:
        """What had happened by `as_of`."""
        return self._pool[np.where(days > self.as_of, len(self._pool) - 1, days - _FIRST_DAY)]

    def planned(self, days: Days) -> Texts:
        """What is planned as well: panels, closures, transfers between phases."""
        return self._pool[np.minimum(days - _FIRST_DAY, len(self._pool) - 1)]


def words(values: Sequence[str], index: npt.NDArray[np.integer]) -> Texts:
    """The word for each index; -1 is the last word."""
    chosen: Texts = np.array(values, dtype=object)[index]
    return chosen


def numbered(prefix: str, numbers: Days, width: int) -> Texts:
    """References such as P-000123, one for each number; every number's text is made once."""
    distinct, place = np.unique(numbers, return_inverse=True)
    return np.array([f"{prefix}{value:0{width}d}" for value in distinct.tolist()], dtype=object)[place]


def frame(sheet: str, columns: Mapping[str, Texts], as_of: date) -> pd.DataFrame:
    """The sheet with exactly its columns in their order, all text; remembers its day in `attrs`."""
    made = pd.DataFrame({name: pd.Series(columns[name], dtype="str") for name in COLUMNS[sheet]}, copy=False)
    made.attrs["as_of"] = as_of.isoformat()
    return made


def write_extract(sheets: Mapping[str, pd.DataFrame], folder: Path, *, extracted_at: datetime | None = None) -> None:
    """A canonical folder: one CSV file for each sheet and manifest.json with the moment of extraction (UTC).

    Without `extracted_at` the moment is six in the evening of the day the sheets were made for.
    """
    if extracted_at is None:
        extracted_at = datetime.combine(date.fromisoformat(sheets["cases"].attrs["as_of"]), _EXTRACTED_AT)
    folder.mkdir(parents=True, exist_ok=True)
    for sheet, made in sheets.items():
        with (folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(made.columns)
            writer.writerows(zip(*(made[name].to_numpy(dtype=object) for name in made.columns), strict=True))
    # The manifest comes last: a folder without one is half written.
    manifest = {"extracted_at": extracted_at.isoformat()}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
