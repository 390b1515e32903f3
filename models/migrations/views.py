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
_NEWEST = "(SELECT MAX(n.as_of) FROM measurements n WHERE n.authority_code = m.authority_code)"

VIEWS = {
    "kpi_definitions": ("Every measure with its definition, and what is not measured with the reason.", _DEFINITIONS),
    "kpi": (
        "Every measurement that is kept: of the newest night, and of the last night of each month before.",
        f"SELECT m.as_of, {_FIGURES} FROM measurements m {_NAMED}",
    ),
    "kpi_latest": (
        "The measurements of the newest night of each authority.",
        f"SELECT m.as_of, {_FIGURES} FROM measurements m {_NAMED} WHERE m.as_of = {_NEWEST}",
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
