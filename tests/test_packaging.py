"""What is packed and how it is named: five packages of general names, one of which Prefect puts first on the path."""

import ast
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("deployments", "flows", "models", "notifications", "tasks")
OURS = "ehc-pathway"
FLOWS = sorted((ROOT / "flows").glob("*.py"))
DATA = {".csv", ".j2", ".json", ".mako", ".toml", ".yaml"}


@pytest.mark.parametrize("name", [path.stem for path in FLOWS if path.stem != "__init__"])
def test_a_flow_is_named_like_nothing_that_can_be_imported(name: str) -> None:
    # Under a path entrypoint Prefect puts flows/ first on the path: flows/statistics.py would be `statistics`.
    assert name not in PACKAGES
    assert name not in sys.stdlib_module_names
    assert name not in packages_distributions()


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name)
def test_flows_import_absolutely(path: Path) -> None:
    # Under a path entrypoint a relative import would load its sibling twice.
    tree = ast.parse(path.read_text("utf-8"))
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level] == []


def test_nobody_else_ships_our_names() -> None:
    owners = {name: set(packages_distributions().get(name, ())) - {OURS} for name in PACKAGES}
    assert owners == dict.fromkeys(PACKAGES, set())


@pytest.mark.parametrize("package", PACKAGES)
def test_a_top_level_init_holds_a_docstring_and_nothing_else(package: str) -> None:
    # import-linter does not see what a parent imports.
    (docstring,) = ast.parse((ROOT / package / "__init__.py").read_text("utf-8")).body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(docstring.value, ast.Constant)
    assert isinstance(docstring.value.value, str)


def test_the_law_is_pure() -> None:
    modules = sorted(
        f"models.statute.{path.stem}" for path in (ROOT / "models/statute").glob("*.py") if path.stem != "__init__"
    )
    program = f"import sys, models.statute, {', '.join(modules)}; print(*{{x.partition('.')[0] for x in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split()) - sys.stdlib_module_names
    assert loaded & {"pandas", "sqlalchemy", "sqlmodel", "prefect", "pydantic"} == set()
    allowed = {"models", "numpy", "__mp_main__"}
    assert {name for name in loaded if not name.startswith("_")} - allowed <= startup_modules()


def startup_modules() -> set[str]:
    """What the interpreter of this environment loads by itself, as `.pth` files ask for."""
    program = "import sys; print(*{x.partition('.')[0] for x in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel made of this tree, by hatchling as `uv build` would."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        ["uv", "build", "--wheel", "--out-dir", folder, ROOT],  # noqa: S607
        capture_output=True,
        text=True,
        timeout=120,
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
