"""The nights of some authorities, one after the other in one process, each a flow run of its own."""

from datetime import date

from prefect import flow, tags
from prefect.runtime import flow_run

from flows.heartbeat import without_heartbeats
from flows.nightly import nightly
from flows.stage import day_of_run
from models.authority import AuthorityCode
from models.errors import NightIncompleteError
from models.queries.region import visiting


def _run_name() -> str:
    day = day_of_run(flow_run.parameters.get("as_of"))
    return f"nights of {len(flow_run.parameters['authorities'])} authorities, {day.day} {day:%B %Y}"


@flow(name="some-authorities", flow_run_name=_run_name)
def some_authorities(authorities: list[AuthorityCode], as_of: date | None = None) -> None:
    """Run the night of each authority, one after the other; red if one is, and one's fault stops no other.

    To start a process takes the processor longer than the night of a small authority.

    Args:
        authorities: whose nights.
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
    """
    day = day_of_run(as_of)
    failed = [code for code in authorities if not _is_well(code, day)]
    if failed:
        raise NightIncompleteError(
            f"The night did not end well for {', '.join(failed)}.",
            remedy="The run of each says why, and the region's page.",
        )


def _is_well(code: str, day: date) -> bool:
    with visiting(code), tags(f"authority {code}"), without_heartbeats():
        state = nightly(as_of=day, authority_code=code, return_state=True)
    return state.is_completed()
