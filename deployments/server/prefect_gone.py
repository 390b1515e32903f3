"""Prefect's server gone, or not to be reached: said to a person, in place of what its client says."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from models.errors import UpError

AGAIN = "what was done so far is kept, nothing is done or sent twice."


@contextmanager
def told_in_words(where: str, remedy: str) -> Iterator[None]:
    """Turn what Prefect's client raises when nobody answers into words; the records themselves need no Prefect.

    Raises:
        UpError: nobody answered, or not as Prefect's server does.
    """
    try:
        yield
    except Exception as error:
        why = _why(error)
        if why is None:
            raise
        raise UpError("Prefect's server does not answer.", where=where, why=why, remedy=f"{remedy}: {AGAIN}") from None


def without_account(address: str) -> str:
    """The address without the name and password that it may hold."""
    found = urlsplit(address)
    return found._replace(netloc=found.netloc.rpartition("@")[2]).geturl()


def _why(error: Exception) -> str | None:
    """Why the server could not be asked; None if the error is about something else."""
    import httpx  # noqa: PLC0415 - Prefect's client has loaded it long before anything can go wrong with it

    # The first question of a run is asked in a way that hides who did not answer.
    found = error.__cause__ if isinstance(error, RuntimeError) else error
    if isinstance(found, httpx.HTTPStatusError):
        if found.response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return "It does not know this account: see PREFECT_API_AUTH_STRING, a name and a password."
        return f"It answered with an error of its own ({found.response.status_code})."
    if isinstance(found, httpx.HTTPError):
        return f"{str(found) or type(found).__name__}."
    return None
