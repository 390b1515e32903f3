"""What cannot be asked of a day before the newest night."""

from datetime import date

from sqlalchemy import Connection

from models.errors import SettingsError
from models.queries.nights import newest_night


def refuse_day_before(connection: Connection, as_of: date) -> None:
    """Refuse a list of open clocks for a day before the newest night: what ended since would not be on it.

    Raises:
        SettingsError: the clocks stand at a later day.
    """
    newest = newest_night(connection)
    if newest > as_of.isoformat():
        raise SettingsError(
            f"What was open on {as_of} cannot be listed any more.",
            why=f"The clocks stand at {newest}: what ended since would be missing, and what began be there.",
            remedy=f"Leave --as-of out; ehc clocks --as-of {as_of} and ehc report --as-of {as_of} answer for that day.",
        )
