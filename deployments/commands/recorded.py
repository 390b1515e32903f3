"""Record something by hand from the command line, in one unit of work, and say what was recorded."""

import sys
from collections.abc import Callable
from getpass import getuser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.casework.recording.recorded import Recorded


def carry_out(work: "Callable[..., Recorded]", by: str, *, as_json: bool) -> None:
    """Record in one unit of work and say what was recorded."""
    from flows.today import night_of, now
    from models.store import require_tables, unit_of_work

    moment = now()
    with unit_of_work() as connection:
        require_tables(connection)
        found = work(connection, now=moment, today=night_of(None, moment), by=by or getuser())
    if as_json:
        import json

        answer: dict[str, Any] = {"said": found.said, **found.subject._asdict()}
        print(json.dumps(answer, ensure_ascii=False), file=sys.stdout)
    else:
        print(found.said)
