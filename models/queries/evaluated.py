"""Records that were read, with what follows from them on one day, each of it worked out once."""

from datetime import date

from models.queries.made_once import MadeOnce
from models.queries.records import Loaded
from models.statute.clocks import Clocks, clocks
from models.statute.facts import Facts
from models.statute.register import Register


class Evaluated:
    """Records of one kind as they stood on a day; the clocks of a duty are worked out when they are first asked for."""

    def __init__(self, loaded: Loaded, register: Register, as_of: date) -> None:
        self.loaded, self.register, self.as_of = loaded, register, as_of
        self.facts = Facts(loaded.records, as_of)
        self._clocks = MadeOnce(self._clocks_of)

    def clocks(self, duty: str) -> Clocks:
        """The clocks of the duty of that key."""
        return self._clocks(duty)

    def _clocks_of(self, duty: str) -> Clocks:
        (found,) = clocks(self.loaded.records, self.register, self.as_of, (self.register.duty(duty),))
        return found
