"""The rules of data quality as data: what each is called, whose it is, how bad, and what to do."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SEVERITIES = ("deadline", "duty", "record")
"""How bad a finding is, the worst first: a deadline is wrong, a duty was left undone, a record is incomplete."""


@dataclass(frozen=True)
class Rule:
    """One rule; `owner` is the role that can mend what it finds."""

    key: str
    title: str
    owner: str
    severity: str
    remedy: str

    @property
    def rank(self) -> int:
        """The place of its severity, 0 the worst."""
        return SEVERITIES.index(self.severity)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its key, in the order of the file."""
    found = tomllib.loads(files("models.measures.quality").joinpath("rules.toml").read_text("utf-8"))["rule"]
    return {one["key"]: Rule(**one) for one in found}
