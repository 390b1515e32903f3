"""Whether a workbook may be opened: it is a zip archive, has no password, and is no bomb."""

import zipfile
from pathlib import Path

from models.errors import ExtractRefusedError

LARGEST_BYTES = 1 << 30
HIGHEST_RATIO = 200
LARGEST_DIRECTORY = 1 << 20
"""Bytes of the list of an archive's parts, which is held in memory whole: some ten thousand parts."""
LONGEST_END = 22 + (1 << 16)
"""Bytes of the record at the end of an archive with the longest comment."""

OLD_FORMAT = b"\xd0\xcf\x11\xe0"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
PASSWORD_FLAG = 0x1


def refuse_unsafe_archive(path: Path) -> None:
    """Return if the workbook can be opened safely.

    Raises:
        ExtractRefusedError: not a workbook, in the format before 2007, with a password, or too large when unpacked.
    """
    with path.open("rb") as file:
        head = file.read(4)
        if head == OLD_FORMAT:
            encrypted = ENCRYPTED_STREAM in head + file.read(1 << 20)
            raise _with_password(path) if encrypted else _old_format(path)
    if _directory_bytes(path) > LARGEST_DIRECTORY:
        raise not_a_workbook(path, "it has more parts than any workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise not_a_workbook(path, "it is no zip archive, or it was cut short") from error
    if any(part.flag_bits & PASSWORD_FLAG for part in parts):
        raise _with_password(path)
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > LARGEST_BYTES or unpacked / packed > HIGHEST_RATIO:
        raise ExtractRefusedError(
            f"{path.name} is too large when unpacked",
            where=str(path),
            why=f"{packed:,} bytes unpack to {unpacked:,}: over 1 GiB, or over {HIGHEST_RATIO} times as many",
            remedy="Give the extract as a folder of CSV files; if nobody made so large a workbook, do not open it.",
        )


def _directory_bytes(path: Path) -> int:
    """How long the list of parts says it is: a number in the record at the end of the file, if there is one."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_END))
        end = file.read()
    place = end.rfind(b"PK\5\6")
    return int.from_bytes(end[place + 12 : place + 16], "little") if place >= 0 else 0


def not_a_workbook(path: Path, why: str) -> ExtractRefusedError:
    """The refusal of a file that is no workbook."""
    return ExtractRefusedError(
        f"{path.name} is not a workbook",
        where=str(path),
        why=why,
        remedy="Save it again as an Excel workbook (.xlsx), or give a folder of CSV files.",
    )


def _with_password(path: Path) -> ExtractRefusedError:
    return ExtractRefusedError(
        f"{path.name} is protected by a password",
        where=str(path),
        why="an encrypted workbook cannot be read",
        remedy="Save it without a password in a folder only this service may read.",
    )


def _old_format(path: Path) -> ExtractRefusedError:
    return not_a_workbook(path, "it is in the Excel format before 2007 (.xls)")
