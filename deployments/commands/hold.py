"""`ehc ack`, `ehc snooze`, `ehc sending` and `ehc record family-told`: answer alerts by hand."""

from collections.abc import Callable
from functools import partial
from getpass import getuser
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.commands.options import Body, Case, Json, Kind
from deployments.commands.recorded import carry_out

if TYPE_CHECKING:
    from models.casework.recording.recorded import Recorded

Duty = Annotated[
    str, typer.Argument(help="What the alert is about, or its beginning: send_final, give, ask_for_advice:health.")
]
Which = Annotated[int | None, typer.Option("--number", help="Of the order, review, transfer or request, if several.")]
By = Annotated[str, typer.Option("--by", help="Who says so; the user of this computer if not given.")]

sending = typer.Typer(
    help="The switch that stops all sending. Off, on, or how it stands.", no_args_is_help=True, rich_markup_mode=None
)
Reason = Annotated[str, typer.Option(help="Why.")]


def ack(
    case: Case,
    duty: Duty,
    kind: Kind = "",
    body: Body = "",
    number: Which = None,
    reason: Annotated[str, typer.Option(help="What is being done, if you want to say.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Say that you have this in hand. Its alerts keep silent for some days, then go on if it is still open."""
    from models.casework.alerts.holds import acknowledge

    said: dict[str, Any] = {"case": case, "duty": duty, "advice_kind": kind, "body": body, "number": number}
    _answer(partial(acknowledge, **said, reason=reason), by, as_json=json, by_practice=True)


def snooze(
    case: Case,
    duty: Duty,
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day on which its alerts keep silent.")],
    reason: Annotated[str, typer.Option(help="Why it can wait.")],
    kind: Kind = "",
    body: Body = "",
    number: Which = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Put off the alerts about one date until a day. The date itself does not move."""
    from models.casework.alerts.holds import snooze as put_off

    said: dict[str, Any] = {"case": case, "duty": duty, "advice_kind": kind, "body": body, "number": number}
    _answer(partial(put_off, **said, until_on=until, reason=reason), by, as_json=json, by_practice=True)


def family_told(
    case: Case,
    on: Annotated[str, typer.Option(metavar="DATE", help="The day they were told.")],
    how: Annotated[str, typer.Option(help="letter, e-mail, phone, text message, meeting, or portal.")],
    duty: Annotated[str, typer.Option(help="Which date it was about; the final plan's if not given.")] = "",
    correct: Annotated[
        str, typer.Option("--correct", metavar="WHY", help="Put right what is recorded already, and say why.")
    ] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """The family was told of a delay, by a person.

    For example: ehc record family-told C-1 --on 2026-03-12 --how phone.
    """
    from models.casework.alerts.family_notices import tell_family

    _answer(partial(tell_family, case=case, told_on=on, how=how, duty=duty, correct=correct), by, as_json=json)


@sending.command()
def off(reason: Reason, by: By = "") -> None:
    """Stop all sending at once; what is due is kept and waits."""
    _turn(reason, by, is_on=False)


@sending.command()
def on(reason: Reason, by: By = "") -> None:
    """Let sending go on: what waits goes out with the next delivery."""
    _turn(reason, by, is_on=True)


@sending.command()
def status() -> None:
    """Say whether anything is sent, and who turned it off, when and why."""
    from models.casework.delivery.switches import standing
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        print(standing(connection))


def _turn(reason: str, by: str, *, is_on: bool) -> None:
    from flows.today import now
    from models.casework.delivery.switches import switch
    from models.store import require_tables, unit_of_work

    with unit_of_work() as connection:
        require_tables(connection)
        print(switch(connection, is_on=is_on, reason=reason, by=by or getuser(), now=now()))


def _answer(work: "Callable[..., Recorded]", by: str, *, as_json: bool, by_practice: bool = False) -> None:
    if by_practice:
        from models.practice.here import practices_here

        work = partial(work, practices=practices_here())
    carry_out(work, by, as_json=as_json)
