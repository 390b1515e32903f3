"""What the XML of a worksheet says and openpyxl keeps to itself: formulas without a value, rows that it leaves out."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from defusedxml.ElementTree import iterparse

from models.importers.files import PIECE_BYTES

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^<>]*\s)?r=[\"']([0-9]{1,10})[\"']")
_LETTERS = re.compile("[A-Z]+")


@dataclass(frozen=True)
class Looked:
    """`misplaced` is the number of the first row that does not come after the one before it, 0 if there is none."""

    has_formulas: bool
    misplaced: int


def look_over(sheet: BinaryIO) -> Looked:
    """What a glance at the XML tells, which takes a small part of the time that reading it does."""
    has_formulas, last = False, 0
    for piece in _whole_tags(sheet):
        has_formulas = has_formulas or bool(_FORMULA.search(piece))
        for found in _ROW.finditer(piece):
            number = int(found[1])
            if number <= last:
                return Looked(has_formulas, number)
            last = number
    return Looked(has_formulas, 0)


def never_worked_out(sheet: BinaryIO, columns: Collection[str]) -> str:
    """The first cell in these columns, which are letters, whose formula has no value; "" if there is none.

    A program that writes formulas leaves their values to the spreadsheet that opens the file first.
    """
    for _, element in iterparse(sheet, forbid_dtd=True):
        if _name(element.tag) == "c":
            parts = {_name(part.tag): part.text for part in element}
            letters = _LETTERS.match(element.get("r", ""))
            # A formula whose value is an empty text says so by its type.
            is_open = "f" in parts and not parts.get("v") and element.get("t") != "str"
            if is_open and letters and letters.group() in columns:
                return str(element.get("r"))
        elif _name(element.tag) == "row":
            element.clear()
    return ""


def _whole_tags(sheet: BinaryIO) -> Iterator[bytes]:
    """The XML in pieces none of which ends within a tag, unless one is longer than a piece."""
    begun = b""
    while piece := sheet.read(PIECE_BYTES):
        whole, mark, begun = (begun + piece).rpartition(b"<")
        yield whole
        begun = (mark + begun)[:PIECE_BYTES]
    yield begun


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
