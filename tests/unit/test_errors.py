"""What a person is told of an error."""

from models.errors import EhcError


def test_in_one_line_it_is_sentences() -> None:
    error = EhcError("It broke.", where="here", why="nobody looked", remedy="Look: does it stand?")
    assert error.in_one_line == "It broke (here). nobody looked. Look: does it stand?"
    assert EhcError("It broke").in_one_line == "It broke."
