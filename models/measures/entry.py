"""One table of a file of measures, read key by key and checked against the columns there are."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.errors import MeasuresError
from models.measures.columns import Column
from models.measures.schema import TESTS, Condition, Value


class Entry:
    """One table of a file, read key by key; whatever is left over is refused, so no misspelt key passes unseen."""

    def __init__(self, file: str, path: str, values: Mapping[str, Any], under: Mapping[str, Any]) -> None:
        self._file, self._path = file, path
        self._left = dict(values)
        self._under = under

    def refuse(self, key: str, why: str, remedy: str) -> MeasuresError:
        """The error for one key, naming the file and the place in it."""
        where = ".".join(part for part in (self._path, key) if part)
        return MeasuresError(
            "A definition of a measure cannot be accepted.",
            where=f"{self._file}, {where}",
            why=f"{why}.",
            remedy=f"{remedy[0].upper()}{remedy[1:]}.",
        )

    def text(self, key: str, default: str | None = None) -> str:
        """A text, or the default, or what the file says for all its measures."""
        value = self._take(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.refuse(key, "it is not a text", f'write {key} = "..."')
        return value

    def one_of(self, key: str, allowed: Mapping[str, Any] | tuple[str, ...], default: str | None = None) -> str:
        """One of the allowed words."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.refuse(key, f"{value!r} is not a word that is known here", f"write one of {', '.join(allowed)}")
        return value

    def day(self, key: str) -> date:
        """A date."""
        value = self._take(key, None)
        if type(value) is not date:
            raise self.refuse(key, "it is not a date", f"write {key} = 2026-11-22, without quotes")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self._take(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(x, str) and x for x in value):
            raise self.refuse(key, "it is not a list of names", f'write {key} = ["..."]')
        return tuple(value)

    def numbers(self, key: str) -> tuple[int, ...]:
        """Whole numbers that rise; none if the key is absent."""
        value = self._take(key, ())
        if not isinstance(value, list | tuple) or not all(type(x) is int and x > 0 for x in value):
            raise self.refuse(key, "it is not a list of whole numbers above zero", f"write {key} = [4, 12]")
        if sorted(set(value)) != list(value):
            raise self.refuse(key, "the numbers do not rise", "put the ends of the bands in order, each once")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """True or false; true where the key is absent."""
        value = self._take(key, True)
        if not isinstance(value, bool):
            raise self.refuse(key, "it is neither true nor false", f"write {key} = false")
        return value

    def table(self, key: str) -> dict[str, str]:
        """A table of texts; empty if the key is absent."""
        value = self._take(key, {})
        if not isinstance(value, dict) or not all(isinstance(x, str) for x in value.values()):
            raise self.refuse(key, "it is not a table of texts", f'write {key} = {{ name = "..." }}')
        return dict(value)

    def conditions(self, key: str, columns: Mapping[str, Column]) -> tuple[Condition, ...]:
        """Conditions on declared columns, each of one test; none if the key is absent."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(x, dict) for x in value):
            raise self.refuse(
                key, "it is not a list of conditions", f'write {key} = [{{ column = "...", is = "..." }}]'
            )
        return tuple(self._condition(key, x, columns) for x in value)

    def column(self, key: str, name: str, columns: Mapping[str, Column], *kinds: str) -> Column:
        """A declared column of one of the kinds."""
        if name not in columns:
            near = ", ".join(sorted(columns))
            raise self.refuse(key, f"there is no column {name!r}", f"choose one of {near}")
        if columns[name].kind not in kinds:
            raise self.refuse(
                key,
                f"{name!r} is a column of {columns[name].kind}s",
                f"choose a column of {' or '.join(f'{x}s' for x in kinds)}, or another test",
            )
        return columns[name]

    def finish(self) -> None:
        """Refuse whatever has not been asked for."""
        for key in self._left:
            raise self.refuse(key, "it is not a key that is known here", "remove it or correct its spelling")

    def _condition(self, key: str, given: Mapping[str, Any], columns: Mapping[str, Column]) -> Condition:
        tests = [name for name in given if name != "column"]
        if "column" not in given or len(tests) != 1:
            raise self.refuse(
                key, "a condition is a column and one test", 'write { column = "weeks_to_plan", at_most = 20 }'
            )
        (test,) = tests
        if test not in TESTS:
            raise self.refuse(key, f"{test!r} is not a test", f"write one of {', '.join(TESTS)}")
        name, value = str(given["column"]), given[test]
        column = self.column(key, name, columns, *TESTS[test])
        if test in ("known", "passed") or column.kind == "flag":
            self._must(key, isinstance(value, bool), f"{test} of {name!r} is true or false", "write true or false")
        elif test == "not_after":
            self.column(key, str(value), columns, "date")
        elif column.kind == "number":
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            self._must(key, is_number, f"{value!r} is not a number", "write a number, without quotes")
        else:
            return Condition(name, test, self._words(key, name, test, value, column))
        return Condition(name, test, value)

    def _words(self, key: str, name: str, test: str, value: object, column: Column) -> Value:
        many = test in ("is_in", "is_not_in")
        words = value if many and isinstance(value, list) else [value]
        right = all(isinstance(x, str) for x in words) and many == isinstance(value, list)
        self._must(key, right, f"{test} of {name!r} is not {'a list of words' if many else 'a word'}", "correct it")
        for word in words if column.words else ():
            known = ", ".join(x for x in column.words if x)
            self._must(key, word in column.words, f"{name!r} is never {word!r}", f"write one of {known}")
        return tuple(map(str, words)) if many else str(value)

    def _must(self, key: str, right: object, why: str, remedy: str) -> None:
        if not right:
            raise self.refuse(key, why, remedy)

    def _take(self, key: str, default: Any) -> Any:  # noqa: ANN401 - what a file says is checked by the caller
        if key in self._left:
            return self._left.pop(key)
        if key in self._under:
            return self._under[key]
        if default is None:
            raise self.refuse(key, "it is missing", f"add {key}")
        return default
