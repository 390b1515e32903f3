"""What a rule finds, and the records of one authority it is tried on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from models.practice.schema import Practice
from models.statute.register import Register


class Hit(NamedTuple):
    """Something wrong with one record; `record` and `record_key` as in the chronology, "" for the case itself.

    `case_ref` is "" where the authority's source as a whole is meant. `words` names no person.
    """

    rule: str
    authority_code: str
    case_ref: str
    record: str
    record_key: str
    words: str


@dataclass(frozen=True)
class Looked:
    """What is looked at: the records of an authority as they are, on a day, by its practice and the law."""

    connection: Connection
    register: Register
    practice: Practice
    authority_code: str
    as_of: date

    @property
    def since(self) -> str:
        """Cases that ended before this day are not looked at."""
        return self.days_ago(self.practice.data_quality.closed_looked_back_days)

    def days_ago(self, days: int) -> str:
        """The day so many days before, in ISO."""
        return (self.as_of - timedelta(days=days)).isoformat()

    def hit(self, rule: str, case_ref: str, words: str, record: str = "case", record_key: str = "") -> Hit:
        """A finding of this authority."""
        return Hit(rule, self.authority_code, case_ref, record, record_key, words)


def once(hits: Iterable[Hit]) -> list[Hit]:
    """The hits with those of one rule on one record made one, which says all that they say."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for hit in hits:
        found.setdefault(tuple(hit[:-1]), {})[hit.words] = None
    return [Hit._make((*key, " ".join(words))) for key, words in found.items()]
