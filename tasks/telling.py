"""Tell Prefect what managers see, while the work goes on.

Each artifact is a call that the server takes some hundredths of a second to answer. A night makes two dozen of them;
inside `told_beside` they wait for the server in a thread of their own.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial

from prefect.artifacts import create_markdown_artifact

from models.settings import settings

_Submit = Callable[[Callable[[], object]], None]
_beside: ContextVar[_Submit | None] = ContextVar("_beside", default=None)


def publish(key: str, page: str, description: str) -> None:
    """Put a page of Markdown into the artifact of this name, of the authority whose tables are meant."""
    tell(partial(create_markdown_artifact, key=settings().own_name(key), markdown=page, description=description))


def tell(call: Callable[[], object]) -> None:
    """Make a call to the server now, or beside the work, in the order in which calls were told."""
    (_beside.get() or _now)(call)


@contextmanager
def told_beside() -> Iterator[None]:
    """Inside, calls are made by a thread of their own, one after the other; at the end all of them have been made.

    Raises:
        Exception: the first that a call raised, unless the work inside has raised one of its own.
    """
    made: list[Future[object]] = []
    with ThreadPoolExecutor(1, "telling") as thread:
        # What a call belongs to, the run of a flow or a task, is known by its context.
        token = _beside.set(lambda call: made.append(thread.submit(copy_context().run, call)))
        try:
            yield
        finally:
            _beside.reset(token)
    for call in made:
        call.result()


def _now(call: Callable[[], object]) -> None:
    call()
