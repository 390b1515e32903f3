"""Explain a case where a manager can read it."""

from datetime import date

from prefect import task

from models.errors import EhcError
from models.queries.explain import explain_case, find_case
from models.statute.register import load_register
from models.store import reading
from models.words import counted
from tasks.explanation_page import explanation_page
from tasks.recording import Answer
from tasks.telling import publish


@task(task_run_name="explain {case}")
def publish_explanation(case: str, as_of: date) -> Answer:
    """What was explained, or why nothing was; the explanation itself is in the artifact `explanation`."""
    try:
        with reading() as connection:
            scope = find_case(connection, case)
            found = explain_case(connection, load_register(), as_of, scope)
    except EhcError as error:
        return {"refused": str(error)}
    page = explanation_page(scope.case_ref or case, as_of.isoformat(), found)
    publish("explanation", page, f"Case {case} on {as_of}")
    return {"said": f"{counted(len(found), 'clock')} of case {case} explained: see Artifacts on this page."}
