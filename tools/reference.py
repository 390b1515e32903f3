"""Make the pages of `docs/reference/` again from the law as data, the contract, the command line and the settings.

The pages are the templates of `docs/templates/`, filled in. `python -m tools.reference` writes them; with `--check` it
writes nothing and ends with 1 if a page is out of date.
"""

import inspect
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from typer.main import get_command
from typer.testing import CliRunner

from deployments.cli import app
from models import errors, settings
from models.errors import EhcError
from models.importers.contract import contract
from models.importers.pseudonyms import KEY_VARIABLE, SHORTEST_KEY
from models.measures.catalogue import load_catalogue
from models.measures.describe import parts
from models.measures.schema import BASES, Measure
from models.queries.records import TABLES
from models.settings import Settings
from models.statute import schema
from models.statute.facts import DERIVED
from models.statute.register import Duty, ExceptionRule, Limit, Source, load_register

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ("deadlines", "exceptions", "extract", "commands", "settings", "measures")
COUNTED = {
    "after": "after the event, which is day 0",
    "beginning_with": "beginning with the event, which is day 1",
    "months_after": "after the event, to the corresponding date",
    "months_starting_with": "starting with the event, to the day before that date comes round again",
    "before_date": "in the calendar year of the event; the day named is itself too late",
    "ahead_of": "back from the event, which is still to come",
}
TYPES = {"date": "`YYYY-MM-DD`", "flag": "`1` yes, `0` no", "integer": "whole number"}


def pages() -> dict[Path, str]:
    """Every page as it should be."""
    # What is made is Markdown for the repository, from the product's own words: there is nothing to escape.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(DOCS / "templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    for make in (_cited, _code, _day, _in_force, _length_of, _plain, _test, _where):
        environment.filters[make.__name__.removeprefix("_")] = make
    register = load_register()
    facts = {
        "register": register,
        "schema": schema,
        "counted": COUNTED,
        "checked": Counter(limit.source.verified for duty in register.duties for limit in duty.limits),
        "allowed": {
            code: [x.key for x in register.duties if any(limit.allows(code) for limit in x.limits)]
            for code in register.exceptions
        },
        "derived": {name: _summary(function).replace("NaT", "unknown") for (_, name), function in DERIVED.items()},
        "nightly": [duty.key for duty in register.duties if duty.is_watched and _is_carried(duty)],
        "contract": contract(),
        "types": TYPES,
        "helps": [(" ".join(("ehc", *words)), _help(words)) for words in ((), *every_command(get_command(app)))],
        "exit_codes": _exit_codes(),
        "settings": _settings(),
        "catalogue": load_catalogue(),
        "families": _families(),
        "bases": BASES,
        "parts": lambda measure: parts(measure, load_catalogue()),
    }
    return {
        DOCS / f"reference/{name}.md": environment.get_template(f"{name}.md.jinja").render(facts).rstrip() + "\n"
        for name in PAGES
    }


def _families() -> dict[str, list[Measure]]:
    """The measures by the file that defines them; those without exceptions follow from the one they are paired with."""
    found: dict[str, list[Measure]] = {}
    for measure in load_catalogue().measures:
        found.setdefault(measure.family, []).append(measure)
    return found


def every_command(group: object, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command, those of a group after the group."""
    for name, command in getattr(group, "commands", {}).items():
        yield (*before, name)
        yield from every_command(command, (*before, name))


def _is_carried(duty: Duty) -> bool:
    """True if an extract can say when the duty's clock begins."""
    sheet = TABLES.get(duty.record)
    return sheet is not None and not set(duty.origin).isdisjoint(contract()[sheet].names)


def _help(words: tuple[str, ...]) -> str:
    found = CliRunner().invoke(app, [*words, "--help"], prog_name="ehc", env={"COLUMNS": "100"}, color=False)
    return found.output.strip()


def _exit_codes() -> list[tuple[int, str]]:
    kinds = [x for x in vars(errors).values() if inspect.isclass(x) and issubclass(x, EhcError) and x is not EhcError]
    return [
        (0, "All is well."),
        (1, "`ehc doctor` or `ehc health` has a warning, or the program failed in a way nobody foresaw."),
        (2, "`ehc doctor` or `ehc health` found something ill, or the command line cannot be understood."),
        *sorted((kind.exit_code, _summary(kind)) for kind in kinds),
    ]


def _settings() -> list[tuple[str, str]]:
    """Each variable and its meaning, which stands in the docstring of `models.settings`."""
    lines = [line for line in str(inspect.getdoc(settings)).splitlines() if line.startswith("`")]
    meanings = {name: " ".join(words.split()) for name, words in (line[1:].split("`", 1) for line in lines)}
    prefix = str(Settings.model_config.get("env_prefix", ""))
    names = [f"{prefix}{field}".upper() for field in Settings.model_fields]
    key = (
        f"the secret from which children get their references; {SHORTEST_KEY} characters or more, needed for SEN2 only"
    )
    return [*((name, meanings[name]) for name in names), (KEY_VARIABLE, key)]


def _summary(documented: object) -> str:
    return str(inspect.getdoc(documented)).split("\n", 1)[0]


def _where(choices: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"`{x}` is {' or '.join(f'`{v}`' if v else 'not known' for v in y)}" for x, y in choices.items())


def _in_force(limit: Limit) -> str:
    when = f"from {_day(limit.begins)}" + (f" to {_day(limit.ends)}" if limit.ends else "")
    return when + (f", {_where(limit.where)}" if limit.where else "")


def _length_of(limit: Limit) -> str:
    later = [f"or {period.in_words} from {_code(origin)} if later" for origin, period in limit.later_of]
    agreed = [f"or the date agreed, {_code(limit.agreed)}"] if limit.agreed else []
    return ", ".join([limit.period.in_words, *later, *agreed])


def _test(rule: ExceptionRule) -> str:
    words = schema.TESTS[rule.test].replace("as `during`", schema.TESTS["during"])
    window = f"; the window opens and shuts {rule.window_days} days before the closure does" if rule.window_days else ""
    return words.replace("`days`", f"{rule.days} days") + window


def _cited(source: Source) -> str:
    words = source.cite.replace("[", "\\[").replace("]", "\\]")
    return f"[{words}]({source.href})"


def _code(word: str) -> str:
    return f"`{word}`"


def _plain(key: str) -> str:
    return key.replace("_", " ")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check only say which are out of date; answers the exit code."""
    made = pages()
    stale = [path for path, page in made.items() if not path.is_file() or path.read_text("utf-8") != page]
    for path in stale:
        if "--check" in arguments:
            print(f"docs/reference/{path.name} is out of date: run just docs, and read the difference.")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], "utf-8")
    return int("--check" in arguments and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
