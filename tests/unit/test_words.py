"""How a number is written with what it counts."""

import pytest

from models.words import counted


@pytest.mark.parametrize(
    ("number", "things", "words"),
    [
        (0, ("day",), "0 days"),
        (1, ("day",), "1 day"),
        (1204, ("day",), "1,204 days"),
        (1, ("breach", "breaches"), "1 breach"),
        (2, ("breach", "breaches"), "2 breaches"),
        (3, ("message waits", "messages wait"), "3 messages wait"),
    ],
)
def test_a_number_stands_with_its_thing(number, things, words):
    assert counted(number, *things) == words
