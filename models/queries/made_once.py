"""What is made when it is first asked for, and then kept."""

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Made = TypeVar("_Made")


class MadeOnce(Generic[_Key, _Made]):
    """Makes something of each key once, also where two threads ask for it at the same time: one of them waits."""

    def __init__(self, make: Callable[[_Key], _Made]) -> None:
        self._make = make
        self._made: dict[_Key, _Made] = {}
        self._locks: dict[_Key, RLock] = {}

    def __call__(self, key: _Key) -> _Made:
        """What was made of the key."""
        if key not in self._made:
            # A lock for each, since what is made may ask for others; it never asks for itself.
            with self._locks.setdefault(key, RLock()):
                if key not in self._made:
                    self._made[key] = self._make(key)
        return self._made[key]
