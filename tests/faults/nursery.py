"""A process that bears others which die: everything is imported once, and each child is a fork of it.

Each line of its input is one child: what it is to do, and with what, as JSON. For each it prints the number of the
child's process and then how it ended: 9 is kill -9, 0 that it came to its end. What begins with "here" is done by the
process itself, so that its children find warm whatever is read only once.
"""

import gc
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import event

from deployments.tracker.workbook import write_tracker
from deployments.whole_file import whole_file, write_whole
from models import migrations, store
from models.errors import SettingsError
from models.store import engine, reading
from tests.faults.nights import NOW, TONIGHT, Night, law, usual
from tests.notifications.build import Clock, kill_now, run, usual_practices

LONG_ENOUGH = 0.15
"""Seconds in which another would have written, if anything let it."""

LITTLE_ROOM = 1 << 14
"""Bytes: less than a workbook has."""

BULK = ("insert_rows", "update_rows", "delete_rows")


def deliver(address: str, url: str, step: str, spared: int) -> None:
    """Deliver, and die at the step of the message after those that are spared."""
    seen = 0

    def progress(reached: str) -> None:
        nonlocal seen
        seen += reached == step
        if reached == step and seen > spared:
            kill_now()

    run(address, {"EHC_SMTP_URL": url}, Clock(), progress=progress)


def night(address: str, extract: str, steps: list[str], die_at: str, spared: int) -> None:
    """Take these steps of a night, and die at a write or a commit after so many that are spared."""
    found = Night(address, Path(extract))
    die_after(address, die_at, spared)
    found.run(steps)


def two_nights(address: str, extract: str) -> None:
    """Run two nights at once; the other is a child of this process."""
    ready, go = os.pipe()
    other = os.fork()
    if other:
        os.write(go, b"go")
        Night(address, Path(extract)).run()
        _, status = os.waitpid(other, 0)
        assert status == 0, "the other night did not come to its end"
        return
    os.read(ready, 2)
    Night(address, Path(extract)).run()
    os._exit(0)


def make_tables(address: str, die_at: str, spared: int) -> None:
    """Bring the tables up to this release, and die on the way."""
    die_after(address, die_at, spared)
    migrations.upgrade(address)


def write(path: str, text: str, die_at: str) -> None:
    """Write a file for people, and die with half of it written, before it has its name, or after."""
    replace = Path.replace

    def killed(part: Path, place: Path) -> None:
        if die_at == "named":
            replace(part, place)
        kill_now()

    with patch.object(Path, "replace", killed), whole_file(Path(path)) as part:
        part.write_text(text[: len(text) // 2])
        if die_at == "writing":
            kill_now()
        part.write_text(text)


def write_beside_another(path: str) -> None:
    """Write a file for people while another process has begun to."""
    ready, go = os.pipe()
    other = os.fork()
    if not other:
        os.read(ready, 2)
        write_whole(Path(path), "second")
        os._exit(0)
    with whole_file(Path(path)) as part:
        part.write_text("first")
        os.write(go, b"go")
        time.sleep(LONG_ENOUGH)
        assert os.waitpid(other, os.WNOHANG) == (0, 0), "the other did not wait"
        assert part.read_text() == "first", "the other wrote into the same file"
    assert os.waitpid(other, 0)[1] == 0


def write_tracker_without_room(address: str, path: str) -> None:
    """Write the workbook where a file can have no more than so many bytes, and say what a person is told."""
    with reading(address) as connection:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LITTLE_ROOM, LITTLE_ROOM))
        try:
            write_tracker(Path(path), connection, law(), usual(), date.fromisoformat(TONIGHT), made_at=NOW)
        except SettingsError as error:
            assert "Make room" in error.remedy  # noqa: PT017 - the child's own end says the rest
            return
    raise AssertionError


WORK: dict[str, Callable[..., None]] = {
    "deliver": deliver,
    "night": night,
    "two nights": two_nights,
    "make tables": make_tables,
    "write": write,
    "write beside another": write_beside_another,
    "write tracker without room": write_tracker_without_room,
}


def die_after(address: str, die_at: str, spared: int) -> None:
    """Arrange to be killed: at a `commit` with all written, after a bulk `write`, or after a `statement`."""
    left = iter(range(spared))

    def die(*_: object) -> None:
        if next(left, None) is None:
            kill_now()

    if die_at == "commit":
        event.listen(engine(address), "commit", die)
    elif die_at == "statement":
        event.listen(engine(address), "after_cursor_execute", die)
    elif die_at == "write":
        for name in BULK:
            _follow(name, die)


def _follow(name: str, then: Callable[[], None]) -> None:
    """Call `then` after each bulk write of this kind, whoever has imported the function."""
    original = getattr(store, name)

    def followed(*of: object, **how: object) -> None:
        original(*of, **how)
        then()

    for module in list(sys.modules.values()):
        if getattr(module, name, None) is original:
            setattr(module, name, followed)


def main() -> None:
    """Bear a child for each line."""
    import psycopg  # noqa: F401
    from apprise import Apprise  # noqa: F401

    usual_practices()
    print("ready", flush=True)
    for line in sys.stdin:
        what, *of = json.loads(line)
        if what == "here":
            here(*of)
            print(os.getpid(), 0, sep="\n", flush=True)
            continue
        child = os.fork()
        if not child:
            try:
                WORK[what](*of)
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a child ends here, whatever happened
                traceback.print_exc()
            finally:
                os._exit(1)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)


def here(what: str, address: str, *of: object) -> None:
    """Do it in this process, and leave no connection that a child would share."""
    WORK[what](address, *of)
    engine(address).dispose()
    engine.cache_clear()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
