"""What a night tells Prefect: in its order, beside the work, and never lost without a word."""

import threading
from contextvars import ContextVar
from functools import partial

import pytest

from tasks.telling import tell, told_beside

run = ContextVar("run", default="")


def test_outside_a_night_a_call_is_made_at_once() -> None:
    made: list[str] = []
    tell(lambda: made.append(threading.current_thread().name))
    assert made == [threading.current_thread().name]


def test_calls_are_made_in_their_order_by_one_thread_and_all_of_them_by_the_end() -> None:
    made: list[tuple[int, str]] = []
    with told_beside():
        for number in range(20):
            tell(partial(_note, made, number))
    assert [number for number, _ in made] == list(range(20))
    assert {name for _, name in made} == {"telling_0"}


def test_a_call_belongs_to_the_run_that_told_it() -> None:
    made: list[str] = []
    with told_beside():
        for stage in ("request", "advice"):
            run.set(stage)
            tell(lambda: made.append(run.get()))
    assert made == ["request", "advice"]


def test_what_a_call_raises_is_raised_at_the_end_and_the_others_are_made() -> None:
    made: list[str] = []

    def night() -> None:
        with told_beside():
            tell(_refused)
            tell(lambda: made.append("the next"))
            made.append("the work")

    with pytest.raises(ConnectionError, match="nobody there"):
        night()
    assert sorted(made) == ["the next", "the work"]


def test_what_the_work_raises_comes_first() -> None:
    def night() -> None:
        with told_beside():
            tell(_refused)
            raise ValueError("the work")

    with pytest.raises(ValueError, match="the work"):
        night()


def _note(made: list[tuple[int, str]], number: int) -> None:
    made.append((number, threading.current_thread().name))


def _refused() -> None:
    raise ConnectionError("nobody there")
