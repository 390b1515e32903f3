"""The case that the demo suggests has something to tell."""

from deployments.demo.run import telling_case
from models.queries.clocks import COLUMNS, ClockRow


def a_clock(case_ref: str, duty: str, state: str, days: int) -> ClockRow:
    said = {"case_ref": case_ref, "duty": duty, "state": state, "days": str(days)}
    return ClockRow(**{name: said.get(name, "") for name in COLUMNS})


ROWS = [
    a_clock("claimed, and nobody was late", "send_final_plan", "overdue", -10),
    a_clock("long ago", "send_final_plan", "overdue", -300),
    a_clock("long ago", "give_advice", "met_late", -310),
    a_clock("tells", "send_final_plan", "overdue", -35),
    a_clock("tells", "give_advice", "met_late", -87),
    a_clock("late by little", "send_final_plan", "overdue", -20),
    a_clock("late by little", "give_advice", "met_late", -5),
    a_clock("not claimed", "send_final_plan", "overdue", -3),
    a_clock("not claimed", "give_advice", "met_late", -20),
    *(a_clock("much", duty, "overdue", -400) for duty in ("send_final_plan", "serve_draft", "give_advice")),
]


def test_it_is_the_newest_whose_one_late_adviser_explains_it_and_whose_claim_fails() -> None:
    claimed = {x.case_ref for x in ROWS} - {"not claimed"}
    assert telling_case(ROWS, claimed) == "tells"


def test_without_one_it_is_the_case_with_most_that_is_overdue() -> None:
    assert telling_case(ROWS, set()) == "much"
    assert telling_case([], set()) == ""
