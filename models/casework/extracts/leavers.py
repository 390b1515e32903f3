"""People whom a list of staff no longer has: they left on the day before it was made."""

from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection

from models.casework.extracts.sheets import plans
from models.store import as_text, fetch

PEOPLE = "people"


def with_leavers(connection: Connection, people: pd.DataFrame, made_on: date) -> pd.DataFrame:
    """The sheet, and each person it should have and has not, with the day before `made_on` as the last in their role.

    An authority of whose people the sheet has none is left as it is: that is a sheet not filled, and not everybody
    leaving. Whoever has left already, or was to leave earlier, stays so.
    """
    plan = plans()[PEOPLE]
    names = ("authority_code", *plan.values)
    identity = ["authority_code", *plan.identity]
    known = set(zip(*(people[name].tolist() for name in identity), strict=True))
    day = made_on.isoformat()
    leavers = []
    for authority in sorted(set(people["authority_code"].tolist())):
        columns = ", ".join(as_text(connection, name) if name in plan.dates else name for name in names)
        rows = fetch(
            connection,
            f"SELECT {columns} FROM people WHERE authority_code = :a AND (to_on IS NULL OR to_on >= :day)",
            a=authority,
            day=day,
        )
        for row in rows:
            found = dict(zip(names, ("" if value is None else value for value in row), strict=True))
            if tuple(found[name] for name in identity) not in known:
                leavers.append(found | {"to_on": (made_on - timedelta(days=1)).isoformat(), "file": "", "line": 0})
    if not leavers:
        return people
    return pd.concat([people, pd.DataFrame(leavers, columns=people.columns).fillna("")], ignore_index=True)
