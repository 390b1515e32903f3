"""Everything that `ehc forecast` and the board report say of what is coming, for one authority on one day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.measures.forecast.aims import MEASURES, Aim, aim
from models.measures.forecast.backlog import Backlog, backlog
from models.measures.forecast.coming import ADVICE, PLANS, REVIEWS, Week, coming
from models.measures.forecast.outlook import Outlook, outlook
from models.practice.schema import Practice
from models.queries.evaluated import Evaluated
from models.queries.records import load
from models.queries.scope import Scope
from models.statute.register import Register


@dataclass(frozen=True)
class Forecast:
    """What is certain, what must be expected, how the backlogs move, and where the targets are."""

    authority_code: str
    as_of: date
    weeks: tuple[Week, ...]
    plans: Outlook
    backlogs: tuple[Backlog, ...]
    aims: tuple[Aim, ...]


def forecast(
    connection: Connection, register: Register, as_of: date, practice: Practice, authority_code: str
) -> Forecast:
    """The forecast of an authority as of a day, from the records as they are known now."""
    scope = Scope(authority_code)
    of = {
        kind: Evaluated(load(connection, kind, scope, named=False), register, as_of)
        for kind in ("case", "advice", "review")
    }
    found = outlook(of["case"].loaded, register, as_of)
    return Forecast(
        authority_code,
        as_of,
        coming(of["case"], of["advice"], of["review"], practice.week.starts_on),
        found,
        tuple(backlog(of[kind].clocks(duty), as_of) for kind, duty in (("case", PLANS), ("review", REVIEWS))),
        tuple(
            aim(
                target,
                of["advice" if duty == ADVICE else "case"].clocks(duty),
                practice,
                as_of,
                found.months if duty == PLANS else (),
            )
            for target, (_, duty) in MEASURES.items()
        ),
    )
