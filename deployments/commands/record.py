"""`ehc record`: record a fact by hand. It goes to our database only, so what happened may be told in full."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.commands import hold
from deployments.commands.options import Body, Case, Json, Kind
from deployments.commands.recorded import carry_out

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.casework.recording.recorded import Recorded

app = typer.Typer(
    help="Record a fact here. It stands until the extract carries it.", no_args_is_help=True, rich_markup_mode=None
)
app.command("family-told")(hold.family_told)

Day = Annotated[str, typer.Argument(metavar="DATE", help="The day, as 2026-03-12.")]
By = Annotated[str, typer.Option("--by", help="Who records it; the user of this computer if not given.")]


@app.command()
def milestone(
    case: Case,
    milestone: Annotated[str, typer.Argument(help="As final_plan_sent_on, or 'order: final_plan_sent_on'.")],
    happened_on: Day,
    kind: Kind = "",
    body: Body = "",
    order: Annotated[
        int | None, typer.Option("--order", help="For an order: its number, if there are several.")
    ] = None,
    outcome: Annotated[str, typer.Option(help="With reply_on the reply, with assess_decided_on Y or N.")] = "",
    replied_by: Annotated[str, typer.Option(help="With reply_on: the member of staff who replied.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """A milestone was reached.

    For example: ehc record milestone C-1 reply_on 2026-03-12 --advice health --outcome advice.
    """
    from models.casework.recording.facts import record_milestone

    work = partial(
        record_milestone,
        case=case,
        milestone=milestone,
        happened_on=happened_on,
        advice_kind=kind,
        body=body,
        order_number=order,
        outcome=outcome,
        replied_by=replied_by,
    )
    carry_out(work, by, as_json=json)


@app.command()
def exception(
    case: Case,
    duty: Annotated[str, typer.Argument(help="The duty whose limit could not be kept, as send_final_plan.")],
    code: Annotated[str, typer.Argument(help="The exception, as absent_4w; a wrong one is answered by the lawful.")],
    from_on: Annotated[str, typer.Option("--from", metavar="DATE", help="First day on which it applied.")],
    facts: Annotated[str, typer.Option(help="What happened.")],
    because: Annotated[str, typer.Option(help="Why it made keeping the limit impractical.")],
    to_on: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day; not given while it applies.")] = "",
    kind: Kind = "",
    approved_by: Annotated[str, typer.Option(help="Member of staff who approved the claim.")] = "",
    family_told: Annotated[str, typer.Option(metavar="DATE", help="The family was told of the delay.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """An exception that the law allows disapplies one limit."""
    from models.casework.recording.exceptions import claim_exception

    work = partial(
        claim_exception,
        case=case,
        duty=duty,
        code=code,
        from_on=from_on,
        to_on=to_on,
        facts=facts,
        impractical_because=because,
        advice_kind=kind,
        approved_by=approved_by,
        family_told_on=family_told,
    )
    carry_out(work, by, as_json=json)


@app.command()
def fact(
    case: Case,
    record: Annotated[str, typer.Argument(help="Kind of record: case, advice, exception, order, review, transfer.")],
    column: Annotated[str, typer.Argument(help="The column of the extract contract, as draft_served_on.")],
    value: Annotated[str, typer.Argument(help="What is right; '' for not known.")],
    reason: Annotated[str, typer.Option(help="Why it is corrected; kept in the chronology.")],
    kind: Kind = "",
    body: Body = "",
    number: Annotated[int | None, typer.Option(help="Number of the order, review, transfer or claim.")] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Correct a fact that the records have wrong. Correct it at the source too."""
    from models.casework.recording.facts import correct_fact

    work = partial(
        correct_fact,
        case=case,
        record=record,
        column=column,
        value=value,
        reason=reason,
        advice_kind=kind,
        body=body,
        number=number,
    )
    carry_out(work, by, as_json=json)


@app.command()
def panel(
    authority: Annotated[str, typer.Argument(help="Number of the authority, as 336.")],
    panel: Annotated[str, typer.Argument(help="Name of the panel.")],
    held_on: Day,
    by: By = "",
    json: Json = False,
) -> None:
    """A panel meets on a day."""
    from models.casework.recording.facts import add_panel_date

    def add(connection: "Connection", *, now: datetime, by: str, today: date) -> "Recorded":  # noqa: ARG001
        return add_panel_date(connection, authority_code=authority, panel=panel, held_on=held_on, now=now, by=by)

    carry_out(add, by, as_json=json)
