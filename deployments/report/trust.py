"""How far the report can be relied on: the findings on the data, the night behind it, and what every figure means."""

from collections import Counter

from deployments.report import words
from deployments.report.material import Material
from deployments.report.page import Section, Table, Term
from deployments.report.values import SUPPRESSED
from models.measures.disclosure import rounded
from models.measures.quality.catalogue import rules
from models.measures.schema import BASES, Condition, Measure
from models.words import counted


def quality(material: Material) -> Section:
    """What the data-quality rules found, by rule and owner, with its age."""
    if material.is_published:
        return Section("quality", "Quality of the data", (f"{_few(material)} findings on the data are open.",))
    found = Counter((x.rule, x.owner) for x in material.findings)
    oldest = {key: max(x.days for x in material.findings if (x.rule, x.owner) == key) for key in found}
    titles = {key: rule.title for key, rule in rules().items()}
    rows = [
        (
            titles.get(rule, words.sentence(rule)),
            words.sentence(owner),
            words.number(number),
            f"{oldest[rule, owner]:,}",
        )
        for (rule, owner), number in found.most_common()
    ]
    return Section(
        key="quality",
        title="Quality of the data",
        words=(
            f"{_open(sum(found.values()))} A missing or contradictory date weakens every figure it is part of."
            if found
            else "No findings are open, or the rules have not been run for this day.",
        ),
        tables=(Table("Open findings", ("What is wrong", "Who can mend it", "Findings", "Oldest, days"), rows),)
        if rows
        else (),
    )


def _open(number: int) -> str:
    return f"{counted(number, 'finding is', 'findings are')} open."


def _few(material: Material) -> str:
    """How many findings are open, as it may be published: rounded, and only that they are few where they are."""
    policy, number = material.practice.publication, len(material.findings)
    is_few = 0 < number < policy.suppress_below
    return f"Fewer than {policy.suppress_below}" if is_few else words.number(rounded(number, policy))


def night(material: Material) -> Section:
    """The certificate of the newest night."""
    found = material.certificate
    watched = [x for x in found.duties if x.records or x.evaluated]
    # Exact, so it is not for publication.
    over = "" if material.is_published else f" over {words.number(sum(x.records for x in watched))} records"
    sources = Table(
        "Where the records come from",
        ("Authority", "Extract made (UTC)", "Days ago", "Rows set aside", "Open cases missing"),
        [
            (
                x.authority_code,
                x.made_at or words.NONE,
                words.NONE if x.days is None else str(x.days),
                words.number(x.quarantined),
                words.number(x.missing_open_cases),
            )
            for x in found.sources
            if x.authority_code == material.authority_code
        ],
    )
    return Section(
        key="night",
        title="The night behind this report",
        words=(
            f"The certificate of the night of {words.day(material.as_of)} is complete: every record was evaluated by "
            "every duty."
            if found.is_complete
            else f"The certificate of the night of {words.day(material.as_of)} is not complete.",
        ),
        # They too are exact.
        points=() if material.is_published else found.faults,
        tables=() if material.is_published else (sources,),
        notes=(
            (
                f"{len(watched)} duties were evaluated{over}. "
                f"Law as of register {found.register_version}; definitions {material.catalogue_version}."
            ),
        ),
    )


def definitions(material: Material) -> Section:
    """Every figure that the report uses, with its numerator, denominator and cohort."""
    used = sorted(material.values.used.values(), key=lambda x: x.title)
    return Section(
        key="definitions",
        title="What every figure means",
        words=(
            (
                f"All figures are as at {words.day(material.as_of)}: a fact dated later does not count. A share of "
                f"fewer than {words.FEW} is marked few: one case more or less would move it by ten points."
            ),
        ),
        terms=tuple(_term(x) for x in used),
    )


def disclosure(material: Material) -> Section:
    """What was kept back, or that nothing was."""
    below = material.practice.publication.suppress_below
    if material.is_published:
        said = (
            f"This version is for publication. A number of children from 1 to {below - 1} is kept back, with others "
            f"from which it could be worked out; {SUPPRESSED} stands in its place. Counts are rounded to the nearest "
            f"{material.practice.publication.round_counts_to}, and percentages are of the rounded counts. What tells "
            "of single bodies, or of one record, is left out."
        )
    else:
        said = (
            "This version is for the authority and its partners. It holds counts of a few children, from which "
            "somebody who knows them could learn something: do not publish it. ehc report --published makes the "
            "version with small numbers left out."
        )
    return Section(key="disclosure", title="Before you pass it on", words=(said,))


def _term(measure: Measure) -> Term:
    basis = "; ".join(BASES[x] for x in measure.basis)
    facts = [("Of", _conditions(measure.cohort))]
    if measure.counted:
        facts.append(("Counted", _conditions(measure.counted)))
    facts.append(("Falls into a period", basis))
    if measure.dfe:
        facts.append(("The DfE's own", measure.dfe))
    if measure.citation:
        facts.append(("Rests on", measure.citation))
    facts.append(("Owner", measure.owner))
    return Term(measure.title, measure.meaning, tuple(facts))


_SAID = {
    "is": "is {value}",
    "is_not": "is not {value}",
    "is_in": "is one of {value}",
    "is_not_in": "is none of {value}",
    "known": "is known",
    "passed": "has passed",
    "not_after": "is not after {value}",
    "at_most": "is at most {value}",
    "more_than": "is more than {value}",
}


def _conditions(found: tuple[Condition, ...]) -> str:
    return "; ".join(_condition(x) for x in found) or "every row"


def _condition(found: Condition) -> str:
    column = words.plain(found.column.replace(".", ": "))
    if found.value is False and found.test in {"known", "passed"}:
        return f"{column} {_SAID[found.test].replace('is', 'is not', 1).replace('has', 'has not', 1)}"
    value = found.value
    if isinstance(value, tuple):
        value = ", ".join(words.plain(x) or "empty" for x in value)
    elif isinstance(value, bool):
        value = "true" if value else "false"
    return f"{column} {_SAID[found.test].format(value=words.plain(str(value)) or 'empty')}"
