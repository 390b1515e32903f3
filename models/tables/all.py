"""Every table of the product, for whoever needs the whole metadata: migrations, replay, tests."""

from sqlmodel import SQLModel

from models.tables.authority import Closure, Panel, Person
from models.tables.case import Advice, Case, Clock, ExceptionClaim, Order, Review, Transfer
from models.tables.held import HeldFact
from models.tables.journal import ChronologyEntry, Import, Quarantined
from models.tables.nights import Night, Standing, Transition

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

__all__ = [
    "METADATA",
    "SHEETS",
    "ChronologyEntry",
    "Clock",
    "HeldFact",
    "Import",
    "Night",
    "Quarantined",
    "Standing",
    "Transition",
]
