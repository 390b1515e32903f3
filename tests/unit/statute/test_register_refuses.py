"""A file of the law that says anything the register does not understand is refused, in words that help.

`broken/` holds one file for each refusal. Its first lines, `# says: ...`, are what the message must contain:
the file, the key, the reason and the remedy.
"""

import ast
import inspect
from pathlib import Path

import pytest

from models.errors import StatuteDataError
from models.statute import register, schema
from models.statute.register import load_register, read_register

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))


def words_of(file: Path) -> list[str]:
    lines = file.read_bytes().decode("utf-8", errors="replace").splitlines()
    return [line.removeprefix("# says: ") for line in lines if line.startswith("# says: ")]


def message_for(folder: Path) -> str:
    with pytest.raises(StatuteDataError) as refused:
        read_register(folder)
    return str(refused.value)


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_file_is_refused_with_its_reason_and_its_remedy(file: Path, tmp_path: Path) -> None:
    (tmp_path / file.name).write_bytes(file.read_bytes())
    message = message_for(tmp_path)
    said = words_of(file)
    assert file.name in said, "every broken file must ask for its own name in the message"
    for words in said:
        assert words in message, message


def test_the_same_duty_in_two_files_is_refused(tmp_path: Path) -> None:
    good = (Path(__file__).parent / "broken" / "duty_defined_twice.toml").read_text(encoding="utf-8")
    once = "[[duty]]" + good.split("[[duty]]")[1]
    (tmp_path / "a.toml").write_text(once, encoding="utf-8")
    read_register(tmp_path)
    (tmp_path / "b.toml").write_text(once, encoding="utf-8")
    assert "b.toml" in message_for(tmp_path)


def test_every_refusal_written_in_the_code_is_provoked_by_some_file(tmp_path: Path) -> None:
    """Read the reasons out of the code; each needs a broken file whose message gives it."""
    seen = []
    for file in BROKEN:
        folder = tmp_path / file.stem
        folder.mkdir()
        (folder / file.name).write_bytes(file.read_bytes())
        seen.append(message_for(folder))
    reasons = [reason for module in (schema, register) for reason in reasons_in(inspect.getsource(module))]
    assert len(reasons) >= len({"missing", "unknown key", "not a date", "not a text", "twice", "overlap"})
    missing = [reason for reason in reasons if not any(reason in message for message in seen)]
    assert not missing, f"no file in tests/unit/statute/broken provokes: {missing}"


def reasons_in(source: str) -> list[str]:
    """The longest fixed part of the reason given in each call of `refuse`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refuse":
            texts = [
                x.value for x in ast.walk(node.args[1]) if isinstance(x, ast.Constant) and isinstance(x.value, str)
            ]
            found.append(max(texts, key=len))
    return found


def test_what_is_shipped_is_accepted() -> None:
    assert load_register().duties


def test_the_version_changes_with_any_word_of_the_law(tmp_path: Path) -> None:
    good = "[[duty]]" + (BROKEN[0].parent / "duty_defined_twice.toml").read_text(encoding="utf-8").split("[[duty]]")[1]
    (tmp_path / "a.toml").write_text(good, encoding="utf-8")
    before = read_register(tmp_path).version
    (tmp_path / "a.toml").write_text(good.replace("number = 20", "number = 21"), encoding="utf-8")
    after = read_register(tmp_path).version
    assert before != after
    assert before.startswith(schema.EDITION)
