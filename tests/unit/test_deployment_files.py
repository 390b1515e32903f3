"""What systemd, the image and Docker Compose are told: no engine is started here, but no part forgets another."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.serving import NIGHTS_POOL, WORK_POOL

ROOT = Path(__file__).parents[2]
DEPLOYMENTS = ROOT / "deployments"
UNITS = sorted([*DEPLOYMENTS.glob("systemd/*.service"), *DEPLOYMENTS.glob("scale-out/*.service")])
COMPOSE = (DEPLOYMENTS / "scale-out" / "compose.yaml").read_text("utf-8")
CONFINED = re.compile(r"^(?:NoNewPrivileges|Protect|Private|Restrict|Lock|Capability|SystemCall)\w*=.*$", re.MULTILINE)


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(COMPOSE)["services"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_every_unit_is_confined_as_the_first_is(unit: Path) -> None:
    confined = CONFINED.findall(unit.read_text("utf-8"))
    assert len(confined) > 20
    assert confined == CONFINED.findall(UNITS[0].read_text("utf-8"))


def test_the_image_has_every_package() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = re.findall(r"^COPY (\w+) \1$", (DEPLOYMENTS / "Containerfile").read_text("utf-8"), re.MULTILINE)
    assert sorted(copied) == sorted(packages["packages"])


def test_there_are_workers_for_both_pools(services: dict[str, dict[str, Any]]) -> None:
    served = {
        command[command.index("--pool") + 1] for each in services.values() if "--pool" in (command := each["command"])
    }
    assert served == {WORK_POOL, NIGHTS_POOL}
    for pool in served:
        assert f"prefect work-pool create --overwrite {pool} " in services["deploy"]["command"][-1]


def test_what_others_can_reach_knows_neither_extracts_nor_the_records_address(
    services: dict[str, dict[str, Any]],
) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["server"]
    server = services["server"]
    assert server["volumes"] == ["server:/var/lib/ehc"]
    assert not [name for name in server["environment"] if name.startswith("EHC_")]
    assert "POSTGRES_PASSWORD" not in str(server)


def test_the_page_names_whatever_the_compose_file_asks_for() -> None:
    page = (ROOT / "docs" / "how-to" / "scale-out.md").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE))
    assert asked
    assert {name for name in asked if name not in page} == set()
