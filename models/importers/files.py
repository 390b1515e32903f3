"""The files of an extract: found, read, and remembered for the digest and the age of the whole."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from models.errors import ExtractRefusedError

MANIFEST = "manifest.json"
PIECE_BYTES = 1 << 20


class SourceFiles:
    """The files read so far: every one is counted into the digest, in the order it was read."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._newest = 0.0

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes of all files read, in hexadecimal."""
        return self._hash.hexdigest()

    @property
    def newest_at(self) -> datetime:
        """When the newest of the files was last changed, in UTC."""
        return datetime.fromtimestamp(self._newest, UTC)

    def read(self, path: Path) -> bytes:
        """The bytes of a file.

        Raises:
            ExtractRefusedError: it is empty or cannot be read.
        """
        return b"".join(self._pieces(path))

    def note(self, path: Path) -> None:
        """Count a file that somebody else reads, without holding it in memory.

        Raises:
            ExtractRefusedError: it is empty or cannot be read.
        """
        for _ in self._pieces(path):
            pass

    def _pieces(self, path: Path) -> Iterable[bytes]:
        empty = True
        try:
            with path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    empty = False
                    self._hash.update(piece)
                    yield piece
            self._newest = max(self._newest, path.stat().st_mtime)
        except OSError as error:
            raise ExtractRefusedError(
                f"{path.name} cannot be read",
                where=str(path),
                why=error.strerror or str(error),
                remedy="Check that the file is there and that this account may read it.",
            ) from error
        if empty:
            raise ExtractRefusedError(
                f"{path.name} is empty",
                where=str(path),
                why="the file has 0 bytes: the export probably failed",
                remedy="Export it again, or remove the file if the source has nothing to say.",
            )


def existing(path: Path) -> Path:
    """The path, which is of a file or folder.

    Raises:
        ExtractRefusedError: there is none; a pipe or a device, which may never end, is none.
    """
    try:
        found = path.is_file() or path.is_dir()
    except (OSError, ValueError):
        found = False
    if not found:
        raise ExtractRefusedError(
            "there is no extract at this path",
            where=str(path),
            why="no such file or folder",
            remedy="Check the path, and that last night's export ran.",
        )
    return path


def folder_files(folder: Path) -> list[Path]:
    """The files of a folder in the order of their names, without hidden ones and Excel's lock files.

    Raises:
        ExtractRefusedError: the folder cannot be read.
    """
    try:
        return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$")))
    except OSError as error:
        raise ExtractRefusedError(
            "the folder cannot be read",
            where=str(folder),
            why=error.strerror or str(error),
            remedy="Check that this account may read the folder.",
        ) from error


def two_files(name: str, paths: Iterable[Path]) -> ExtractRefusedError:
    """The refusal of a folder in which two files could be meant by one name."""
    return ExtractRefusedError(
        f"there are two files for {name}",
        where=", ".join(path.name for path in paths),
        why="which of them is meant cannot be known",
        remedy="Keep one of them in the folder.",
    )


def only_file(path: Path, pattern: str) -> Path:
    """The one file of a folder whose name fits the pattern in any case; a path that is a file must fit too.

    Raises:
        ExtractRefusedError: none fits, or several do.
    """
    candidates = folder_files(path) if path.is_dir() else [path]
    found = [one for one in candidates if fnmatch(one.name.casefold(), pattern.casefold()) and one.name != MANIFEST]
    if len(found) > 1:
        raise two_files(pattern, found)
    if not found:
        raise ExtractRefusedError(
            f"there is no file {pattern}",
            where=str(path),
            why=f"the source asks for it; there are: {', '.join(one.name for one in candidates[:20]) or 'no files'}",
            remedy="Export it again, or correct `file` in the map of the source.",
        )
    return found[0]


def extracted_at(path: Path, files: SourceFiles) -> datetime:
    """When the extract was made, in UTC: as its `manifest.json` says, else when its newest file was changed.

    Raises:
        ExtractRefusedError: the manifest cannot be understood.
    """
    manifest = path / MANIFEST
    if not path.is_dir() or not manifest.is_file():
        return files.newest_at
    try:
        said = json.loads(manifest.read_text("utf-8-sig"))["extracted_at"]
        moment = datetime.fromisoformat(said)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _manifest_refused(manifest, "it has no readable extracted_at") from error
    if moment.tzinfo is None:
        raise _manifest_refused(manifest, f"extracted_at {said} has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise _manifest_refused(manifest, f"extracted_at {said} is out of range") from error


def _manifest_refused(manifest: Path, why: str) -> ExtractRefusedError:
    return ExtractRefusedError(
        "the manifest of the extract cannot be understood",
        where=str(manifest),
        why=why,
        remedy='Write {"extracted_at": "2026-01-31T02:00:00+00:00"}, or remove the file.',
    )
