"""Every number of the law is a datum: the engine that applies it may know none."""

import ast
from pathlib import Path

import pytest

from models.statute import clocks

ENGINE = Path(clocks.__file__).parent
MODULES = ("clocks.py", "counting.py", "facts.py", "exceptions.py", "calendar.py", "records.py")


def numbers_in(source: str) -> list[tuple[int, float]]:
    """Line and value of every number above 1 written in the source, also inside a negative one."""
    return [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value > 1
    ]


@pytest.mark.parametrize("module", MODULES)
def test_the_engine_holds_no_number_of_the_law(module: str) -> None:
    found = numbers_in((ENGINE / module).read_text(encoding="utf-8"))
    where = [f"models/statute/{module}:{line}: {value}" for line, value in found]
    assert not where, "a number of the law belongs in models/statute/instruments/*.toml: " + "; ".join(where)


@pytest.mark.parametrize(
    "planted", ["due = event + timedelta(weeks=20)", "LIMIT = -28", "days = 19.5", "f(x, 15)", "x = {'weeks': 6}"]
)
def test_a_planted_number_is_found(planted: str) -> None:
    source = (ENGINE / "counting.py").read_text(encoding="utf-8")
    assert numbers_in(f"{source}\n{planted}\n") != numbers_in(source)


def test_dates_of_the_law_are_not_written_in_the_engine_either() -> None:
    for module in MODULES:
        tree = ast.parse((ENGINE / module).read_text(encoding="utf-8"))
        docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        texts = [
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs
        ]
        dated = [text for text in texts if text[:2] in ("19", "20") and text[:4].isdigit()]
        assert not dated, f"models/statute/{module}: {dated}"
