"""Forms that are deployed, found by the names of their flow and their deployment."""

from functools import cache

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL


def deployed(name: str) -> str:
    """The id of a deployment, "" where there is none; once found it is not asked for again in this process."""
    try:
        return _found(name, PREFECT_API_URL.value())
    except ObjectNotFound:
        return ""


@cache
def _found(name: str, _server: str | None) -> str:
    with get_client(sync_client=True) as client:
        return str(client.read_deployment_by_name(name).id)
