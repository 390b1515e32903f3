"""Every table of the product, for whoever needs the whole metadata: migrations, replay, tests."""

from sqlmodel import SQLModel

from models.tables.authority import Closure, Panel, Person
from models.tables.case import Advice, Case, Clock, ExceptionClaim, Order, Review, Transfer
from models.tables.journal import ChronologyEntry, Import, Night, Quarantined

METADATA = SQLModel.metadata

SHEETS: dict[str, type[SQLModel]] = {
    "cases": Case,
    "advice": Advice,
    "exceptions": ExceptionClaim,
    "orders": Order,
    "reviews": Review,
    "transfers": Transfer,
    "closures": Closure,
    "panels": Panel,
    "people": Person,
}
"""The table that each sheet of an extract fills."""

__all__ = ["METADATA", "SHEETS", "ChronologyEntry", "Clock", "Import", "Night", "Quarantined"]
