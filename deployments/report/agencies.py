"""Who owes advice, and how timely it is."""

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Figure, Section, Table
from deployments.report.values import Value, most_first

DUE = "advice_due_in_time"
OUTSTANDING = "advice_outstanding"
OVERDUE = "advice_overdue"
MOST_PROVIDERS = 12


def section(material: Material) -> Section:
    """Advice within six weeks by agency and by body, and what is outstanding."""
    values = material.values
    whole = values.one(DUE, "rolling_year")
    in_time = whole.text if whole and whole.denominator != 0 else "no request's six weeks ran out"
    by_agency = values.newest(DUE, "rolling_year", dimension="agency")
    return Section(
        key="agencies",
        title="Advice from the agencies",
        words=(
            (
                "No national figure says how timely advice is. Ours counts the requests whose six weeks ran out, not "
                f"the replies that came. In the last twelve months: {in_time}."
            ),
        ),
        figures=(_figure(by_agency, material),) if by_agency else (),
        tables=tuple(x for x in (_outstanding(material), _providers(material)) if x.rows),
        notes=("A reply that the child is not known to the service counts only with the name of whoever says so.",),
    )


def _figure(found: list[Value], material: Material) -> Figure:
    ordered = sorted(found, key=lambda x: -(x.value or 0))
    target = material.targets.advice_in_time
    rows: list[Row] = [
        {"label": words.sentence(x.group), "value": x.value or 0, "text": x.text.replace(", few", "")} for x in ordered
    ]
    title = f"Advice within six weeks by agency, {words.span(ordered[0].first, ordered[0].last)}"
    aim = "" if target == material.every else f" The dashed line is the target of {target}%."
    return Figure(
        key="advice",
        title=title,
        words=f"Of the requests whose six weeks ran out, those answered by then.{aim}",
        picture=picture(
            lambda width: charts.levels(rows, width, lines=[{"value": target / 100}] if aim else [], top=1.0),
            key="advice",
            title=title,
            description="; ".join(f"{row['label']} {row['text']}" for row in rows) + ".",
        ),
        table=Table(title, ("Agency", "In time"), [(str(row["label"]), str(row["text"])) for row in rows]),
    )


def _outstanding(material: Material) -> Table:
    late = {x.group: x for x in material.values.newest(OVERDUE, "day", dimension="agency")}
    return Table(
        f"Advice outstanding in open cases on {words.day(material.as_of)}",
        ("Agency", "Outstanding", "Of these overdue"),
        [
            (words.sentence(x.group), x.text, late[x.group].text if x.group in late else words.NONE)
            for x in sorted(material.values.newest(OUTSTANDING, "day", dimension="agency"), key=most_first)
        ],
    )


def _providers(material: Material) -> Table:
    if material.is_published:
        return Table("", (), ())
    late = {x.group: x for x in material.values.newest(OVERDUE, "day", dimension="provider")}
    found = material.values.newest(DUE, "rolling_year", dimension="provider")
    ordered = sorted(found, key=lambda x: -(x.denominator or 0))
    rest = len(ordered) - MOST_PROVIDERS
    more = f", the {MOST_PROVIDERS} asked most of {len(ordered)}" if rest > 0 else ""
    return Table(
        f"The last twelve months by body asked{more}",
        ("Body", "Advice in time", "Overdue now, of what is outstanding"),
        [(x.group, x.text, late[x.group].text if x.group in late else words.NONE) for x in ordered[:MOST_PROVIDERS]],
    )
