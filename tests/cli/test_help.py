"""Help answers at once: it says what there is, and loads nothing that it does not need."""

import json
import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from deployments.cli import app
from tests.cli.conftest import Home
from tests.patience import PATIENCE

HEAVY = {"alembic", "apprise", "jinja2", "numpy", "openpyxl", "pandas", "prefect", "psycopg", "sqlalchemy", "sqlmodel"}
ONLY_FOR_WRITING = {"alembic", "apprise", "jinja2", "openpyxl", "pandas", "prefect"}

LOADED = """
import json, sys
from deployments.cli import main
sys.argv = ["ehc", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def loaded_by(home: Home, *arguments: str) -> set[str]:
    """The packages that are in memory when a command has ended."""
    command = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(command, env=home.environment, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def commands() -> dict[str, object]:
    """Every command by how it is called: "db upgrade"."""
    found = {}
    waiting = {"": get_command(app)}
    while waiting:
        name, command = waiting.popitem()
        inner = getattr(command, "commands", None)
        if inner is None:
            found[name] = command
        else:
            waiting |= {f"{name} {x}".strip(): y for x, y in inner.items()}
    return found


def test_it_lists_the_commands(home: Home) -> None:
    ran = home.ehc("--help")
    assert ran.code == 0
    listed = {line.split()[0] for line in ran.out.partition("Commands:")[2].splitlines() if line.strip()}
    assert {"demo", "import", "nightly", "clocks", "explain", "doctor", "db"} <= listed
    assert listed == {name.partition(" ")[0] for name in commands()}
    assert not list(home.path.iterdir()), "help made something"


def test_no_description_is_cut_short_on_a_narrow_screen() -> None:
    for group in ("", *{name.rpartition(" ")[0] for name in commands()} - {""}):
        listed = CliRunner().invoke(app, [*group.split(), "--help"], env={"COLUMNS": "80"}).stdout
        assert "..." not in listed.partition("Commands:")[2], listed


@pytest.mark.parametrize("arguments", [["--help"], ["nightly", "--help"]])
def test_it_loads_nothing_heavy(home: Home, arguments: list[str]) -> None:
    assert loaded_by(home, *arguments) & HEAVY == set()


def test_a_command_that_reads_loads_nothing_for_writing(home: Home) -> None:
    # The database is empty, which is said only after everything is loaded that reading one takes.
    assert loaded_by(home, "clocks", "--format", "csv") & ONLY_FOR_WRITING == set()


def test_every_command_and_option_says_what_it_does() -> None:
    for name, command in commands().items():
        assert command.help, name
        assert command.help.splitlines()[0].endswith("."), name
        for option in command.params:
            # `--as-of` and `--json` say it once for all; only `--help` is Click's own.
            assert getattr(option, "help", None) or option.param_type_name == "argument", f"{name} {option.name}"
