"""Who owes advice and how timely it is, and who held the cases while the days went by."""

import numpy as np

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Figure, Section, Table
from deployments.report.values import Value
from models.measures.disclosure import rounded
from models.queries.holding.pathway import HOLDERS

DUE = "advice_due_in_time"
OUTSTANDING = "advice_outstanding"
OVERDUE = "advice_overdue"
MOST_PROVIDERS = 12
HALF_A_DAY = 0.5


def section(material: Material) -> Section:
    """Advice within six weeks by agency and by body, and what is outstanding."""
    values = material.values
    whole = values.one(DUE, "rolling_year")
    by_agency = values.newest(DUE, "rolling_year", dimension="agency")
    return Section(
        key="agencies",
        title="Advice from the agencies",
        words=(
            (
                "No national figure says how timely advice is. Ours counts the requests whose six weeks ran out, not "
                f"the replies that came. In the last twelve months: {whole.text if whole else words.NONE}."
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
            for x in material.values.newest(OUTSTANDING, "day", dimension="agency")
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


def days(material: Material) -> Section:
    """Who held the cases that had their plan in the last twelve months: days on average, and days past the limit."""
    case = material.frames.case
    since, until = material.last_twelve_months
    sent = case["final_plan_sent_on"].to_numpy().astype("datetime64[D]")
    # The plans of the headline: one that its source calls withdrawn is not among them.
    issued = (case["plan_outcome"] == "Y").to_numpy()
    wanted = issued & (sent >= np.datetime64(since, "D")) & (sent <= np.datetime64(until, "D"))
    ids = case["case_id"].to_numpy()[wanted]
    ledger = material.ledger
    chosen = np.isin(ledger.case_id, ids)
    plans = len(ids)
    size = len(HOLDERS)
    held, over = (
        np.bincount(ledger.holder[chosen], column[chosen], minlength=size) for column in (ledger.days, ledger.days_over)
    )
    least = material.practice.publication.suppress_below if material.is_published else 1
    cases = [len(np.unique(ledger.case_id[chosen & (ledger.holder == place)])) for place in range(size)]
    order = [place for place in np.argsort(-held) if held[place] and cases[place] >= least]
    names = list(HOLDERS.values())
    rows: list[Row] = [
        {
            "label": _short(names[place]),
            "value": held[place] / plans,
            "inner": (held[place] - over[place]) / plans,
            "text": _days(held[place] / plans, over[place] / plans),
        }
        for place in order
        if held[place] / plans >= HALF_A_DAY
    ]
    if not rows or plans < least:
        return Section(
            key="days", title="Where the days go", words=("Too few plans were sent in the last twelve months.",)
        )
    shown = rounded(plans, material.practice.publication) if material.is_published else plans
    title = f"Days held by each, on average over {words.number(shown)} plans"
    whole, late = held.sum() / plans, over.sum() / plans
    return Section(
        key="days",
        title="Where the days go",
        words=(
            (
                f"Each day of a case has one holder. A plan sent in the last twelve months took {whole:.0f} days on "
                f"average, {late:.0f} of them past the twenty weeks."
            ),
        ),
        figures=(
            Figure(
                key="holders",
                title=title,
                words=(
                    f"Plans sent {words.span(since, until)}. Filled: days within the twenty weeks; outlined: days past "
                    "them, whoever's own limit was kept. Holders of less than half a day are in the table only."
                ),
                picture=picture(
                    lambda width: charts.levels(rows, width),
                    key="holders",
                    title=title,
                    description="; ".join(f"{row['label']}: {row['text']}" for row in rows) + ".",
                ),
                table=Table(
                    title,
                    ("Holder", "Days", "Of these past the twenty weeks", "Share of the days"),
                    [
                        (
                            _beginning(names[place]),
                            f"{held[place] / plans:.1f}",
                            f"{over[place] / plans:.1f}",
                            words.percent(held[place] / held.sum()),
                        )
                        for place in order
                    ],
                ),
            ),
        ),
        notes=("A day says who could act, and not whose fault it was.",),
    )


def _days(held: float, over: float) -> str:
    past = f", {over:.0f} past week 20" if over >= HALF_A_DAY else ""
    return f"{held:.0f} {'day' if round(held) == 1 else 'days'}{past}"


def _beginning(name: str) -> str:
    return name[:1].upper() + name[1:]


def _short(name: str) -> str:
    """The name of a holder for the side of a chart: who, and of the authority what for."""
    who, _, what = name.removeprefix("the ").partition(", ")
    return _beginning(f"{who}: {what.removeprefix('with ')}" if who == "authority" else who)
