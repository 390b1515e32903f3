"""Where a case is explained: the form of a server that answers, and nowhere else."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from deployments.serving import PLAN
from deployments.tracker.explain_form import DEPLOYMENT, FLOW, explain_form
from models.settings import settings


class Server(BaseHTTPRequestHandler):
    """Answers as Prefect's API does when a deployment is asked for by its name."""

    def do_GET(self) -> None:
        is_known = unquote(self.path) == f"/api/deployments/name/{FLOW}/{DEPLOYMENT}"
        self.send_response(200 if is_known else 404)
        self.end_headers()
        self.wfile.write(json.dumps({"id": "0f0f"} if is_known else {}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def set_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("EHC_UI_ADDRESS", address)
    settings.cache_clear()


def test_the_form_is_one_that_is_served() -> None:
    (served,) = [one for one in PLAN if one.name == DEPLOYMENT]
    assert served.entrypoint == "flows.explain_case.explain_case"
    assert FLOW == "explain-case"


@pytest.mark.parametrize("stroke", ["", "/"])
def test_a_case_leads_to_the_form_filled_in(
    settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch, address: str, stroke: str
) -> None:
    set_to(monkeypatch, address + stroke)
    led_to = urlsplit(explain_form()('999/C 1"&'))
    assert led_to.path == "/v2/deployments/deployment/0f0f/run"
    assert json.loads(parse_qs(led_to.query)["parameters"][0]) == {"case": '999/C 1"&'}


@pytest.mark.parametrize("answer", [b"220 mail.example ready\r\n", b"HTTP/1.0 200 OK\r\n\r\n[1]", b""])
def test_from_what_is_no_such_server_there_is_no_link(
    settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def tell() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.recv(10_000)
                caller.sendall(answer)

        thread = threading.Thread(target=tell)
        thread.start()
        set_to(monkeypatch, f"http://127.0.0.1:{listening.getsockname()[1]}")
        assert explain_form()("C-1") == ""
        thread.join()


@pytest.mark.parametrize("nowhere", ["", "http://127.0.0.1:1", "file:///etc/passwd", "javascript:alert(1)"])
def test_without_a_server_that_answers_there_is_no_link(
    settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch, nowhere: str
) -> None:
    set_to(monkeypatch, nowhere)
    assert explain_form()("C-1") == ""
