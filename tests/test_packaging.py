"""What is packed and how it is named: five packages of general names, one of which Prefect puts first on the path."""

import ast
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
PACKAGES = ("deployments", "flows", "models", "notifications", "tasks")
OURS = "ehc-pathway"
FLOWS = sorted((ROOT / "flows").glob("*.py"))
DATA = {".csv", ".j2", ".json", ".mako", ".toml", ".yaml"}


@cache
def installed() -> Mapping[str, list[str]]:
    """The distributions that ship each name that can be imported."""
    return packages_distributions()


@pytest.mark.parametrize("name", [path.stem for path in FLOWS if path.stem != "__init__"])
def test_a_flow_is_named_like_nothing_that_can_be_imported(name: str) -> None:
    # Under a path entrypoint Prefect puts flows/ first on the path: flows/statistics.py would be `statistics`.
    assert name not in PACKAGES
    assert name not in sys.stdlib_module_names
    assert name not in installed()


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name)
def test_flows_import_absolutely(path: Path) -> None:
    # Under a path entrypoint a relative import would load its sibling twice.
    tree = ast.parse(path.read_text("utf-8"))
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level] == []


def test_nobody_else_ships_our_names() -> None:
    assert {name: set(installed().get(name, ())) - {OURS} for name in PACKAGES} == {name: set() for name in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_top_level_init_holds_a_docstring_and_nothing_else(package: str) -> None:
    # import-linter does not see what a parent imports.
    (docstring,) = ast.parse((ROOT / package / "__init__.py").read_text("utf-8")).body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(docstring.value, ast.Constant)
    assert isinstance(docstring.value.value, str)


def test_the_law_loads_numpy_and_nothing_else() -> None:
    files = (ROOT / "models/statute").glob("*.py")
    modules = ", ".join(f"models.statute.{path.stem}" for path in files if path.stem != "__init__")
    # Some of what is installed loads itself at the start of every interpreter of this environment.
    program = f"import sys; before = set(sys.modules); import {modules}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()} - sys.stdlib_module_names
    assert {name for name in loaded if not name.startswith("_")} == {"models", "numpy"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel made of this tree, by hatchling as `uv build` would."""
    if shutil.which("uv") is None:
        pytest.skip("uv is not on the path; only what is asked of the build is looked at")
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        ["uv", "build", "--wheel", "--out-dir", folder, ROOT],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.whl")
    with zipfile.ZipFile(found) as archive:
        return set(archive.namelist())


def test_every_file_of_data_is_in_the_wheel(wheel: set[str]) -> None:
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in DATA or path.suffix == ".py"
    }
    assert any(name.endswith("bank-holidays.json") for name in wanted)
    assert any(name.startswith("models/statute/instruments/") for name in wanted)
    assert wanted - wheel == set()


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    (metadata,) = (top for top in tops if top.endswith(".dist-info"))
    assert tops == {*PACKAGES, metadata}
    assert not [name for name in wheel if name.endswith((".pyc", ".db"))]


def test_the_build_packs_the_five_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert sorted(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == sorted(PACKAGES)
    assert project["project"]["name"] == OURS
    assert project["project"]["scripts"] == {"ehc": "deployments.cli:main"}
