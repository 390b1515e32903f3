"""Extracts refused whole: each folder of `data/broken` is one, with the words its message must contain."""

from pathlib import Path

import pytest

from models.errors import ExtractRefusedError, SettingsError
from models.importers.reader import read_extract

DATA = Path(__file__).parent / "data"
BROKEN = sorted((DATA / "broken").iterdir())
BROKEN_SEN2 = sorted((DATA / "broken_sen2").glob("*.xml"))
BROKEN_MAPS = sorted((DATA / "broken_maps").glob("*.toml"))


@pytest.mark.parametrize("folder", BROKEN, ids=lambda path: path.name)
def test_a_broken_extract_is_refused_in_words_that_help(folder: Path) -> None:
    with pytest.raises(ExtractRefusedError) as refusal:
        read_extract(folder)
    for words in (folder / "must_say.txt").read_text("utf-8").splitlines():
        assert words in str(refusal.value)
    assert refusal.value.where
    assert refusal.value.why
    assert refusal.value.remedy


@pytest.mark.usefixtures("pseudonym_key")
@pytest.mark.parametrize("path", BROKEN_SEN2, ids=lambda path: path.stem)
def test_a_broken_return_is_refused_in_words_that_help(path: Path) -> None:
    with pytest.raises(ExtractRefusedError) as refusal:
        read_extract(path, source="sen2_xml")
    for words in path.with_suffix(".must_say.txt").read_text("utf-8").splitlines():
        assert words in str(refusal.value)
    assert "Quillfeather" not in str(refusal.value)


@pytest.mark.parametrize("path", BROKEN_MAPS, ids=lambda path: path.stem)
def test_a_broken_map_is_refused_with_file_key_reason_and_remedy(path: Path, data: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_extract(data / "example_council", source=str(path))
    message = str(refusal.value)
    comments = [line for line in path.read_text("utf-8").splitlines() if line.startswith("# must say: ")]
    for comment in comments:
        assert comment.removeprefix("# must say: ") in message
    assert path.name in refusal.value.where
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nowhere", ["there is no source called nowhere", "canonical, collect_csv, example_council, sen2_xml"]),
        ("nowhere.toml", ["cannot be read", "No such file"]),
    ],
)
def test_a_source_that_is_not_there_is_refused(source: str, words: list[str], data: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_extract(data / "example_council", source=source)
    assert all(word in str(refusal.value) for word in words)


@pytest.mark.parametrize("source", ["canonical", "sen2_xml", "collect_csv", "example_council"])
def test_a_path_that_is_not_there_is_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(ExtractRefusedError, match="no extract at this path"):
        read_extract(tmp_path / "nothing", source=source)


def test_a_single_csv_file_is_refused_with_the_way_to_give_it(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("authority_code,case_ref\n", encoding="utf-8")
    with pytest.raises(ExtractRefusedError, match="Give the folder the file is in"):
        read_extract(path)
