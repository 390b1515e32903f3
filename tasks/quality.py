"""Look at the data each night, and publish what is wrong and whose it is to mend: counts and references only."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from prefect import task

from models.casework.findings import refresh_findings
from models.measures.quality.catalogue import rules
from models.practice.here import practices_here
from models.queries.findings import Found, Week, open_findings, weekly_trend
from models.statute.register import load_register
from models.store import unit_of_work
from tasks.markdown import table
from tasks.telling import publish

WEEKS = 8
_SEVERITIES = "a deadline is missing or wrong; a duty of the law was left undone; a record is incomplete"


@task(task_run_name="look at the data on {as_of}")
def refresh_data_quality(as_of: date) -> dict[str, int]:
    """How many findings are new, known and gone, also put in the artifact `data-quality`.

    Safe to run again; a day before the last one looked at changes nothing.
    """
    with unit_of_work() as connection:
        looked = refresh_findings(connection, load_register(), practices_here().of, as_of)
        found = open_findings(connection, as_of)
        weeks = weekly_trend(connection, as_of, weeks=WEEKS)
    publish("data-quality", quality_page(found, weeks, as_of), f"Data quality on {as_of}")
    return {"new": looked.new, "still_there": looked.still_there, "gone": looked.gone}


def quality_page(found: Sequence[Found], weeks: Sequence[Week], as_of: date) -> str:
    """The findings by rule, the worst first, and how many there were at the end of each week."""
    known = rules()
    counts = Counter(one.rule for one in found)
    # The findings come the oldest first.
    oldest = {one.rule: one.days for one in reversed(found)}
    lines = [
        (known[key].severity, known[key].title, known[key].owner.replace("_", " "), f"{counts[key]:,}", oldest[key])
        for key in sorted(counts, key=lambda x: (known[x].rank, -counts[x], x))
    ]
    trend = [(x.week_to, x.owner.replace("_", " "), x.open, x.came, x.went) for x in weeks]
    parts = [
        f"# Data quality on {as_of}",
        f"{len(found):,} findings. `ehc quality --csv` lists every one of them, with what to do.",
        f"*Severity*: {_SEVERITIES}.",
        table(("severity", "what is wrong", "owner", "findings", "oldest, days"), lines),
        "## By week",
        table(("week to", "owner", "open", "came", "went"), trend),
    ]
    return "\n\n".join(parts)
