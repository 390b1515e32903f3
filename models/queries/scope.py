"""Which cases are meant, as a condition of a query."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Scope:
    """Which cases are meant: all of them, an authority's, or one; and of these those for which `conditions` hold."""

    authority_code: str | None = None
    case_ref: str | None = None
    conditions: tuple[str, ...] = field(default=(), kw_only=True)

    def where(self, condition: str) -> "Scope":
        """Of these cases those for which this holds as well, a condition on the table `c` of cases."""
        return replace(self, conditions=(*self.conditions, condition))

    @property
    def sql(self) -> str:
        """The condition on the table `c` of cases."""
        wanted = [f"c.{name} = :{name}" for name in self.values]
        return " AND ".join([*wanted, *self.conditions]) or "1 = 1"

    @property
    def values(self) -> dict[str, Any]:
        """The values the condition needs."""
        given = {"authority_code": self.authority_code, "case_ref": self.case_ref}
        return {name: value for name, value in given.items() if value}


EVERYTHING = Scope()
