"""How far a long run is: a bar on its page and among the artifacts, moved step by step."""

import time
from functools import partial
from typing import TypeVar, cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from tasks.telling import tell

Result = TypeVar("Result")

SECONDS = 2.0
"""Steps that follow each other sooner are told together, so that a short run makes few calls."""


class Progress:
    """The bar of one run, under a key that the next run takes over."""

    def __init__(self, key: str, run: str, steps: int) -> None:
        self._run, self._steps, self._done = run, steps, 0
        # Only in a flow that is async would it be something to wait for.
        self._artifact = cast("UUID", create_progress_artifact(0.0, key=key, description=f"Begun. {run}"))
        self._told_at = time.monotonic()

    def after(self, step: str, result: Result) -> Result:
        """The result of a step that is done, which the bar now counts; the last step is always told."""
        self._done += 1
        if self._done == self._steps or time.monotonic() - self._told_at >= SECONDS:
            # What differs stands first: a card cuts the rest off.
            words = f"{self._done} of {self._steps} steps done, last: {step}. {self._run}"
            percent = 100 * self._done / self._steps
            tell(partial(update_progress_artifact, self._artifact, percent, description=words))
            self._told_at = time.monotonic()
        return result
