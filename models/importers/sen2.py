"""The SEN2 return as one table, a row for each request: the shape its XML and its CSV export have in common."""

from collections.abc import Mapping, Sequence

import numpy as np

from models.errors import ExtractRefusedError
from models.importers.pseudonyms import Pseudonyms, case_refs
from models.importers.table import Table, TextColumn

# What is read of each module, in lower case, under the element or table it stands in. What is not named here is
# never held: names, addresses, sex, ethnicity.
ITEMS: Mapping[str, tuple[str, ...]] = {
    "person": ("personbirthdate", "upn", "uniquelearnernumber"),
    "requests": ("receiveddate", "requestsource", "requestoutcomedate", "requestoutcome"),
    "assessment": ("assessmentoutcome", "assessmentoutcomedate", "week20"),
    "activeplans": (
        "phasetransferduedate",
        "phasetransferfinaldate",
        "reviewmeeting",
        "reviewoutcome",
        "reviewdraft",
        "lastreview",
    ),
}
DATES = frozenset(
    item
    for items in ITEMS.values()
    for item in items
    if item.endswith("date") or item in ("reviewmeeting", "reviewdraft", "lastreview")
)
# Items that have been in every return since it became compulsory in 2023; the others came later.
SINCE_2023 = frozenset(
    {
        "personbirthdate",
        "upn",
        "uniquelearnernumber",
        "receiveddate",
        "requestoutcomedate",
        "requestoutcome",
        "assessmentoutcome",
        "assessmentoutcomedate",
        "week20",
        "lastreview",
        "urn",
        "placementrank",
        "sentype",
        "sentyperank",
    }
)
# Of these there may be two rows; the one of this rank is taken.
RANKED: Mapping[str, tuple[str, str]] = {
    "plandetail": ("urn", "placementrank"),
    "senneed": ("sentype", "sentyperank"),
}
FIRST_RANK = "1"
# Of these a request has one at most; where there are several, the first is taken and a note says so.
AT_MOST_ONE: Mapping[str, str] = {"assessment": "assessment", "namedplan": "named plan", "activeplans": "active plan"}
MOST_NAMED = 5

# The day on which transfers from secondary school to a post-16 institution fall due; the others fall due earlier.
POST16_DUE = "-03-31"

SECRET = frozenset({"upn", "uniquelearnernumber"})
FACTS = (*(item for items in ITEMS.values() for item in items if item not in SECRET), "urn", "sentype")
COLUMNS = ("lea", "person_ref", "case_ref", *FACTS, "phasetransferkind")


class RequestTable:
    """Collects requests one by one, and keeps of each person a pseudonym only."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self.pseudonyms = pseudonyms
        self.ignored: set[str] = set()
        self._with_several: dict[str, list[int]] = {}
        self._case_ref = case_refs()
        self._words: dict[str, list[str]] = {name: [] for name in COLUMNS}
        self._lines: list[int] = []

    def person_ref(self, person: Mapping[str, str]) -> str:
        """The pseudonym of a person; asked once for each."""
        return self.pseudonyms.person_ref(
            person.get("upn", ""), person.get("uniquelearnernumber", ""), person.get("personbirthdate", "")
        )

    def add(self, lea: str, person_ref: str, birth_date: str, facts: Mapping[str, str], line: int) -> None:
        """Take one request; `facts` are its items and those of what hangs under it, dates as YYYY-MM-DD."""
        due = facts.get("phasetransferduedate", "")
        row = {
            **facts,
            "lea": lea,
            "person_ref": person_ref,
            "case_ref": self._case_ref(person_ref, facts.get("receiveddate", "")),
            "personbirthdate": birth_date,
            "phasetransferkind": ("secondary_to_post16" if due.endswith(POST16_DUE) else "other") if due else "",
        }
        for name, words in self._words.items():
            words.append(row.get(name, ""))
        self._lines.append(line)

    def note_several(self, module: str, line: int) -> None:
        """Note that the request on this line has more than one of a module of `AT_MOST_ONE`."""
        lines = self._with_several.setdefault(module, [])
        if line not in lines[-1:]:
            lines.append(line)

    def table(self, file: str) -> tuple[Table, list[str]]:
        """The table of all requests taken, and notes on them.

        Raises:
            ExtractRefusedError: there is none.
        """
        if not self._lines:
            raise ExtractRefusedError(
                f"{file} holds no requests",
                where=file,
                why="there is no Requests element or row in it",
                remedy="Check that this is the whole return, and export it again.",
            )
        table = Table(
            file=file,
            columns={name: TextColumn.of(words) for name, words in self._words.items()},
            lines=np.array(self._lines, dtype=np.int64),
            headings={name: name for name in COLUMNS},
            ignored=sorted(self.ignored),
        )
        count = self.pseudonyms.without_number
        note = (
            f"{file}: persons with neither UPN nor ULN: {count:,}; their references depend on their order in the file"
        )
        several = [_several(file, x, self._with_several[x]) for x in AT_MOST_ONE if x in self._with_several]
        return table, [*([note] if count else []), *several]


def _several(file: str, module: str, lines: Sequence[int]) -> str:
    words = AT_MOST_ONE[module]
    named = ", ".join(map(str, lines[:MOST_NAMED])) + (", ..." if len(lines) > MOST_NAMED else "")
    return f"{file}: requests with more than one {words}: {len(lines):,}; the first of each is taken (line {named})"
