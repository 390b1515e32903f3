"""Every table of the product, for whoever needs the whole metadata: migrations, replay, tests."""

from sqlmodel import SQLModel

from models.tables.alerts import Alert, ChannelFault, Delivery, FamilyNotice, Hold, Message, Switch
from models.tables.authority import Closure, Panel, Person
from models.tables.case import Advice, Case, Clock, ExceptionClaim, Order, Review, Transfer
from models.tables.held import HeldFact
from models.tables.journal import ChronologyEntry, Import, Quarantined
from models.tables.measures import (
    Finding,
    MeasureDefinition,
    MeasurementFigure,
    MeasurementPeriod,
    MeasurementSeries,
    Snapshot,
    SnapshotValue,
)
from models.tables.nights import Night, RefusedExtract, Standing, Transition
from models.tables.privacy import PrivacyAct, PurgedCase, Purging, RetiredId

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
    "Alert",
    "ChannelFault",
    "ChronologyEntry",
    "Clock",
    "Delivery",
    "FamilyNotice",
    "Finding",
    "HeldFact",
    "Hold",
    "Import",
    "MeasureDefinition",
    "MeasurementFigure",
    "MeasurementPeriod",
    "MeasurementSeries",
    "Message",
    "Night",
    "PrivacyAct",
    "PurgedCase",
    "Purging",
    "Quarantined",
    "RefusedExtract",
    "RetiredId",
    "Snapshot",
    "SnapshotValue",
    "Standing",
    "Switch",
    "Transition",
]
