"""Record what a form says: the choices that forms offer, and the tasks that record.

A form's answers are stored in clear by Prefect: the choices here hold no column about a child, and a text can be
a reference to where the evidence is filed, never the evidence itself.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field
from sqlalchemy import Connection

from models.casework.recording import exceptions as claiming
from models.casework.recording import facts as recording
from models.casework.recording.recordable import CORRECTED, FOR_GOOD, MILESTONES, OUTCOMES, PLANS
from models.casework.recording.recorded import Recorded
from models.errors import EhcError
from models.importers.contract import contract
from models.statute.register import load_register
from models.store import require_tables, unit_of_work

UNKNOWN = "unknown"
"""What a form says for a fact that is not known."""

ABOUT_A_CHILD = frozenset({"birth_date", "primary_need", "in_care", "request_source"})
"""Dates and codes of the contract that no form takes: they describe a child, and Prefect keeps what a form says."""


def _facts() -> list[str]:
    """The dates and decisions that a form can correct, each with its kind of record."""
    return [
        f"{record}: {column.name}"
        for record in CORRECTED
        for column in contract()[PLANS[record].sheet].columns
        if column.type in ("date", "code") and column.name not in ABOUT_A_CHILD | {*FOR_GOOD, "kind"}
    ]


def _values() -> str:
    """The pattern of what a form can correct a fact to: a date, a code of the contract, or unknown."""
    columns = [contract()[PLANS[x].sheet].column(y) for x, y in (fact.split(": ") for fact in _facts())]
    codes = sorted({code for column in columns for code in column.codes})
    return rf"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{'|'.join([UNKNOWN, *codes])})$"


def _claims() -> list[str]:
    """The lawful pairs of duty and exception, without exceptions that are law no more: those need the command line."""
    rules = load_register().exceptions
    lawful = claiming.lawful_claims().items()
    return [f"{duty}: {code}" for duty, codes in lawful for code in codes if rules[code].ends is None]


def _outcomes() -> list[str]:
    return [code for _, codes in OUTCOMES.values() for code in codes]


if TYPE_CHECKING:

    class Milestone(StrEnum):
        """A milestone with its kind of record."""

    class Fact(StrEnum):
        """A column that can be corrected, with its kind of record."""

    class Claim(StrEnum):
        """A duty and an exception that the law allows there."""

    class AdviceKind(StrEnum):
        """A kind of advice."""

    class Outcome(StrEnum):
        """What a milestone's outcome can be."""
else:

    def _choices(name: str, values: list[str]) -> type[StrEnum]:
        return StrEnum(name, {x.replace(": ", "_"): x for x in values}, module=__name__)

    Milestone = _choices("Milestone", [f"{record}: {name}" for record, names in MILESTONES.items() for name in names])
    Fact = _choices("Fact", _facts())
    Claim = _choices("Claim", _claims())
    AdviceKind = _choices("AdviceKind", list(contract()["advice"].column("kind").codes))
    Outcome = _choices("Outcome", _outcomes())


class Reason(StrEnum):
    """Why a fact is corrected."""

    typing_error = "typing error at the source"
    not_carried = "the source does not carry it"
    letter_says_otherwise = "the letter sent or received says otherwise"
    confirmed_by_body = "confirmed by the body that was asked"


CaseRef = Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._/-]*[0-9][A-Za-z0-9 ._/-]*$", max_length=60)]
"""A case's reference, which has a figure in it; so that no name passes for one."""

DocumentRef = Annotated[str, Field(pattern=r"^[A-Za-z0-9 ./:-]{1,60}$")]
"""Where a document is filed: 1 to 60 letters, digits, spaces and - / . : only."""

Staff = Annotated[str, Field(min_length=2, max_length=60, pattern=r"^[^\n\r\t@]*$")]
"""The name of a member of staff."""

Short = Annotated[str, Field(max_length=60, pattern=r"^[^\n\r\t@]*$")]
"""The name of a body, a panel or a member of staff, or nothing."""

Value = Annotated[str, Field(pattern=_values())]
"""What a fact is corrected to."""

Number = Annotated[int, Field(ge=1)]
"""What tells orders, reviews, transfers or claims of a case apart."""

Answer = dict[str, str]
"""What was recorded and of which record, or under `refused` why nothing was."""


@task(task_run_name="record milestone", cache_policy=NO_CACHE)
def record_milestone(now: datetime, today: date, said: dict[str, Any]) -> Answer:
    """What was recorded, or why not."""
    return answered(lambda connection: recording.record_milestone(connection, now=now, today=today, **said))


@task(task_run_name="correct fact", cache_policy=NO_CACHE)
def correct_fact(now: datetime, today: date, said: dict[str, Any]) -> Answer:
    """What was corrected, or why not."""
    return answered(lambda connection: recording.correct_fact(connection, now=now, today=today, **said))


@task(task_run_name="claim exception", cache_policy=NO_CACHE)
def claim_exception(now: datetime, today: date, said: dict[str, Any]) -> Answer:
    """What was claimed, or why not."""
    return answered(lambda connection: claiming.claim_exception(connection, now=now, today=today, **said))


@task(task_run_name="add panel date", cache_policy=NO_CACHE)
def add_panel_date(now: datetime, said: dict[str, Any]) -> Answer:
    """What was added, or why not."""
    return answered(lambda connection: recording.add_panel_date(connection, now=now, **said))


def outcome_of(answer: Answer) -> State[Answer]:
    """How a form's run ends: Completed with the words of what was recorded, or Failed with those of the refusal.

    The run's page shows the words of its state, and nothing else of what came of it.

    The flows of forms are async, for then Prefect writes no traceback of a refusal into the run's log, and the run
    ends a second sooner.
    """
    if "refused" in answer:
        return Failed(message=answer["refused"])
    return Completed(message=answer["said"], data=answer)


def answered(work: Callable[[Connection], Recorded | str]) -> Answer:
    """What came of recording in a unit of work of its own, or why nothing did."""
    try:
        with unit_of_work() as connection:
            require_tables(connection)
            found = work(connection)
    except EhcError as error:
        return {"refused": str(error)}
    return {"said": found} if isinstance(found, str) else {"said": found.said, **found.subject._asdict()}
