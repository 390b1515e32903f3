"""Is a port free, and if not, who holds it? Asked before anything is started, so that nobody is mistaken for us."""

import json
import socket
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from models.errors import SettingsError

PATIENCE_SECONDS = 2.0
LISTENING = "0A"  # the kernel's number for a socket that waits for callers, in /proc/net/tcp
_direct = build_opener(ProxyHandler({}))


def require_free(host: str, port: int) -> None:
    """SettingsError, with whoever seems to hold the port, unless it is free."""
    if is_free(host, port):
        return
    process = holder(port)
    who = f"process {process[0]} ({process[1]})" if process else "a process of another user"
    stale = is_healthy(f"http://127.0.0.1:{port}")
    raise SettingsError(
        f"Port {port} is in use.",
        where=f"{host}:{port}, held by {who}",
        why="A Prefect server answers there, perhaps left by an earlier ehc up; it is not attached to unseen."
        if stale
        else "Something that is not a Prefect server listens there.",
        remedy=(f"Stop it (kill {process[0]}), or c" if process and stale else "C")
        + f"hoose another port: ehc up --port {port + 1}",
    )


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port whose last server ended is free
        try:
            tried.bind((host, port))
        except PermissionError:
            raise SettingsError(f"Port {port} is not for this user.", remedy="Choose one above 1023.") from None
        except socket.gaierror:
            raise SettingsError(f"{host!r} is no address of this machine.", remedy="Use 127.0.0.1.") from None
        except OSError:
            return False
    return True


def is_healthy(address: str) -> bool:
    """Whether a Prefect server answers there, and answers that it is well."""
    try:
        with _direct.open(f"{address}/api/health", timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer) is True
    except (URLError, OSError, ValueError):
        return False


def holder(port: int) -> tuple[int, str] | None:
    """The process that listens on a port and its command; None where the system does not say."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if sockets & {str(link.readlink()) for link in (process / "fd").iterdir()}:
                words = (process / "cmdline").read_bytes().split(b"\0")
                return int(process.name), b" ".join(words).decode(errors="replace").strip()[:80]
        except OSError:  # gone meanwhile, or another user's
            continue
    return None


def _listening(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found
