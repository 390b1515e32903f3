"""What is said of a clock that the law lets run on, though nobody is chased for it any more; and of what was known."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.casework.chronology.replay import replay
from models.queries.explain import explain_case, find_case
from models.statute.register import load_register
from models.store import reading
from tests.store.build import MONDAY, TUESDAY, Row, a_case, an_advice, an_order, take, write_extract

SENT = {"plan_decision": "Y", "final_plan_sent_on": "2026-03-05"}
AS_OF = date(2026, 4, 1)


def outcome(address: str, as_of: date = AS_OF) -> str:
    with reading(address) as connection:
        found = explain_case(connection, load_register(), as_of, find_case(connection, "C-1"))
    return next(x.outcome for x in found if x.duty == "give_advice")


@pytest.mark.parametrize(
    ("case", "orders", "as_of", "expected"),
    [
        (
            SENT,
            [],
            AS_OF,
            "overdue by 19 days; the plan was sent without it on 5 March 2026, and it is no longer chased",
        ),
        (SENT, [], date(2026, 3, 4), "running: 9 days left"),
        ({}, [], AS_OF, "overdue by 19 days"),
        # Asked before the order, it is for the plan that was sent; asked because of it, it is chased.
        (SENT, [an_order(requires="make_plan", dated_on="2026-03-09")], AS_OF, "no longer chased"),
        (SENT, [an_order(requires="make_plan", dated_on="2026-01-28")], AS_OF, "overdue by 19 days"),
    ],
)
def test_advice_for_a_plan_that_was_sent_is_said_to_be_no_longer_chased(
    sqlite_database: str, tmp_path: Path, case: Row, orders: list[Row], as_of: date, expected: str
) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**case)], advice=[an_advice()], orders=orders))
    said = outcome(sqlite_database, as_of)
    assert said.endswith(expected)
    assert ("chased" in said) == ("chased" in expected)


def test_what_was_known_at_a_moment_is_explained_with_where_it_came_from_by_then(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case()]))
    later = write_extract(
        tmp_path, cases=[a_case(request_received_on="2026-01-12"), a_case("C-2")], extracted_at=TUESDAY
    )
    take(database, later, now=TUESDAY)
    moment = datetime(2026, 3, 3, 12, tzinfo=UTC)
    with reading(database) as connection:
        scope = find_case(connection, "C-1")
        of = {"authority_code": scope.authority_code, "case_ref": scope.case_ref}
        with replay(connection, known_at=moment, **of) as then:
            (plan,) = (
                x
                for x in explain_case(then, load_register(), AS_OF, scope, journal=connection, known_at=moment)
                if x.duty == "send_final_plan"
            )
    assert (plan.origin_on, plan.due_on) == ("2026-01-05", "2026-05-25")
    assert plan.origin_source.startswith(f"canonical #1, recorded {MONDAY:%Y-%m-%d %H:%M} UTC")
