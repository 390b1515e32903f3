"""Files for people, written so that nobody ever finds half of one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import SettingsError


def write_whole(path: Path, text: str) -> Path:
    """The file, which holds this text; see `whole_file`."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to fill, which at the end takes the place of `path`: whole or not at all, and only its owner can read it.

    Of two that write the same file at once the second waits. What one that was killed left half done is used again.

    Raises:
        SettingsError: the file cannot be written, or the path is of something else than a file.
    """
    try:
        place = path.resolve()
        if place.exists() and not place.is_file():
            raise _refused(path, "It is no file.")
        part = place.with_name(f".{place.name}.part")
        held = _alone(part)
        try:
            yield part
            # On the disk before it has its name: after a power cut there is the former file or this one.
            os.fsync(held)
            part.replace(place)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        finally:
            os.close(held)
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from None


def _alone(part: Path) -> int:
    """The file, made empty and locked; the lock goes with the process, however that ends."""
    while True:
        held = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
        # Whoever had it before has meanwhile given it its name, or taken it away.
        if part.exists() and os.path.samestat(os.fstat(held), part.stat()):
            os.truncate(held, 0)
            return held
        os.close(held)


def _refused(path: Path, why: str) -> SettingsError:
    return SettingsError(
        "The file cannot be written.", where=str(path), why=why, remedy="Make room, or name another place."
    )
