"""What `ehc up` refuses before it starts anything, and in which words."""

import http.server
import os
import socket
import stat
import threading

import pytest

from tests.patience import free_port
from tests.ui.conftest import run_up


def test_it_is_not_open_to_others_without_authentication(tmp_path):
    ended = run_up(tmp_path, "0.0.0.0", free_port())  # noqa: S104 - it is refused
    assert ended.returncode != 0
    assert "open to everybody who can reach 0.0.0.0" in ended.stderr
    assert "PREFECT_SERVER_API_AUTH_STRING" in ended.stderr
    assert "exit code 14" in ended.stderr


def test_a_port_held_by_something_else_is_named(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        ended = run_up(tmp_path, "127.0.0.1", held.getsockname()[1])
    assert "is in use" in ended.stderr
    assert f"process {os.getpid()}" in ended.stderr
    assert "not a Prefect server" in ended.stderr
    assert "ehc up --port" in ended.stderr


class Stale(http.server.BaseHTTPRequestHandler):
    """Answers as a Prefect server does that an earlier run left behind."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, *_):
        pass


def test_a_stale_prefect_server_is_not_attached_to(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stale) as stale:
        threading.Thread(target=stale.serve_forever, daemon=True).start()
        ended = run_up(tmp_path, "127.0.0.1", stale.server_port)
        stale.shutdown()
    assert "A Prefect server answers there" in ended.stderr
    assert f"kill {os.getpid()}" in ended.stderr


def test_a_host_that_is_not_of_this_machine_is_refused(tmp_path):
    ended = run_up(tmp_path, "no-such-host.invalid", free_port(), PREFECT_SERVER_API_AUTH_STRING="a:b")
    assert "no address of this machine" in ended.stderr


def test_the_key_of_the_secrets_is_made_once_and_for_this_user_only(tmp_path, monkeypatch):
    from deployments.server import server_here
    from models.settings import settings

    monkeypatch.setenv("EHC_HOME", str(tmp_path))
    settings.cache_clear()
    try:
        first = server_here.encryption_key()
        file = tmp_path / "prefect" / "encryption.key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)
        assert server_here.encryption_key() == first
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [path.name for path in file.parent.iterdir()] == ["encryption.key"]
    finally:
        settings.cache_clear()


@pytest.mark.parametrize(("host", "is_open"), [("127.0.0.1", False), ("::1", False), ("192.0.2.1", True)])
def test_only_loopback_is_a_closed_door(host, is_open, monkeypatch):
    from deployments.server.server_here import refuse_open_door
    from models.errors import SettingsError

    monkeypatch.delenv("PREFECT_SERVER_API_AUTH_STRING", raising=False)
    if is_open:
        with pytest.raises(SettingsError, match="open to everybody"):
            refuse_open_door(host)
    else:
        refuse_open_door(host)
