"""The bar of a long run: truthful at the end, and quiet where steps follow each other quickly."""

from types import SimpleNamespace

import pytest

from tasks import progress as module


@pytest.mark.parametrize(
    ("seconds_a_step", "told"),
    [
        (0.6, [(80.0, "4 of 5 steps done, last: d. Night of 2 March 2026"), (100.0, "5 of 5 steps done")]),
        (
            60.0,
            [
                (20.0, "last: a"),
                (40.0, "last: b"),
                (60.0, "last: c"),
                (80.0, "last: d"),
                (100.0, "5 of 5 steps done, last: e."),
            ],
        ),
    ],
)
def test_steps_that_follow_quickly_are_told_together_and_the_last_always(
    seconds_a_step: float, told: list[tuple[float, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = iter(seconds_a_step * number for number in range(100))
    moment = [next(at)]
    said: list[tuple[float, str]] = []
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: moment[0]))
    monkeypatch.setattr(module, "create_progress_artifact", lambda *_, **__: "bar")
    monkeypatch.setattr(
        module, "update_progress_artifact", lambda _, percent, description: said.append((percent, description))
    )
    bar = module.Progress("night", "Night of 2 March 2026", 5)
    for step in "abcde":
        moment[0] = next(at)
        assert bar.after(step, {"what": step}) == {"what": step}
    assert [percent for percent, _ in said] == [percent for percent, _ in told]
    assert all(words in found for (_, found), (_, words) in zip(said, told, strict=True))
