"""A measurement in words."""

from models.measures.catalogue import Catalogue
from models.queries.kpi import KpiRow


def figure(row: KpiRow, catalogue: Catalogue) -> str:
    """The value as a person reads it: "46.1%", "1,204", "25.6"; "nothing to measure" where there is none."""
    if row.value is None:
        return "nothing to measure"
    unit = catalogue.measure(row.measure).unit
    if unit == "share":
        return f"{100 * row.value:.1f}%"
    return f"{row.value:,.0f}" if unit == "count" else f"{row.value:,.1f}"
