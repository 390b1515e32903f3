"""Explain a case where a manager can read it."""

from datetime import date

from prefect import task

from models.queries.explain import explain_case, find_case
from models.statute.register import load_register
from models.store import reading
from tasks.pages import explanation_page
from tasks.telling import publish


@task(task_run_name="explain {case}")
def publish_explanation(case: str, as_of: date) -> int:
    """How many clocks the case has; the explanation is in the artifact `explanation`."""
    with reading() as connection:
        scope = find_case(connection, case)
        found = explain_case(connection, load_register(), as_of, scope)
    page = explanation_page(scope.case_ref or case, as_of.isoformat(), found)
    publish("explanation", page, f"Case {case} on {as_of}")
    return len(found)
