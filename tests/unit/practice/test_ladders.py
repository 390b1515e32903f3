"""Ladders are data: complete for every duty that is watched, overridden key by key, and counted by the engine."""

from datetime import date, time
from pathlib import Path

import numpy as np
import pytest

from models.errors import SettingsError
from models.practice.comings import ClockDays, Coming, comings, day_of
from models.practice.ladder_checks import faults
from models.practice.ladders import NEVER_ASKED, TEMPLATES
from models.practice.loader import practice, practices
from models.statute.records import DAY, Codes
from models.statute.register import load_register

TWENTY_WEEKS_AND_ORDERS = {duty.key for kind in ("case", "advice", "order") for duty in load_register().of_record(kind)}


def own(tmp_path: Path, text: str, name: str = "practice.toml") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def a_clock(kind: str = "health") -> ClockDays:
    origin, due, act_by, safe = (np.array([x], dtype=DAY) for x in ("2026-02-11", "2026-03-25", "2026-03-24", "NaT"))
    return ClockDays(origin, act_by, due, safe, np.array([False]), Codes.of([kind]))


def test_every_duty_of_the_twenty_weeks_and_of_orders_has_a_ladder() -> None:
    assert set(practice().ladders) >= TWENTY_WEEKS_AND_ORDERS | {NEVER_ASKED}


def test_every_limit_of_the_law_that_an_authority_owes_has_a_ladder() -> None:
    # The records of transfers are of plans that come: the old authority is another.
    owners = {"local_authority", "new_authority"}
    owed = {
        duty.key for duty in load_register().duties if duty.is_watched and duty.is_statutory and duty.owner in owners
    }
    assert owed - set(practice().ladders) == set()


def test_every_template_has_a_rung_that_uses_it() -> None:
    used = {rung.template for ladder in practice().ladders.values() for rung in ladder.values()}
    assert used == set(TEMPLATES)


def test_a_breach_of_the_law_is_told_at_once_to_the_officer_and_the_team_leader() -> None:
    for key in ("decide_whether_to_assess", "send_final_plan", "send_final_plan_after_order"):
        told = [x for x in practice().ladders[key].values() if (x.counted_from, x.days) == ("due_on", 1)]
        assert {x.role for x in told} >= {"officer", "team_leader"}
        assert {x.urgency for x in told} == {"immediate"}


def test_what_was_late_climbs_to_the_director() -> None:
    climbed = [x.role for x in practice().ladders["send_final_plan"].values() if x.template == "escalation"]
    assert climbed == ["service_manager", "head_of_service", "director"]


def test_an_agency_is_chased_on_the_day_the_six_weeks_end() -> None:
    ladder = practice().ladders["give_advice"]
    chase = next(x for x in comings(ladder) if x.name == "chase")
    assert str(day_of(chase, a_clock(), date(2026, 3, 1))[0]) == "2026-03-25"
    assert practice().role_of(chase.rung, "health") == "health_dco"
    assert practice().role_of(chase.rung, "requested_by_family") == "setting"
    assert list(ladder)[-1] == "commission_elsewhere"


def test_a_rung_for_some_kinds_of_advice_never_comes_for_another() -> None:
    dso = next(x for x in comings(practice().ladders["give_advice"]) if x.name == "chase_social_care")
    assert np.isnat(day_of(dso, a_clock("health"), date(2026, 3, 1))[0])
    assert not np.isnat(day_of(dso, a_clock("social_care"), date(2026, 3, 1))[0])


def test_a_rung_is_repeated_as_often_as_it_says() -> None:
    days = [x.days for x in comings(practice().ladders["give_advice"]) if x.name == "still_owed"]
    assert days == [14, 28, 42, 56, 70]


def test_what_nothing_can_keep_any_more_was_lost_the_night_before() -> None:
    clock, as_of = a_clock(), date(2026, 3, 1)
    tell = next(x for x in comings(practice().ladders["send_final_plan"]) if x.name == "tell_family")
    assert np.isnat(day_of(tell, clock, as_of)[0])
    lost = ClockDays(clock.origin_on, clock.act_by, clock.due_on, clock.safe_on, np.array([True]), clock.kind)
    assert day_of(tell, lost, as_of)[0] == np.datetime64(as_of, "D")


def test_an_authority_changes_one_key_of_one_rung(tmp_path: Path) -> None:
    found = practice(own(tmp_path, "[ladders.send_final_plan.breach]\ndays = 2\n"))
    usual = practice()
    assert found.ladders["send_final_plan"]["breach"].days == 2
    assert found.ladders["send_final_plan"]["breach"].template == "breach"
    assert found.ladders["give_advice"] == usual.ladders["give_advice"]


def test_a_rung_that_is_off_is_not_there_and_makes_room(tmp_path: Path) -> None:
    text = (
        "[ladders.send_final_plan]\nbreach = { on = false }\n"
        'mine = { counted_from = "due_on", days = 1, role = "officer", urgency = "digest", template = "breach" }\n'
    )
    names = {x.name for x in comings(practice(own(tmp_path, text)).ladders["send_final_plan"])}
    assert "mine" in names
    assert "breach" not in names


def test_a_folder_has_a_practice_for_each_authority_that_wants_its_own(tmp_path: Path) -> None:
    own(tmp_path, "[alerts]\nshadow_teams = '*'\n", "998.toml")
    found = practices(tmp_path)
    assert found.of("998").alerts.is_shadow("North")
    assert not found.of("999").alerts.is_shadow("North")
    assert found.of("999") == practice()


def test_one_file_is_for_every_authority(tmp_path: Path) -> None:
    found = practices(own(tmp_path, '[alerts]\nshadow_teams = ["North"]\n'))
    assert found.of("998").alerts.is_shadow("North")
    assert not found.of("998").alerts.is_shadow("South")


@pytest.mark.parametrize("name", ["birmingham.toml", "330 .toml", "3300.toml", "Default.TOML"])
def test_a_file_that_would_hold_for_nobody_is_refused(tmp_path: Path, name: str) -> None:
    own(tmp_path, "[alerts]\nshadow_teams = '*'\n", "998.TOML")
    assert practices(tmp_path).of("998").alerts.is_shadow("North")
    own(tmp_path, "[alerts]\nshadow_teams = '*'\n", name)
    with pytest.raises(SettingsError, match="named for no authority") as refused:
        practices(tmp_path)
    assert refused.value.where.endswith(name)


def test_a_fault_in_one_file_of_a_folder_is_refused_with_its_name(tmp_path: Path) -> None:
    own(tmp_path, "[alerts]\nshadow = 1\n", "998.toml")
    with pytest.raises(SettingsError, match=r"998\.toml, alerts\.shadow"):
        practices(tmp_path)


def test_the_times_of_day_are_times() -> None:
    sending = practice().sending
    assert (sending.quiet_from, sending.quiet_to) == (time(18), time(7, 30))


def test_the_products_own_ladders_can_all_occur() -> None:
    assert faults(practice()) == []
    assert all(isinstance(x, Coming) for ladder in practice().ladders.values() for x in comings(ladder))
