"""The SEN2 return in XML, read as a stream: nothing but the present person is held, and no name at all."""

from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from models.errors import ExtractRefusedError
from models.importers.files import PIECE_BYTES, SourceFiles, only_file
from models.importers.pseudonyms import Pseudonyms
from models.importers.sen2 import AT_MOST_ONE, FIRST_RANK, ITEMS, RANKED, RequestTable
from models.importers.table import Table

DEEPEST = 50
LONGEST_PART = 1 << 24
"""Bytes of a tag or a comment, which the parser reads from its beginning again with every piece of the file."""

# Of each element whose items are read: the items, and what they are about.
HEADER, PERSON, REQUEST, ROW = "header", "person", "request", "row"
READ: dict[str, frozenset[str]] = {
    "collectiondetails": frozenset({"collection"}),
    "source": frozenset({"lea"}),
    **{group: frozenset(items) for group, items in ITEMS.items()},
    **{group: frozenset(items) for group, items in RANKED.items()},
}
ABOUT: dict[str, str] = {
    "collectiondetails": HEADER,
    "source": HEADER,
    "person": PERSON,
    "requests": REQUEST,
    "assessment": REQUEST,
    "activeplans": REQUEST,
    **dict.fromkeys(RANKED, ROW),
}
# Expat's numbers for a text that ends too early: between elements, in a tag, in a character, in a CDATA section.
ENDS_TOO_EARLY = frozenset({3, 5, 6, 20})


def sen2_xml_table(path: Path, files: SourceFiles) -> tuple[Table, list[str]]:
    """The requests of a SEN2 message as a table, with the line of each in the file, and notes on them.

    Raises:
        ExtractRefusedError: malformed, cut short, with a DTD or entities, or another kind of message.
        SettingsError: there is no key for pseudonyms.
    """
    path = only_file(path, "*.xml")
    message = _Message(path.name, RequestTable(Pseudonyms.from_environment()))
    files.note(path)
    with path.open("rb") as file:
        _feed(message, file)
    return message.requests.table(path.name)


def _feed(message: "_Message", file: BinaryIO) -> None:
    parser = DefusedXMLParser(target=message, forbid_dtd=True)
    message.expat = parser.parser
    fed = 0
    try:
        while piece := file.read(PIECE_BYTES):
            parser.feed(piece)
            fed += len(piece)
            if fed - parser.parser.CurrentByteIndex > LONGEST_PART:
                raise message.not_sen2(f"one of its tags or comments is longer than {LONGEST_PART:,} bytes")
        parser.close()
    except DefusedXmlException as error:
        raise ExtractRefusedError(
            f"{message.file} declares a document type or entities",
            where=message.where(),
            why="a SEN2 return has none, and they can be used to do harm",
            remedy="Do not use this file; export the return again from the case system.",
        ) from error
    except ParseError as error:
        early = error.code in ENDS_TOO_EARLY
        raise ExtractRefusedError(
            f"{message.file} is cut short" if early else f"{message.file} is not well-formed XML",
            where=message.where(),
            why=f"the file ends before the message does ({error})" if early else str(error),
            remedy="Export the return again.",
        ) from error
    except (LookupError, ValueError) as error:
        raise ExtractRefusedError(
            f"{message.file} is in an encoding that cannot be read",
            where=message.where(),
            why=str(error),
            remedy="Export the return again in UTF-8.",
        ) from error


class _Message:
    """What the parser tells as it goes (`start`, `data`, `end`, `close`): elements open and close around text."""

    def __init__(self, file: str, requests: RequestTable) -> None:
        self.file = file
        self.requests = requests
        # Set to the parser underneath, which knows the present line.
        self.expat: object = None
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._said: dict[str, dict[str, str]] = {HEADER: {}, PERSON: {}, REQUEST: {}, ROW: {}}
        # The requests of the present person: who it is may be known only at the end.
        self._pending: list[tuple[dict[str, str], int]] = []
        self._line = 0
        # What of `AT_MOST_ONE` the present request has, and how deep the second of its kind begins.
        self._has: set[str] = set()
        self._again: int | None = None

    def where(self) -> str:
        return f"{self.file}, line {self._present_line()}"

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2].casefold()
        if not self._path and name != "message":
            raise self.not_sen2(f"its outermost element is {name[:40]}, not Message")
        if len(self._path) >= DEEPEST:
            raise self.not_sen2(f"its elements are nested more than {DEEPEST} deep")
        if self._text is not None:
            raise self.not_sen2(f"its {self._path[-1]} holds another element, and should hold a value")
        if name in AT_MOST_ONE and self._again is None:
            self._count(name)
        is_read = self._again is None and self._path and name in READ.get(self._path[-1], ())
        self._text = [] if is_read else None
        self._path.append(name)
        if name in ("person", "requests", *RANKED):
            self._said[ABOUT[name]] = {}
        if name == "requests":
            self._line = self._present_line()
            self._has.clear()

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, _tag: str) -> None:
        name = self._path.pop()
        parent = self._path[-1] if self._path else ""
        if self._text is not None:
            self._said[ABOUT[parent]][name] = "".join(self._text).strip()
        elif parent in READ and name not in READ:
            self.requests.ignored.add(name[:40])
        self._text = None
        if self._again is not None:
            self._again = None if len(self._path) == self._again else self._again
            return
        match name:
            case "collectiondetails":
                self._check_collection()
            case "plandetail" | "senneed":
                self._keep_first_rank(name)
            case "requests":
                self._pending.append((self._said[REQUEST], self._line))
            case "person":
                self._add_requests()

    def close(self) -> None:
        if not self._said[HEADER].get("lea"):
            raise self.not_sen2("its header does not say which authority it is from (LEA)")

    def _check_collection(self) -> None:
        collection = self._said[HEADER].get("collection", "SEN2")
        if collection.upper() != "SEN2":
            raise self.not_sen2(f"it is a return of the collection {collection[:40]}")

    def _count(self, module: str) -> None:
        """Pass over what begins now if its request has one of its kind already."""
        if module in self._has:
            self.requests.note_several(module, self._line)
            self._again = len(self._path)
        self._has.add(module)

    def _keep_first_rank(self, group: str) -> None:
        value, rank = RANKED[group]
        row = self._said[ROW]
        if row.get(rank) == FIRST_RANK:
            self._said[REQUEST].setdefault(value, row.get(value, ""))

    def _add_requests(self) -> None:
        person = self._said[PERSON]
        person_ref = self.requests.person_ref(person)
        lea = self._said[HEADER].get("lea", "")
        for facts, line in self._pending:
            self.requests.add(lea, person_ref, person.get("personbirthdate", ""), facts, line)
        self._pending.clear()
        self._said[PERSON] = {}

    def _present_line(self) -> int:
        return int(getattr(self.expat, "CurrentLineNumber", 0))

    def not_sen2(self, why: str) -> ExtractRefusedError:
        return ExtractRefusedError(
            f"{self.file} is not a SEN2 return",
            where=self.where(),
            why=why,
            remedy="Give the SEN2 person-level return in XML, or name another --source.",
        )
