"""References that stand for a child in place of UPN and ULN, which are never kept.

They are keyed: without the key nobody can find out whose reference it is by trying all numbers.
"""

import hashlib
import hmac
import os
import re
from collections import Counter
from collections.abc import Callable

from models.errors import SettingsError

KEY_VARIABLE = "EHC_PSEUDONYM_KEY"
SHORTEST_KEY = 16
LENGTH = 16


class Pseudonyms:
    """Gives each person the same reference whenever and from whatever file the person is read."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._without_number: Counter[str] = Counter()

    @classmethod
    def from_environment(cls) -> "Pseudonyms":
        """Pseudonyms under the key of this installation.

        Raises:
            SettingsError: there is no key, or one too short to keep a secret.
        """
        key = os.environ.get(KEY_VARIABLE, "").strip()
        if len(key) < SHORTEST_KEY:
            raise SettingsError(
                "SEN2 data cannot be read without a key for pseudonyms",
                where=f"environment variable {KEY_VARIABLE}",
                why=f"it has fewer than {SHORTEST_KEY} characters" if key else "it is not set",
                remedy="Make one with python -c 'import secrets; print(secrets.token_hex(32))', set it, and keep it: "
                "with another key every child gets another reference.",
            )
        return cls(key.encode("utf-8"))

    @property
    def without_number(self) -> int:
        """How many persons had neither UPN nor ULN."""
        return self._without_number.total()

    def person_ref(self, upn: str, uln: str, birth_date: str) -> str:
        """The reference of a person, 16 hexadecimal digits: from the UPN, else the ULN.

        Where there is neither it is made from the birth date and the place among those without a number who were
        born on that day: it then holds only while the source keeps their order.
        """
        for kind, number in (("upn", upn), ("uln", uln)):
            if plain := re.sub(r"\s", "", number).upper():
                return self._digest(f"{kind}:{plain}")
        self._without_number[birth_date] += 1
        return self._digest(f"born:{birth_date}:{self._without_number[birth_date]}")

    def _digest(self, identity: str) -> str:
        return hmac.new(self._key, identity.encode("utf-8"), hashlib.sha256).hexdigest()[:LENGTH]


def case_refs() -> Callable[[str, str], str]:
    """A function that gives the reference of a case from its person and the day of its request.

    A second request of one person on one day ends in `-2`. The day is YYYY-MM-DD; anything else is `undated`.
    """
    seen: Counter[str] = Counter()

    def case_ref(person_ref: str, received_on: str) -> str:
        if not person_ref:
            return ""
        is_day = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", received_on)
        ref = f"{person_ref}-{received_on.replace('-', '') if is_day else 'undated'}"
        seen[ref] += 1
        return ref if seen[ref] == 1 else f"{ref}-{seen[ref]}"

    return case_ref
