"""What is deployed, and when it runs on the nights when the clocks change."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio
import pytest
import yaml

import deployments
from deployments.serving import PLAN, TIMEZONE, WORK_POOL, prefect_yaml
from deployments.serving import deployments as served

LONDON = ZoneInfo("Europe/London")
FILE = Path(deployments.__file__).with_name("prefect.yaml")


@pytest.fixture(scope="module")
def planned():
    return {deployment.name: deployment for deployment in served()}


@pytest.mark.parametrize("change", [datetime(2027, 3, 28, tzinfo=LONDON), datetime(2027, 10, 31, tzinfo=LONDON)])
def test_the_night_is_at_half_past_two_on_both_sides_of_a_clock_change(planned, change):
    from prefect.server.schemas.schedules import CronSchedule

    asked = planned["nightly"].schedules[0].schedule
    schedule = CronSchedule(cron=asked.cron, timezone=asked.timezone)
    start = (change - timedelta(days=2)).astimezone(UTC)
    nights = [night.astimezone(LONDON) for night in anyio.run(lambda: schedule.get_dates(5, start=start))]
    assert [night.date() for night in nights] == [(change + timedelta(days=days)).date() for days in range(-2, 3)]
    assert {(night.hour, night.minute) for night in nights} == {(2, 30)}


def test_daily_work_keeps_out_of_the_hour_that_is_skipped_or_repeated():
    for line in PLAN:
        hour = line.cron.split()[1] if line.cron else "*"
        assert hour == "*" or int(hour) >= 2, line.name


def test_rhythms_run_one_at_a_time_and_cancel_what_overlaps(planned):
    for line in PLAN:
        deployment = planned[line.name]
        if line.cron:
            assert deployment.concurrency_limit == 1
            assert deployment.concurrency_options.collision_strategy.value == "CANCEL_NEW"


def test_entrypoints_are_modules_not_files(planned):
    for line in PLAN:
        assert planned[line.name].entrypoint == line.entrypoint
        assert "/" not in line.entrypoint


def test_the_project_file_says_the_same(planned):
    assert FILE.read_text() == prefect_yaml(), "write it again: python -m deployments.serving"
    written = {entry["name"]: entry for entry in yaml.safe_load(FILE.read_text())["deployments"]}
    assert set(written) == set(planned)
    for name, deployment in planned.items():
        entry = written[name]
        assert entry["entrypoint"] == deployment.entrypoint
        assert entry["description"] == deployment.description
        assert entry["tags"] == deployment.tags
        assert entry["parameters"] == deployment.parameters
        assert entry["work_pool"] == {"name": WORK_POOL}
        assert [(given["cron"], given["timezone"]) for given in entry.get("schedules", [])] == [
            (given.schedule.cron, given.schedule.timezone) for given in deployment.schedules or []
        ]
        assert all(given["timezone"] == TIMEZONE for given in entry.get("schedules", []))
        assert ("concurrency_limit" in entry) == (deployment.concurrency_limit == 1)
