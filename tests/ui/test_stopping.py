"""However `ehc up` ends, nothing of it stays: no process, no held port, no run shown as running."""

import signal
import sqlite3
from contextlib import closing

from tests.patience import PATIENCE, until
from tests.ui.conftest import is_alive, told


def a_run_that_lasts(up):
    """A sweep that found a silent run and gives it an hour to speak."""
    up.pretend("RUNNING")

    def begun():
        run = up.begin("sweep", silent_after_seconds=0, second_look_seconds=3600)
        told(lambda: up.state(run) in {"RUNNING", "CANCELLED"}, "the sweep has begun, or another one has")
        return run if up.state(run) == "RUNNING" else None

    return told(begun, "a sweep of ours")


def states(up):
    with closing(sqlite3.connect(up.home / "prefect" / "prefect.db")) as connection:
        return dict(connection.execute("SELECT id, state_type FROM flow_run"))


def test_killed_outright_then_started_again_then_stopped(up):
    cut_off = a_run_that_lasts(up)
    children = up.children()
    assert len(children) >= 2, "the server and the run"
    up.process.kill()
    up.process.wait()
    until(lambda: not any(map(is_alive, children)), "its children end with it")
    until(up.is_port_free, "the port is free")
    assert states(up)[cut_off] == "RUNNING", "nobody was left to say otherwise"

    up.start()
    assert up.state(cut_off) == "CRASHED"
    assert "killed" in up.get(f"/flow_runs/{cut_off}")["state"]["message"]

    interrupted = a_run_that_lasts(up)
    children = up.children()
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(PATIENCE) == 0, up.words
    assert up.words.endswith("Stopped.\n")
    until(lambda: not any(map(is_alive, children)), "its children end with it")
    until(up.is_port_free, "the port is free")
    left = states(up)
    assert left[interrupted] in {"CANCELLED", "CRASHED"}
    assert not {"RUNNING", "PENDING", "CANCELLING"} & {
        state for run, state in left.items() if run in {cut_off, interrupted}
    }
