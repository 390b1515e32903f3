"""Which cases are meant, as a condition of a query."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scope:
    """Which cases are meant: all of them, an authority's, or one."""

    authority_code: str | None = None
    case_ref: str | None = None

    @property
    def sql(self) -> str:
        """The condition on the table `c` of cases."""
        wanted = [f"c.{name} = :{name}" for name, value in self.values.items() if value]
        return " AND ".join(wanted) or "1 = 1"

    @property
    def values(self) -> dict[str, Any]:
        """The values the condition needs."""
        given = {"authority_code": self.authority_code, "case_ref": self.case_ref}
        return {name: value for name, value in given.items() if value}


EVERYTHING = Scope()
