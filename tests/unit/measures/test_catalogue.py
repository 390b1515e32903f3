"""Definitions of measures: complete, and refused with file, place, reason and remedy where they are not."""

import shutil
from pathlib import Path

import pytest

from models.errors import MeasuresError, NotFoundError
from models.measures.catalogue import load_catalogue, read_catalogue
from models.measures.describe import definition
from models.measures.schema import BASES

BROKEN = Path(__file__).parent / "broken"
SOUND = Path("models/measures/definitions/dimensions.toml")


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.toml")), ids=lambda x: x.stem)
def test_a_broken_definition_is_refused(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "plans.toml")
    shutil.copy(Path(__file__).parents[3] / SOUND, tmp_path)
    says = path.read_text("utf-8").splitlines()[0].removeprefix("# must say: ")
    with pytest.raises(MeasuresError) as refused:
        read_catalogue(tmp_path)
    assert says in str(refused.value)
    assert refused.value.where.startswith("plans.toml")
    assert refused.value.remedy[0].isupper()
    assert refused.value.remedy.endswith(".")


def test_every_measure_can_be_read_aloud() -> None:
    catalogue = load_catalogue()
    for measure in catalogue.measures:
        words = "\n".join(definition(measure, catalogue))
        assert measure.meaning in words
        assert measure.meaning.endswith(".")
        assert all(name in BASES for name in measure.basis)


def test_what_is_not_measured_says_why() -> None:
    with pytest.raises(NotFoundError, match="no date on which a plan ceased"):
        load_catalogue().measure("plans_ceased")


def test_a_misspelt_measure_is_told_what_is_near_it() -> None:
    with pytest.raises(NotFoundError, match="Near it: plans_within_20_weeks, "):
        load_catalogue().measure("plan_within_20")
    with pytest.raises(NotFoundError) as refused:
        load_catalogue().measure("plans")
    assert "plans_issued, " in refused.value.remedy
    assert "no_plan" not in refused.value.remedy


def test_a_version_stands_for_the_definitions(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[3] / SOUND.parent, tmp_path / "definitions")
    assert read_catalogue(tmp_path / "definitions").version == load_catalogue().version
    path = tmp_path / "definitions" / "timeliness.toml"
    path.write_text(path.read_text("utf-8").replace("at_most = 20 }", "at_most = 21 }"), "utf-8")
    assert read_catalogue(tmp_path / "definitions").version != load_catalogue().version
