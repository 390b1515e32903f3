"""Two things at once, where there are many cases: the database and numpy work while Python waits for them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from queue import SimpleQueue
from typing import TypeVar

from sqlalchemy import Connection

from models.store import beside, fetch

MANY = 20_000
"""From so many cases on a second thread, and connections of their own, are worth their while."""

_THREADS = 2
_CONNECTIONS = 3
"""As many as there are long tables: with two the last one would be read alone."""

_Read = TypeVar("_Read")


@contextmanager
def two_at_once(cases: int) -> Iterator[Callable[..., Iterable[_Read]]]:
    """A `map` that does two things at a time where there are many cases, else one after the other."""
    with ThreadPoolExecutor(_THREADS) as pool:
        yield pool.map if cases >= MANY else map


def read_at_once(connection: Connection, work: Mapping[str, Callable[[Connection], _Read]]) -> dict[str, _Read]:
    """What each piece of work reads, by its name; all of them see the same state, whichever connection they are given.

    The longest work is best named first, so that the others go on beside it.
    """
    ((newest,),) = fetch(connection, "SELECT MAX(id) FROM cases")
    with beside(connection, _CONNECTIONS) if (newest or 0) >= MANY else nullcontext(()) as others:
        if not others:
            return {name: read(connection) for name, read in work.items()}
        free: SimpleQueue[Connection] = SimpleQueue()
        for other in others:
            free.put(other)

        def with_a_free_one(read: Callable[[Connection], _Read]) -> _Read:
            taken = free.get()
            try:
                return read(taken)
            finally:
                free.put(taken)

        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            return dict(zip(work, pool.map(with_a_free_one, work.values()), strict=True))
