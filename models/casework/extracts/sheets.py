"""How each sheet of an extract becomes records: its table, what identifies a row, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.importers.contract import contract

CASE_KEY = ("authority_code", "case_ref")


@dataclass(frozen=True)
class SheetPlan:
    """One sheet: `identity` are the columns that tell rows of one owner apart, `values` all columns stored.

    The owner is a case (`of_case`), or the authority. `numbered` sheets tell equal rows apart by their place
    among the rows of the case. `sparse` columns are stored as "" and not NULL where unknown.
    """

    sheet: str
    table: str
    record: str
    of_case: bool
    identity: tuple[str, ...]
    values: tuple[str, ...]
    dates: frozenset[str]
    sparse: frozenset[str]

    @property
    def numbered(self) -> bool:
        """True if rows are numbered within their case."""
        return "number" in self.identity


def _plan(sheet: str, record: str, identity: tuple[str, ...], *, of_case: bool) -> SheetPlan:
    columns = contract()[sheet].columns
    owner = CASE_KEY if of_case else ("authority_code",)
    named = tuple(column.name for column in columns if column.name not in owner)
    numbers = tuple(name for name in identity if name not in named)
    return SheetPlan(
        sheet=sheet,
        table=sheet,
        record=record,
        of_case=of_case,
        identity=identity,
        values=numbers + named,
        dates=frozenset(column.name for column in columns if column.type == "date"),
        sparse=frozenset({"body", "team"} & set(identity)),
    )


def plans() -> Mapping[str, SheetPlan]:
    """The plan of each sheet, in the order in which they are taken in: cases before what hangs on them."""
    found = (
        _plan("advice", "advice", ("kind", "body", "number"), of_case=True),
        _plan("exceptions", "exception", ("number",), of_case=True),
        _plan("orders", "order", ("number",), of_case=True),
        _plan("reviews", "review", ("review_number",), of_case=True),
        _plan("transfers", "transfer", ("transfer_number",), of_case=True),
        _plan("closures", "closure", ("setting_urn", "closed_from"), of_case=False),
        _plan("panels", "panel", ("panel", "held_on"), of_case=False),
        _plan("people", "person", ("team", "role", "name"), of_case=False),
    )
    cases = _plan("cases", "case", ("case_ref",), of_case=False)
    return {plan.sheet: plan for plan in (cases, *found)}
