"""Publish what is coming: counts and percentages only."""

from collections.abc import Iterator
from datetime import date

from prefect import task

from models.measures.forecast import words
from models.measures.forecast.forecast import Forecast, forecast
from models.measures.forecast.months import in_full
from models.practice.here import practices_here
from models.queries.authorities import authority_codes, names
from models.statute.register import load_register
from models.store import reading
from tasks.telling import publish


@task(task_run_name="publish the forecast of {as_of}")
def publish_forecast(as_of: date) -> int:
    """Of how many authorities the artifact `forecast` says what is coming."""
    of, register = practices_here().of, load_register()
    with reading() as connection:
        found = [forecast(connection, register, as_of, of(code), code) for code in authority_codes(connection)]
    page = "\n".join(line for x in found for line in forecast_page(x))
    publish("forecast", page, f"Forecast of {as_of}")
    return len(found)


def forecast_page(x: Forecast) -> Iterator[str]:
    """What a manager reads of a forecast, as lines of Markdown."""
    yield f"# What is coming, {names().get(x.authority_code, f'authority {x.authority_code}')}, {in_full(x.as_of)}"
    yield ""
    if x.plans.why_not:
        yield x.plans.why_not
    else:
        yield "| plans due in | due | in time | late | open | expected in time | range |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | --- |"
        for month in x.plans.months:
            counts = " | ".join(f"{n:,}" for n in (month.due, month.in_time, month.late, month.undecided))
            expected, low, high = map(words.percent, (month.share, month.low, month.high))
            yield f"| {month.first:%B %Y} | {counts} | {expected} | {low} to {high} |"
    yield ""
    yield from (f"- {line}" for line in words.tried(x.plans, x.as_of))
    yield from (f"- {words.burn_down(backlog)}" for backlog in x.backlogs)
    yield from (f"- {words.aimed(aim, x.as_of)}" for aim in x.aims)
    yield ""
    yield "Every figure and what it means: `ehc forecast`."
    yield ""
