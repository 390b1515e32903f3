"""The kinds of value that a file of local practice can hold: whole numbers within reason, flags, times of day."""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from models.authority import PATTERN

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

A_YEAR_OF_WORKING_DAYS = 260
A_YEAR = 366
A_CENTURY = 100
A_DAY_OF_MINUTES = 1440

WorkingDays = Annotated[int, Field(strict=True, ge=0, le=A_YEAR_OF_WORKING_DAYS)]
AtLeastOne = Annotated[int, Field(strict=True, ge=1, le=A_YEAR_OF_WORKING_DAYS)]
Days = Annotated[int, Field(strict=True, ge=1, le=A_YEAR)]
SignedDays = Annotated[int, Field(strict=True, ge=-A_YEAR, le=A_YEAR)]
Years = Annotated[int, Field(strict=True, ge=1, le=A_CENTURY)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=A_DAY_OF_MINUTES)]
Times = Annotated[int, Field(strict=True, ge=1, le=1000)]
Percent = Annotated[int, Field(strict=True, ge=1, le=100)]
Decimals = Annotated[int, Field(strict=True, ge=0, le=1)]
Flag = Annotated[bool, Field(strict=True)]


def _time_of_day(value: object) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise PydanticCustomError("time_of_day", "not a time of day")


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
"""A time of the day in England, written as "18:30"."""


def _day_if_any(value: object) -> date | None:
    if value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PydanticCustomError("day_if_any", "not a date")


DayIfAny = Annotated[date | None, BeforeValidator(_day_if_any)]
"""A date, written as 2027-03-31 without quotes; "" for none."""


def _authority_if_any(value: object) -> str:
    if value == "" or (isinstance(value, str) and re.fullmatch(PATTERN, value)):
        return value
    raise PydanticCustomError("authority_if_any", "not the number of an authority")


AuthorityIfAny = Annotated[str, BeforeValidator(_authority_if_any)]
"""The three figures of an authority, as in SEN2: "336"; "" for none. Neither England nor a region has any."""


MOST_LETTERS = 200


def _words(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if not text.strip() or not text.isprintable() or len(text) > MOST_LETTERS:
        raise PydanticCustomError("words", "no words")
    return text.strip()


Words = Annotated[str, BeforeValidator(_words)]
"""A few words for a person, on one line."""


class Policy(BaseModel):
    """A table of the file: knows its keys and no others, and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
