"""Prefect's server as `ehc up` runs it: our folder, our address, one origin, silent towards everybody else."""

import base64
import os
import stat
from contextlib import suppress
from tempfile import NamedTemporaryFile

from deployments import logs
from deployments.server import prefect_here
from deployments.server.prefect_here import prefect_home
from models.errors import SettingsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
AUTHENTICATION = "PREFECT_SERVER_API_AUTH_STRING"

SERVED = {
    # Measured: a task's record costs the server 9 ms instead of 40 when records are written in batches.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "500",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # A run's log reaches its page every so many seconds: a call for a handful of lines, not for two or three.
    "PREFECT_LOGGING_TO_API_BATCH_INTERVAL": "5",
    # A form that was sent is taken up within this many seconds.
    "PREFECT_RUNNER_POLL_FREQUENCY": "5",
    # The page asks the host it came from, whatever name or proxy it was reached by.
    "PREFECT_SERVER_UI_API_URL": "/api",
    # The sweep judges a run by its heartbeats; it allows for three lost ones.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # A run's page shows its log; the terminal shows only what needs a person.
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}


def prepare(host: str, port: int) -> str:
    """Set Prefect's server and client up for one address and answer it; must run before Prefect is imported.

    What is already set stays, but for the address of the API: `ehc up` serves to its own server only.
    """
    refuse_open_door(host)
    address = f"http://{_written(host)}:{port}"
    names = {_written(host), *(LOOPBACK[:2] if host in LOOPBACK or _is_anywhere(host) else ())}
    for name, value in {
        **SERVED,
        **logs.for_prefect(),
        # Prefect's own default, any page in the same browser, would let a stranger's page read the children's cases.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(sorted(f"http://{name}:{port}" for name in names)),
        "PREFECT_SERVER_ENCRYPTION_KEY": encryption_key(),
        # Else it puts its pages where it is installed, and has none where the account of a service may not write there.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(prefect_home() / "pages"),
        # Else each stage of a night would first ask the server for a token that it does not want.
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": os.environ.get("PREFECT_SERVER_CSRF_PROTECTION_ENABLED", "false"),
    }.items():
        os.environ.setdefault(name, value)
    os.environ["PREFECT_API_URL"] = f"{address}/api"
    if authentication := os.environ.get(AUTHENTICATION):
        os.environ.setdefault("PREFECT_API_AUTH_STRING", authentication)
    prefect_here.prepare()
    return address


def refuse_open_door(host: str) -> None:
    """SettingsError if others could reach the server and it would ask nobody who they are."""
    if host not in LOOPBACK and not os.environ.get(AUTHENTICATION):
        raise SettingsError(
            f"Prefect would be open to everybody who can reach {host}.",
            why="Whoever sees its pages can also run and delete what is there.",
            remedy=f"Set {AUTHENTICATION}=name:password in the environment, or leave --host at 127.0.0.1 "
            "and put a proxy that signs people in before it.",
        )


def encryption_key() -> str:
    """The key of the secrets that Prefect keeps; made once, and never kept in the database it protects."""
    file = prefect_home() / "encryption.key"
    if not file.exists():
        with NamedTemporaryFile("w", dir=file.parent, prefix=".key-") as fresh:  # created with mode 600
            fresh.write(base64.urlsafe_b64encode(os.urandom(32)).decode())
            fresh.flush()
            os.fsync(fresh.fileno())
            with suppress(FileExistsError):
                os.link(fresh.name, file)  # whole or not at all, and never over an older key
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        file.chmod(0o600)
    return file.read_text().strip()


def _is_anywhere(host: str) -> bool:
    return host in {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


def _written(host: str) -> str:
    """The host as an address a browser on this machine can open."""
    if _is_anywhere(host):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
