"""A definition in words: what is counted, of what, and by whose rule."""

from collections.abc import Iterator

from models.measures.catalogue import Catalogue
from models.measures.schema import BASES, UNITS, Condition, Measure

_TESTS = {
    "is": "is {}",
    "is_not": "is not {}",
    "is_in": "is one of {}",
    "is_not_in": "is none of {}",
    "not_after": "is not after {}",
    "at_most": "is at most {}",
    "more_than": "is more than {}",
}


def definition(measure: Measure, catalogue: Catalogue) -> Iterator[str]:
    """The lines that say what a measure is."""
    yield measure.title
    yield measure.meaning
    yield ""
    for name, words in parts(measure, catalogue):
        yield f"{name + ':':<14} {words}"


def parts(measure: Measure, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The parts of a definition, named, those left out that say nothing."""
    apart = ", ".join(catalogue.dimensions[x].title.lower() for x in measure.dimensions)
    said = {
        "key": measure.key,
        "unit": f"{measure.unit}: {UNITS[measure.unit]}",
        "cohort": f"{_rows(measure)} where {_all(measure.cohort)}",
        "counted": _all(measure.counted),
        "total": f"the sum of `{measure.total}`" if measure.total else "",
        "by": "; ".join(
            f"{name}, {BASES[name]}" + (f" (`{column}`)" if column else "") for name, column in measure.basis.items()
        ),
        "told apart by": apart,
        "better": "" if measure.better == "neither" else measure.better,
        "target": f"the practice's `{measure.target}`" if measure.target else "",
        "DfE": measure.dfe,
        "source": measure.citation,
        "owner": measure.owner,
        "changed": measure.changed_on.isoformat(),
    }
    return ((name, words) for name, words in said.items() if words)


def _rows(measure: Measure) -> str:
    return "requests for advice" if measure.record == "advice" else f"{measure.record}s"


def _all(conditions: tuple[Condition, ...]) -> str:
    return " and ".join(f"`{x.column}` {_test(x)}" for x in conditions)


def _test(condition: Condition) -> str:
    if condition.test in ("known", "passed"):
        words = {"known": "known", "passed": "past"}[condition.test]
        return f"is {words}" if condition.value else f"is not {words}"
    value = condition.value
    if isinstance(value, tuple):
        return _TESTS[condition.test].format(", ".join(value))
    if isinstance(value, bool):
        return "is true" if value else "is false"
    shown = f"`{value}`" if condition.test == "not_after" else (str(value) or "empty")
    return _TESTS[condition.test].format(shown)
