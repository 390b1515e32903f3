"""Whether an `ehc up` works in our folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from deployments.server.prefect_here import prefect_home
from models.errors import SettingsError


@contextmanager
def only_one() -> Iterator[None]:
    """Inside, no `ehc up` of this folder can begin; it would take another's runs for abandoned, or lose its database.

    Raises:
        SettingsError: one runs already.
    """
    with (prefect_home() / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise SettingsError(
                "Another ehc up uses the same folder.",
                where=f"process {lock.read().strip()}, {prefect_home()}",
                remedy="Stop that one, or set EHC_HOME to another folder.",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
