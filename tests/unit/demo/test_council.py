"""The sheets' form: the contract, time, keys, references, people; and that they can be made again."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.demo.council import WOLVERHAMPTON_LIKE, make_cases, make_council, write_extract
from deployments.demo.days import Calendar, bank_holidays, easter, number

ROOT = Path(__file__).parents[3]
AS_OF = date(2026, 11, 20)
CONTRACT = tomllib.loads((ROOT / "models/importers/contract.toml").read_text(encoding="utf-8"))
KEYS = {
    "cases": ["authority_code", "case_ref"],
    "advice": ["authority_code", "case_ref", "kind", "body"],
    "closures": ["authority_code", "setting_urn", "closed_from"],
    "panels": ["authority_code", "panel", "held_on"],
    "people": ["authority_code", "team", "role", "name"],
    "reviews": ["authority_code", "case_ref", "review_number"],
    "transfers": ["authority_code", "case_ref", "transfer_number"],
}


@pytest.fixture(scope="module")
def demo():
    return make_council(WOLVERHAMPTON_LIKE, as_of=AS_OF)


def same(one, other):
    for sheet in one:
        pd.testing.assert_frame_equal(one[sheet], other[sheet])
    return True


@pytest.mark.parametrize("sheet", CONTRACT["sheets"])
def test_columns_are_the_contracts(demo, sheet):
    assert list(demo[sheet].columns) == [column["name"] for column in CONTRACT["sheets"][sheet]["columns"]]


@pytest.mark.parametrize("sheet", CONTRACT["sheets"])
def test_values_are_text_the_contract_can_read(demo, sheet):
    for column in CONTRACT["sheets"][sheet]["columns"]:
        values = demo[sheet][column["name"]]
        assert values.map(type).eq(str).all(), column["name"]
        given_values = values[values != ""]
        if column["type"] == "date":
            pd.to_datetime(given_values, format="%Y-%m-%d")
        elif column["type"] == "code":
            assert set(given_values) <= set(CONTRACT["codes"][column["codes"]]), column["name"]
        elif column["type"] == "flag":
            assert set(given_values) <= {"0", "1"}, column["name"]
        if column.get("required"):
            assert (values != "").all(), column["name"]


@pytest.mark.parametrize("sheet", KEYS)
def test_keys_are_unique(demo, sheet):
    assert not demo[sheet].duplicated(KEYS[sheet]).any()


@pytest.mark.parametrize("sheet", ["advice", "exceptions", "orders", "reviews", "transfers"])
def test_every_row_has_its_case(demo, sheet):
    cases = set(zip(demo["cases"].authority_code, demo["cases"].case_ref, strict=True))
    assert len(demo[sheet])
    assert set(zip(demo[sheet].authority_code, demo[sheet].case_ref, strict=True)) <= cases


def test_settings_and_officers_are_on_their_sheets(demo):
    cases, people = demo["cases"], demo["people"]
    placed = cases[cases.setting_urn != ""]
    assert set(placed.setting_urn) <= set(demo["closures"].setting_urn)
    officers = people[people.role == "officer"]
    assert set(zip(cases.team, cases.officer, strict=True)) <= set(zip(officers.team, officers.name, strict=True))


def test_nothing_is_dated_after_as_of_but_plans(demo):
    planned = {("closures", "closed_from"), ("closures", "reopens_on"), ("panels", "held_on")}
    planned.add(("reviews", "phase_transfer_on"))
    for sheet, made in demo.items():
        for column in made.columns:
            if column.endswith(("_on", "_from", "birth_date")) and (sheet, column) not in planned:
                assert made[column].max() <= AS_OF.isoformat(), (sheet, column)
    assert demo["panels"].held_on.max() >= (AS_OF + timedelta(days=80)).isoformat()
    assert demo["closures"].closed_from.max() > AS_OF.isoformat()


def test_a_year_and_a_half_of_history_lies_before_2025s_end(demo):
    received = demo["cases"].request_received_on
    assert received[received != ""].min() < "2024-07-01"
    for month in pd.period_range("2025-01", "2025-12", freq="M").astype(str):
        assert received.str.startswith(month).any(), month


def test_letters_are_sent_on_working_days(demo):
    for sheet, column in (
        ("advice", "requested_on"),
        ("cases", "draft_served_on"),
        ("cases", "consultation_sent_on"),
        ("cases", "no_plan_notified_on"),
        ("orders", "dated_on"),
    ):
        days = pd.to_datetime(demo[sheet][column].replace("", None).dropna())
        holidays = {pd.Timestamp(day) for year in range(2018, 2028) for day in bank_holidays(year)}
        assert (days.dt.day_of_week < 5).all(), column
        assert not set(days) & holidays, column


def test_steps_come_in_order(demo):
    advice, cases = demo["advice"], demo["cases"]
    for earlier, later in (("requested_on", "received_by_body_on"), ("received_by_body_on", "reply_on")):
        both = advice[(advice[earlier] != "") & (advice[later] != "")]
        assert (both[earlier] <= both[later]).all()
    drafted = cases[(cases.draft_served_on != "") & (cases.final_plan_sent_on != "")]
    wrong = drafted.final_plan_sent_on < drafted.draft_served_on  # the mistyped years, on purpose
    assert wrong.sum() <= 12
    assert ((advice.reply == "") == (advice.reply_on == "")).all()


def test_summer_closures_last_four_weeks_and_the_short_ones_do_not(demo):
    closures = demo["closures"]
    days = (pd.to_datetime(closures.reopens_on) - pd.to_datetime(closures.closed_from)).dt.days
    in_summer = closures.closed_from.str[5:7] == "07"
    assert (days[in_summer] >= 28).all()
    assert (days[~in_summer] < 28).all()
    per_setting = closures[in_summer & closures.closed_from.str.startswith("2025")].setting_urn
    assert 0.85 < per_setting.nunique() / closures.setting_urn.nunique() <= 1


def test_every_setting_that_is_asked_can_be_written_to_by_its_name(demo):
    advice, people = demo["advice"], demo["people"]
    asked = advice[(advice.kind == "education") & (advice.body != "Setting")]
    contacts = people[people.role == "setting"]
    assert set(asked.body) <= set(contacts.name)
    assert contacts.address.is_unique


def test_nobody_is_in_it(demo):
    """No name, post code, telephone number or address of anybody: roles, numbers and invented mailboxes only."""
    texts = {str(value) for made in demo.values() for column in made for value in made[column].unique()}
    titled = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Prof)\b")
    post_code = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
    telephone = re.compile(r"\b0\d{3,4} ?\d{3} ?\d{3,4}\b")
    street = re.compile(r"\b\d+ [A-Z][a-z]+ (Road|Street|Avenue|Lane|Close|Drive)\b")
    for pattern in (titled, post_code, telephone, street):
        assert not [text for text in texts if pattern.search(text)], pattern
    assert {text.rsplit(".", 1)[-1] for text in texts if "@" in text} == {"example"}
    roles = re.compile(r"(Officer \d+|Setting 9\d{5}|Team leader \w+( \w+)?|[A-Z][a-z]+( [a-zA-Z']+)*)$")
    assert all(roles.match(name) for name in demo["people"].name)
    assert demo["cases"].setting_urn.replace("", "900001").astype(int).min() >= 900_001  # no real URN reaches this


def test_the_same_seed_makes_the_same_council(demo):
    assert same(demo, make_council(WOLVERHAMPTON_LIKE, as_of=AS_OF))
    other = make_council(WOLVERHAMPTON_LIKE, as_of=AS_OF, seed=7)
    assert not demo["cases"].equals(other["cases"])


def test_a_new_process_makes_the_same_council(demo):
    code = (
        "from datetime import date; import hashlib;"
        "from deployments.demo.council import *;"
        "s = make_council(WOLVERHAMPTON_LIKE, as_of=date(2026, 11, 20));"
        "print(hashlib.sha256(s['advice'].to_csv().encode()).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == hashlib.sha256(demo["advice"].to_csv().encode()).hexdigest()


def test_the_next_night_shows_the_same_council_a_day_later(demo):
    """What was known stays as it was; only what happened that day is new."""
    before = make_council(WOLVERHAMPTON_LIKE, as_of=AS_OF - timedelta(days=1))["cases"].set_index("case_ref")
    after = demo["cases"].set_index("case_ref")
    assert set(before.index) <= set(after.index)
    new = after.loc[~after.index.isin(before.index), "request_received_on"]
    assert set(new) <= {AS_OF.isoformat(), ""}
    dated = [column for column in before.columns if column.endswith("_on")]
    was, now = before[dated], after.loc[before.index, dated]
    changed = (was != now).to_numpy()
    assert set(now.to_numpy()[changed]) <= {AS_OF.isoformat(), (AS_OF - timedelta(days=365)).isoformat()}
    steady = ["person_ref", "birth_date", "team", "officer", "setting_urn"]
    assert before[steady].equals(after.loc[before.index, steady])


def test_demand_can_be_set():
    small = make_council(WOLVERHAMPTON_LIKE, as_of=AS_OF, requests_per_year=100, authority_code="998")["cases"]
    assert small.request_received_on.str.startswith("2025").sum() == pytest.approx(100, abs=3)
    assert set(small.authority_code) == {"998"}


def test_cases_are_as_many_as_asked_over_as_many_authorities():
    sheets = make_cases(5_000, seed=3, as_of=AS_OF, authorities=12)
    assert len(sheets["cases"]) == 5_000
    assert sheets["cases"].authority_code.nunique() == 12
    assert 4.5 < len(sheets["advice"]) / 5_000 < 6
    assert same(sheets, make_cases(5_000, seed=3, as_of=AS_OF, authorities=12))
    for sheet, key in KEYS.items():
        assert not sheets[sheet].duplicated(key).any(), sheet
    urns = sheets["cases"][sheets["cases"].setting_urn != ""].groupby("setting_urn").authority_code.nunique()
    assert (urns == 1).all()
    known = set(zip(sheets["closures"].authority_code, sheets["closures"].setting_urn, strict=True))
    placed = sheets["cases"][sheets["cases"].setting_urn != ""]
    assert set(zip(placed.authority_code, placed.setting_urn, strict=True)) <= known


def test_cases_seen_the_night_before_are_the_same_cases():
    today = make_cases(3_000, seed=3, as_of=AS_OF)["cases"].set_index("case_ref")
    before = make_cases(3_000, seed=3, as_of=AS_OF, seen_on=AS_OF - timedelta(days=1))["cases"].set_index("case_ref")
    assert 2_990 <= len(before) <= 3_000
    assert today.loc[before.index, "person_ref"].equals(before.person_ref)
    assert 0 < (today.loc[before.index] != before).any(axis=1).sum() < 60


def test_more_authorities_than_england_has_are_refused():
    with pytest.raises(ValueError, match="1 to 153"):
        make_cases(10, seed=1, as_of=AS_OF, authorities=154)


@pytest.mark.parametrize("size", [1, 2, 60])
def test_a_handful_of_cases_is_no_special_case(size):
    assert len(make_cases(size, seed=1, as_of=AS_OF)["cases"]) == size


def test_written_and_read_again_it_is_the_same(demo, tmp_path):
    write_extract(demo, tmp_path / "extract")
    assert json.loads((tmp_path / "extract/manifest.json").read_text()) == {"extracted_at": "2026-11-20T18:00:00+00:00"}
    for sheet, made in demo.items():
        read = pd.read_csv(tmp_path / "extract" / f"{sheet}.csv", dtype="str", keep_default_na=False)
        pd.testing.assert_frame_equal(read, made, check_dtype=False)


def test_the_generator_does_not_share_the_engines_arithmetic():
    code = "import sys, deployments.demo.council; print([name for name in sys.modules if name.startswith('models')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_easter_and_bank_holidays():
    assert [easter(year) for year in (2024, 2025, 2026, 2027)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
    ]
    published = json.loads((ROOT / "models/statute/data/bank-holidays.json").read_text(encoding="utf-8"))
    found = re.findall(r"\d{4}-\d{2}-\d{2}", json.dumps(published))
    once = date(2023, 5, 8)  # the coronation
    for year in (2023, 2024, 2025, 2026, 2027):
        listed = {date.fromisoformat(day) for day in found if day.startswith(str(year))} - {once}
        assert bank_holidays(year) == {day for day in listed if day.weekday() < 5}


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2029, 12, 31)), st.integers(0, 30))
def test_working_days_step_by_step(day, more):
    calendar = Calendar(2019, 2030)
    expected = number(day)

    def works(when):
        return bool(calendar.working[when - calendar.first])

    while not works(expected):
        expected += 1
    for _ in range(more):
        expected += 1
        while not works(expected):
            expected += 1
    assert calendar.plus_working(np.array([number(day)]), np.array([more])).tolist() == [expected]
