"""Where the days go: who held the cases that had their plan in the last twelve months."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Figure, Section, Table
from models.measures.disclosure import rounded
from models.queries.holding.pathway import HOLDERS
from models.words import counted

TITLE = "Where the days go"
HALF_A_DAY = 0.5


class Held(NamedTuple):
    """What one holder had of a case, on average over the plans: days, and those of them past the twenty weeks."""

    holder: str
    days: float
    over: float


def section(material: Material) -> Section:
    """Days on average by holder, and those of them past the twenty weeks."""
    ids = _with_plan(material)
    plans, least = len(ids), material.practice.publication.suppress_below if material.is_published else 1
    found, whole = _held(material, ids, least)
    shown = [x for x in found if x.days >= HALF_A_DAY]
    if not shown or plans < least:
        few = "Too few plans were" if plans else "No plan was"
        return Section("days", TITLE, (f"{few} sent in the last twelve months.",))
    number = rounded(plans, material.practice.publication) if material.is_published else plans
    return Section(
        key="days",
        title=TITLE,
        words=(
            (
                f"Each day of a case has one holder. A plan sent in the last twelve months took {whole.days:.0f} days "
                f"on average, {whole.over:.0f} of them past the twenty weeks."
            ),
        ),
        figures=(
            _figure(material, f"Days held by each, on average over {counted(int(number), 'plan')}", found, whole),
        ),
        notes=(
            "A day says who could act, and not whose fault it was.",
            "A plan whose request has no date, or a later one, has no days and is left out.",
        ),
    )


def _with_plan(material: Material) -> NDArray[np.int64]:
    """The cases of the plans of the last twelve months, as the headline counts them, that have days to be told of.

    A plan whose request has no date would be one that took no time at all.
    """
    case = material.frames.case
    since, until = (np.datetime64(day, "D") for day in material.last_twelve_months)
    sent = case["final_plan_sent_on"].to_numpy().astype("datetime64[D]")
    issued = (case["plan_outcome"] == "Y").to_numpy()
    found = case["case_id"].to_numpy()[issued & (sent >= since) & (sent <= until)]
    return found[np.isin(found, material.ledger.case_id)]


def _held(material: Material, ids: NDArray[np.int64], least: int) -> tuple[list[Held], Held]:
    """What each holder had, most first, those of fewer cases left out; and what all of them had together."""
    ledger, plans, size = material.ledger, max(len(ids), 1), len(HOLDERS)
    chosen = np.isin(ledger.case_id, ids)
    days, over = (
        np.bincount(ledger.holder[chosen], column[chosen], minlength=size) for column in (ledger.days, ledger.days_over)
    )
    cases = [len(np.unique(ledger.case_id[chosen & (ledger.holder == place)])) for place in range(size)]
    names = list(HOLDERS.values())
    order = [place for place in np.argsort(-days) if days[place] and cases[place] >= least]
    found = [Held(names[place], days[place] / plans, over[place] / plans) for place in order]
    return found, Held("", days.sum() / plans, over.sum() / plans)


def _figure(material: Material, title: str, found: Sequence[Held], whole: Held) -> Figure:
    rows: list[Row] = [
        {"label": _short(x.holder), "value": x.days, "inner": x.days - x.over, "text": _days(x.days, x.over)}
        for x in found
        if x.days >= HALF_A_DAY
    ]
    return Figure(
        key="holders",
        title=title,
        words=(
            f"Plans sent {words.span(*material.last_twelve_months)}. Filled: days within the twenty weeks; outlined: "
            "days past them, whoever's own limit was kept. Holders of less than half a day are in the table only."
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
                (_beginning(x.holder), f"{x.days:.1f}", f"{x.over:.1f}", words.percent(x.days / whole.days))
                for x in found
            ],
        ),
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
