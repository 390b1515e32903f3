"""Reads the definitions: `definitions/*.toml`, one file a family, refused where they say what cannot be measured."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from models.errors import MeasuresError, NotFoundError
from models.measures.columns import Column
from models.measures.entry import Entry
from models.measures.frames import KINDS
from models.measures.schema import BASES, BETTER, UNITS, Condition, Dimension, Measure, NotMeasured
from models.measures.vocabulary import vocabulary
from models.practice.schema import TargetsPolicy

EXCLUDING = "_excluding_exceptions"
"""What the key of a measure ends with when cases with an exception are left out of it."""

_DIMENSIONS = "dimensions.toml"
_MEASURE_KEYS = ("record", "owner", "changed_on", "dimensions")


@dataclass(frozen=True)
class Catalogue:
    """Every definition, in the order of the files; `version` changes whenever any of them does."""

    measures: tuple[Measure, ...]
    dimensions: Mapping[str, Dimension]
    not_measured: tuple[NotMeasured, ...]
    version: str

    def measure(self, key: str) -> Measure:
        """The definition of that key.

        Raises:
            NotFoundError: there is none; the error names those that are near, else all, or why it is not measured.
        """
        for measure in self.measures:
            if measure.key == key:
                return measure
        left_out = next((x.why for x in self.not_measured if x.key == key), "")
        keys = sorted(x.key for x in self.measures)
        near = _near(key, keys)
        raise NotFoundError(
            f"There is no measure called {key!r}.",
            why=left_out or "The definitions do not have it.",
            remedy=f"Near it: {', '.join(near)}." if near else f"Choose one of: {', '.join(keys)}.",
        )


def _near(word: str, keys: Sequence[str]) -> list[str]:
    """The keys that may have been meant: those that begin with the word, else that hold it, else that look like it.

    Of a measure and its twin without exceptions the first two name only the one.
    """
    plain = [key for key in keys if word and not key.endswith(EXCLUDING)]
    return (
        [key for key in plain if key.startswith(word)]
        or [key for key in plain if word in key]
        or get_close_matches(word, keys)
    )


@cache
def load_catalogue() -> Catalogue:
    """The definitions shipped with the product."""
    return read_catalogue(files("models.measures").joinpath("definitions"))


def read_catalogue(folder: Traversable) -> Catalogue:
    """The definitions in a folder; MeasuresError says what is wrong with them."""
    digest = hashlib.sha256()
    documents: dict[str, dict[str, Any]] = {}
    for path in sorted((x for x in folder.iterdir() if x.name.endswith(".toml")), key=lambda x: x.name):
        content = path.read_bytes()
        digest.update(content)
        documents[path.name] = _parse(path.name, content)
    dimensions = _dimensions(documents.pop(_DIMENSIONS, {}))
    measures: dict[str, Measure] = {}
    not_measured: dict[str, NotMeasured] = {}
    for name, document in documents.items():
        family = name.removesuffix(".toml")
        common = {key: document.pop(key) for key in _MEASURE_KEYS if key in document}
        for entry in _entries(name, document, "measure", common):
            for measure in _measures(entry, family, dimensions):
                if measure.key in measures:
                    raise entry.refuse("key", f"{measure.key!r} is defined twice", "keep one of the two")
                measures[measure.key] = measure
        for entry in _entries(name, document, "not_measured", {}):
            left_out = NotMeasured(entry.text("key"), entry.text("title"), entry.text("why"))
            entry.finish()
            if left_out.key in not_measured or left_out.key in measures:
                raise entry.refuse("key", f"{left_out.key!r} is there twice", "keep one of the two")
            not_measured[left_out.key] = left_out
        Entry(name, "", document, {}).finish()
    return Catalogue(tuple(measures.values()), dimensions, tuple(not_measured.values()), digest.hexdigest()[:8])


def _parse(name: str, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MeasuresError(
            "A file of measures cannot be read.", where=name, why=f"{error}.", remedy="Correct the TOML at that place."
        ) from None


def _entries(name: str, document: dict[str, Any], key: str, common: Mapping[str, Any]) -> list[Entry]:
    found = document.pop(key, [])
    if not isinstance(found, list) or not all(isinstance(x, dict) for x in found):
        raise Entry(name, "", {}, {}).refuse(key, "it is not a list of tables", f"write [[{key}]] before each")
    return [Entry(name, f"{key}[{x.get('key', number)}]", x, common) for number, x in enumerate(found, 1)]


def _dimensions(document: dict[str, Any]) -> dict[str, Dimension]:
    found: dict[str, Dimension] = {}
    for entry in _entries(_DIMENSIONS, document, "dimension", {}):
        dimension = Dimension(
            entry.text("key"),
            entry.text("title"),
            entry.text("column"),
            entry.table("labels"),
            entry.numbers("bands"),
            entry.flag("by_month"),
        )
        entry.finish()
        kinds = ("number",) if dimension.bands else ("word",)
        if not any(dimension.column in columns for columns in vocabulary().values()):
            raise entry.refuse("column", f"no frame has a column {dimension.column!r}", "correct its spelling")
        for columns in vocabulary().values():
            if dimension.column in columns:
                entry.column("column", dimension.column, columns, *kinds)
        if dimension.key in found:
            raise entry.refuse("key", f"{dimension.key!r} is defined twice", "keep one of the two")
        found[dimension.key] = dimension
    Entry(_DIMENSIONS, "", document, {}).finish()
    return found


def _measures(entry: Entry, family: str, dimensions: Mapping[str, Dimension]) -> list[Measure]:
    """The measure of an entry, and the same without exceptions where the entry says what one is."""
    record = entry.one_of("record", KINDS)
    columns = vocabulary()[record]
    without = entry.conditions("without_exceptions", columns)
    dfe_without = entry.text("dfe_without", "")
    measure = Measure(
        key=entry.text("key"),
        title=entry.text("title"),
        meaning=entry.text("meaning"),
        family=family,
        record=record,
        unit=entry.one_of("unit", UNITS),
        cohort=entry.conditions("cohort", columns),
        counted=entry.conditions("counted", columns),
        total=_total(entry, columns),
        basis=_basis(entry, columns),
        dimensions=_told_apart(entry, columns, dimensions),
        better=entry.one_of("better", BETTER, "neither"),
        target=entry.one_of("target", ("", *TargetsPolicy.model_fields), ""),
        dfe=entry.text("dfe", ""),
        citation=entry.text("citation", ""),
        owner=entry.text("owner"),
        changed_on=entry.day("changed_on"),
    )
    entry.finish()
    _agrees(entry, measure)
    return [measure, _left_out(measure, without, dfe_without)] if without else [measure]


def _agrees(entry: Entry, measure: Measure) -> None:
    if measure.unit == "share" and not measure.counted:
        raise entry.refuse("counted", "a share needs to know what is counted", "add counted, or make it a count")
    if measure.unit != "share" and measure.counted:
        raise entry.refuse("counted", f"a {measure.unit} counts its whole cohort", "move the conditions to cohort")
    if measure.unit == "mean" and not measure.total:
        raise entry.refuse("total", "a mean needs a column of numbers", 'add total = "weeks_to_plan"')
    if measure.unit == "share" and measure.total:
        raise entry.refuse("total", "a share counts rows", "take it out, or make it a mean")


def _left_out(measure: Measure, without: tuple[Condition, ...], dfe: str) -> Measure:
    return replace(
        measure,
        key=measure.key + EXCLUDING,
        title=f"{measure.title}, exceptions left out",
        meaning=f"{measure.meaning} Cases with an exception are left out altogether.",
        cohort=measure.cohort + without,
        dfe=dfe,
    )


def _total(entry: Entry, columns: Mapping[str, Column]) -> str:
    name = entry.text("total", "")
    if name:
        entry.column("total", name, columns, "number")
    return name


def _basis(entry: Entry, columns: Mapping[str, Column]) -> dict[str, str]:
    found = entry.table("basis")
    if not found:
        raise entry.refuse("basis", "it is missing", 'write basis = { issued = "final_plan_sent_on" }')
    for name, column in found.items():
        if name not in BASES:
            raise entry.refuse(f"basis.{name}", "it is no basis that is known", f"write one of {', '.join(BASES)}")
        if name == "open" and (column or len(found) > 1):
            raise entry.refuse("basis", "what is open now has no date", 'write basis = { open = "" } and no other')
        if name != "open":
            entry.column(f"basis.{name}", column, columns, "date")
    return found


def _told_apart(entry: Entry, columns: Mapping[str, Column], dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    found = entry.texts("dimensions", ())
    for name in found:
        if name not in dimensions:
            raise entry.refuse(
                "dimensions", f"there is no dimension {name!r}", f"write one of {', '.join(sorted(dimensions))}"
            )
        if dimensions[name].column not in columns:
            raise entry.refuse(
                "dimensions", f"its rows have no column {dimensions[name].column!r}", f"take {name!r} out"
            )
    if len(set(found)) < len(found):
        raise entry.refuse("dimensions", "one is there twice", "name each once")
    return found
