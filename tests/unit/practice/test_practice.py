"""Local practice is data: the product's own is complete and explained, an authority's overrides it key by key."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from models.errors import SettingsError
from models.practice.loader import practice
from models.practice.schema import DECISIONS

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))


def words_of(file: Path) -> list[str]:
    lines = file.read_bytes().decode("utf-8", errors="replace").splitlines()
    return [line.removeprefix("# says: ") for line in lines if line.startswith("# says: ")]


def an_authoritys(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "practice.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_file_is_refused_with_its_reason_and_its_remedy(file: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        practice(file)
    assert file.name in words_of(file)[0], "every broken file must ask for its own name in the message"
    for words in words_of(file):
        assert words in str(refused.value)
    assert refused.value.remedy
    assert refused.value.exit_code == 14


WRONG_WORDS = """
[sources]
stale_after_days = "3"
[panels."*"]
letters = 3
[panels.SAM]
decides = ["asess"]
[ladders.send_final_plan.mine]
role = "officer"
"""
WRONG_LADDERS = """
[ladders.send_final_plan.breach]
kinds = ["health"]
[ladders.nothing]
"""


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (WRONG_WORDS, ["sources.stale_after_days", "panels.*.letters", "panels.SAM.decides"]),
        (WRONG_WORDS, [f"ladders.send_final_plan.mine.{key}" for key in ("days", "template", "urgency")]),
        (WRONG_LADDERS, ["ladders.send_final_plan.breach.kinds", "ladders.nothing"]),
    ],
)
def test_every_mistake_of_a_file_is_named_at_once(tmp_path: Path, text: str, keys: list[str]) -> None:
    with pytest.raises(SettingsError, match=r"it has \d mistakes") as refused:
        practice(an_authoritys(tmp_path, text))
    for key in keys:
        assert f"\n  - {key}: " in refused.value.why, refused.value.why


@pytest.mark.parametrize("area", ["E92000001", "E12000005", "Wolverhampton"])
def test_figures_are_set_beside_an_authority_and_not_beside_england_or_a_region(tmp_path: Path, area: str) -> None:
    with pytest.raises(SettingsError) as refused:
        practice(an_authoritys(tmp_path, f'[benchmarks]\ncompare_with = "{area}"\n'))
    assert "benchmarks.compare_with" in refused.value.where
    assert refused.value.why == f"'{area}' is not the number of an authority."
    assert refused.value.remedy == 'Write its three figures, such as "336".'


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file") as refused:
        practice(tmp_path / "nowhere.toml")
    assert "EHC_PRACTICE" in refused.value.remedy


def test_every_key_of_the_products_own_is_explained() -> None:
    lines = files("models.practice").joinpath("default.toml").read_text(encoding="utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"[a-z_]+ =", line)]
    assert len(keys) > 5
    for number in keys:
        assert lines[number - 1].startswith("# "), lines[number]


def test_what_it_says_by_default() -> None:
    found = practice()
    assert found.panel("any").decides == set(DECISIONS)
    assert found.sources.stale_after_days == 3
    assert found.week.starts_on == "monday"
    assert found.consultation.closed_settings_cannot_reply


def test_an_authority_overrides_key_by_key(tmp_path: Path) -> None:
    found = practice(
        an_authoritys(tmp_path, '[panels."*"]\nletter_working_days = 1\n[sources]\nstale_after_days = 1\n')
    )
    own = practice()
    assert found.sources.stale_after_days == 1
    assert found.panel("any").letter_working_days == 1
    assert found.panel("any").papers_working_days == own.panel("any").papers_working_days
    assert (found.draft, found.final_plan, found.week) == (own.draft, own.final_plan, own.week)


def test_a_named_panel_takes_what_it_leaves_out_from_any_panel(tmp_path: Path) -> None:
    text = (
        '[panels."*"]\npapers_working_days = 8\n[panels.SAM]\ndecides = ["assess"]\n[panels.Placements]\ndecides = []\n'
    )
    found = practice(an_authoritys(tmp_path, text))
    assert found.panel(" sam").decides == {"assess"}
    assert found.panel("SAM").papers_working_days == 8
    assert not found.panel("placements").decides
    assert found.panel("another").decides == set(DECISIONS)
    assert len(found.deciding("assess")) == 2
    assert len(found.deciding("issue")) == 1


def test_an_empty_file_and_the_mark_of_a_windows_editor_change_nothing(tmp_path: Path) -> None:
    assert practice(an_authoritys(tmp_path, "")) == practice()
    assert practice(an_authoritys(tmp_path, "\ufeff[sources]\nstale_after_days = 3\n")) == practice()


def test_the_products_own_holds_no_number_of_the_law() -> None:
    """The family's days and the setting's days are asked for by name, so their numbers are not even keys here."""
    document = tomllib.loads(files("models.practice").joinpath("default.toml").read_text(encoding="utf-8"))
    # A ladder is named by its duty, in the words of the register.
    keys = [key for name, table in document.items() if name != "ladders" for key in table]
    assert not [key for key in keys if "family" in key or "weeks" in key or "reply_days" in key]
