"""`ehc up` serves: it is healthy, guarded, scheduled, and says so of runs that were killed.

On a set of packages that only imports, Prefect's server starts and is dead: newer FastAPI kills it at the start; with a
newer SQLAlchemy it answers, and schedules nothing (decision 0003).
"""

import stat
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from tests.patience import free_port
from tests.ui.conftest import HEARTBEAT, run_up, told

LONDON = ZoneInfo("Europe/London")


def test_it_is_up_and_says_what_to_open(up):
    assert up.get("/health") is True
    for page in ("/v2/dashboard", "/v2/artifacts", "/run"):
        assert page in up.words
    assert f" {up.address}/v2/dashboard\n" in up.words
    assert "Traceback" not in up.words


def test_its_pages_are_in_its_own_folder_since_where_it_is_installed_it_may_not_write(up):
    assert (up.home / "prefect" / "pages" / "v2" / "index.html").is_file()


def test_a_page_is_told_to_talk_to_nobody_else(up):
    answer = httpx.get(f"{up.address}/v2/dashboard", headers={"accept": "text/html"}, trust_env=False)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_another_page_in_the_same_browser_reads_nothing(up):
    stranger = {"origin": "http://elsewhere.example"}
    answer = httpx.get(f"{up.address}/api/admin/version", headers=stranger, trust_env=False)
    assert "access-control-allow-origin" not in answer.headers
    renamed = httpx.get(f"{up.address}/api/admin/version", headers={"host": "elsewhere.example"}, trust_env=False)
    assert renamed.status_code == 421


def test_prefects_files_are_for_this_user_only(up):
    home = up.home / "prefect"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "encryption.key").stat().st_mode) == 0o600


def test_a_second_one_in_the_same_folder_is_refused(up):
    ended = run_up(up.home, "127.0.0.1", free_port())
    assert "Another ehc up uses the same folder" in ended.stderr
    assert f"process {up.process.pid}" in ended.stderr


def test_the_night_is_scheduled_for_half_past_two_in_england(up):
    wanted = {"deployment_id": {"any_": [up.deployment("nightly")]}, "state": {"type": {"any_": ["SCHEDULED"]}}}

    def planned():
        found = up.ask("/flow_runs/filter", {"flow_runs": wanted})
        return found if len(found) >= 3 else []

    for run in told(planned, "three scheduled nights"):
        moment = datetime.fromisoformat(run["expected_start_time"]).astimezone(LONDON)
        assert (moment.hour, moment.minute) == (2, 30)
        assert "rhythm" in run["tags"]


def test_the_shipped_automations_are_there_once(up):
    names = [automation["name"] for automation in up.ask("/automations/filter", {})]
    assert len([name for name in names if name.startswith(("Night failed", "Certificate red"))]) == 2


def test_a_run_sends_heartbeats_by_the_name_the_sweep_listens_to(up, night):
    told(lambda: up.events(night, HEARTBEAT), "a heartbeat of the night")


def test_the_sweep_marks_a_silent_run_and_leaves_the_living_and_the_waiting(up, night):
    dead, living, paused = up.pretend("RUNNING"), up.pretend("RUNNING"), up.pretend("PAUSED")
    in_the_dead, in_the_living = up.pretend("RUNNING", inside=dead), up.pretend("RUNNING", inside=living)
    up.heard(dead, ago=timedelta(hours=2))
    up.heard(living, ago=timedelta())
    sweep = up.begin("sweep", silent_after_seconds=3600, second_look_seconds=0)
    told(lambda: up.state(sweep) == "COMPLETED", "the sweep")
    assert up.get(f"/flow_runs/{sweep}")["state"]["message"] == "2 stale runs were marked as crashed."
    assert [up.state(dead), up.state(in_the_dead)] == ["CRASHED", "CRASHED"]
    assert [up.state(living), up.state(in_the_living)] == ["RUNNING", "RUNNING"]
    assert up.state(paused) == "PAUSED"
