"""The views that Power BI and other programs read: the measures with their titles, the newest first in mind.

Each is documented in `docs/how-to/measures.md`; their columns are a promise, and a test holds them to it.
"""

from sqlalchemy import Connection, text

_FIGURES = (
    "m.authority_code, m.measure, COALESCE(d.title, m.measure) AS title, d.family, d.unit, d.better, d.dfe, m.basis, "
    "m.period, m.period_from, m.period_to, m.dimension, m.group_name, m.numerator, m.denominator, m.value, "
    "CASE WHEN d.unit = 'share' THEN ROUND(CAST(100 * m.value AS NUMERIC), 1) END AS percent"
)
_NAMED = "LEFT JOIN measure_definitions d ON d.measure = m.measure"
_DEFINITIONS = (
    "SELECT measure, title, meaning, family, record, unit, bases, dimensions, better, dfe, citation, owner, "
    "changed_on, why_not, version FROM measure_definitions"
)
_SNAPSHOTS = (
    f"SELECT s.month, s.version, s.as_of, s.frozen_at, s.reason, {_FIGURES} "
    f"FROM snapshot_values m JOIN snapshots s ON s.id = m.snapshot_id {_NAMED} "
    "WHERE s.version = (SELECT MAX(n.version) FROM snapshots n WHERE n.month = s.month)"
)
_MEASUREMENTS = (
    "SELECT s.as_of, s.authority_code, s.measure, s.basis, p.period, p.period_from, p.period_to, s.dimension, "
    "s.group_name, f.numerator, f.denominator, "
    "CASE WHEN f.denominator IS NULL THEN f.numerator ELSE f.numerator / NULLIF(f.denominator, 0) END AS value "
    "FROM measurement_series s JOIN measurement_figures f ON f.series_id = s.id "
    "JOIN measurement_periods p ON p.id = f.period_id"
)
_NEWEST = (
    "JOIN (SELECT authority_code, MAX(as_of) AS as_of FROM measurement_series GROUP BY authority_code) n "
    "ON n.authority_code = m.authority_code AND n.as_of = m.as_of"
)

VIEWS = {
    "measurements": ("Every measurement that is kept, without what its measure means.", _MEASUREMENTS),
    "kpi_definitions": ("Every measure with its definition, and what is not measured with the reason.", _DEFINITIONS),
    "kpi": (
        "Every measurement that is kept: of the newest night, and of the last night of each month before.",
        f"SELECT m.as_of, {_FIGURES} FROM measurements m {_NAMED}",
    ),
    "kpi_latest": (
        "The measurements of the newest night of each authority.",
        f"SELECT m.as_of, {_FIGURES} FROM measurements m {_NAMED} {_NEWEST}",
    ),
    "kpi_snapshots": ("The measurements of each month as frozen, in the newest version of each.", _SNAPSHOTS),
}
"""Per view, what it shows and the query that makes it."""


def create_views(connection: Connection) -> None:
    """Make every view."""
    for name, (meaning, query) in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {query}"))
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"COMMENT ON VIEW {name} IS '{meaning}'"))
