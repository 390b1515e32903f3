"""Names of sheets: what Excel allows, and no two alike."""

import re

LONGEST = 31
_NOT_ALLOWED = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"


class SheetNames:
    """Gives each sheet a name that Excel takes and that no other sheet has."""

    def __init__(self) -> None:
        self._taken = {_RESERVED}

    def free(self, wanted: str) -> str:
        """The name wanted, or the nearest that is allowed and free."""
        plain = " ".join(_NOT_ALLOWED.sub(" ", wanted).split()).strip("' ") or "No name"
        name = plain[:LONGEST].rstrip("' ")
        number = 2
        while name.casefold() in self._taken:
            end = f" {number}"
            name = plain[: LONGEST - len(end)].rstrip("' ") + end
            number += 1
        self._taken.add(name.casefold())
        return name
