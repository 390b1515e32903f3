"""The register of law: every duty and its dated, cited limits, read from `instruments/*.toml`.

The files are refused at the door when they say anything the register does not understand, with the file,
the key, the reason and the remedy; so whatever is in a `Register` is complete and consistent.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from models.errors import NotFoundError, StatuteDataError
from models.statute import schema
from models.statute.calendar import Stretch
from models.statute.counting import LOOKING_AHEAD


@dataclass(frozen=True)
class Source:
    """Where a statement of law was read, and how far its text was checked (`schema.VERIFIED`)."""

    cite: str
    href: str
    verified: str


@dataclass(frozen=True)
class Period:
    """How long, and how it is counted: `number` of `unit`, by one of `counting.RULES`."""

    counting: str
    number: int
    unit: str
    month_day: tuple[int, int]
    rolls: bool
    passing_over: tuple[Stretch, ...]
    leaving_out: tuple[Stretch, ...]

    @property
    def in_words(self) -> str:
        """The length as a person writes it: "6 weeks", "1 month", "15 working days", "before 15 February"."""
        if self.counting == "before_date":
            month, day = self.month_day
            return f"before {day} {date(1, month, 1):%B}"
        unit = self.unit.replace("_", " ")
        return f"{self.number} {unit[:-1] if self.number == 1 else unit}"


@dataclass(frozen=True)
class Allowed:
    """An exception that a limit allows, with the provision that allows it there."""

    code: str
    source: Source


@dataclass(frozen=True)
class Limit:
    """A time limit while it was in force; `begins` and `ends` are inclusive, compared with the origin date."""

    begins: date
    ends: date | None
    period: Period
    source: Source
    note: str
    where: Mapping[str, tuple[str, ...]]
    exceptions: tuple[Allowed, ...]
    later_of: tuple[tuple[str, Period], ...]
    agreed: str

    def allows(self, code: str) -> Allowed | None:
        """The entry that allows this exception code here, or None."""
        return next((allowed for allowed in self.exceptions if allowed.code == code), None)


@dataclass(frozen=True)
class Duty:
    """Something a body must do for one kind of record, and the facts that start, fulfil and end it.

    `starts_later`: until its origin is known, or where the law set no limit yet, there is no clock at all;
    without it a missing origin is an unknown clock, which somebody must look into.
    """

    key: str
    title: str
    stage: str
    record: str
    owner: str
    standing: str
    origin: tuple[str, ...]
    done: tuple[str, ...]
    stops: tuple[str, ...]
    superseded_by: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    starts_later: bool
    limits: tuple[Limit, ...]

    @property
    def is_statutory(self) -> bool:
        """True if the Act, the Regulations, the Tribunal rules or a court set the limit."""
        return self.standing in schema.STATUTORY

    @property
    def is_watched(self) -> bool:
        """True if the nightly run evaluates it; the rest of the register is evaluated when asked for by name."""
        return self.standing in schema.WATCHED

    @property
    def looks_ahead(self) -> bool:
        """True of a duty that counts back from an event which may be to come: what is done before it is in time."""
        return self.limits[0].period.counting in LOOKING_AHEAD

    @property
    def standing_limit(self) -> Limit:
        """The first limit still in force, which stands for the duty where no clock says which limit binds it."""
        return next((limit for limit in self.limits if limit.ends is None), self.limits[-1])


@dataclass(frozen=True)
class ExceptionRule:
    """A listed fact that can disapply a limit: which test it must pass, and when it was law."""

    code: str
    title: str
    test: str
    days: int
    window_days: int
    begins: date | None
    ends: date | None
    source: Source


@dataclass(frozen=True)
class Register:
    """All duties and exceptions; `version` changes whenever any file of the law changes."""

    duties: tuple[Duty, ...]
    exceptions: Mapping[str, ExceptionRule]
    version: str

    def duty(self, key: str) -> Duty:
        """The duty of that key; NotFoundError names the nearest keys."""
        for duty in self.duties:
            if duty.key == key:
                return duty
        raise NotFoundError(
            f"There is no duty called {key!r}.",
            why="The register of law does not have it.",
            remedy="Choose one of: " + ", ".join(sorted(d.key for d in self.duties)),
        )

    def of_record(self, record: str) -> tuple[Duty, ...]:
        """The duties that the nightly run evaluates for one kind of record, in the order of the register."""
        return tuple(d for d in self.duties if d.record == record and d.is_watched)

    def advisory_for(self, record: str) -> tuple[Duty, ...]:
        """Other ways of counting that are shown beside the law for one kind of record."""
        return tuple(d for d in self.duties if d.record == record and d.standing == "advisory")


@cache
def load_register() -> Register:
    """The register shipped with the product."""
    return read_register(files("models.statute").joinpath("instruments"))


def read_register(folder: Traversable) -> Register:
    """The register in a folder of TOML files; StatuteDataError says what is wrong with them."""
    digest = hashlib.sha256()
    duties: dict[str, Duty] = {}
    entries: dict[str, schema.Entry] = {}
    exceptions: dict[str, ExceptionRule] = {}
    for path in sorted((p for p in folder.iterdir() if p.name.endswith(".toml")), key=lambda p: p.name):
        text = path.read_bytes()
        digest.update(text)
        document = _parse(path.name, text)
        for entry in document.tables("exception"):
            rule = _exception(entry)
            if rule.code in exceptions:
                raise entry.refuse("code", f"{rule.code!r} is defined twice", "keep one of the two")
            exceptions[rule.code] = rule
        for entry in document.tables("duty"):
            duty = _duty(entry)
            if duty.key in duties:
                raise entry.refuse("key", f"{duty.key!r} is defined twice", "keep one, or add a dated limit to it")
            duties[duty.key], entries[duty.key] = duty, entry
        document.finish()
    _check_codes(duties, entries, exceptions)
    return Register(tuple(duties.values()), exceptions, f"{schema.EDITION}+{digest.hexdigest()[:8]}")


def _check_codes(
    duties: Mapping[str, Duty], entries: Mapping[str, schema.Entry], exceptions: Mapping[str, ExceptionRule]
) -> None:
    for key, duty in duties.items():
        for allowed in (allowed for limit in duty.limits for allowed in limit.exceptions):
            if allowed.code not in exceptions:
                raise entries[key].refuse(
                    "limit.exceptions",
                    f"the exception {allowed.code!r} is not defined",
                    "define it as [[exception]], with its test and citation, or correct the code",
                )


def _parse(name: str, text: bytes) -> schema.Entry:
    try:
        return schema.Entry(name, "", tomllib.loads(text.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StatuteDataError(
            "A file of the law cannot be read.", where=name, why=str(error), remedy="Correct the TOML at that place."
        ) from None


def _source(entry: schema.Entry) -> Source:
    return Source(entry.text("cite"), entry.link("href"), entry.one_of("verified", schema.VERIFIED))


def _period(entry: schema.Entry) -> Period:
    counting = entry.one_of("counting", schema.COUNTING)
    units = schema.COUNTING[counting]
    return Period(
        counting=counting,
        number=entry.whole_number("number") if units else 0,
        unit=entry.one_of("unit", units) if units else "",
        month_day=(0, 0) if units else entry.month_day("before"),
        rolls=entry.flag("rolls"),
        passing_over=tuple(Stretch(*pair) for pair in entry.stretches("passing_over")),
        leaving_out=tuple(Stretch(*pair) for pair in entry.stretches("leaving_out")),
    )


def _limit(entry: schema.Entry) -> Limit:
    exceptions = []
    for allowed in entry.tables("exceptions"):
        exceptions.append(Allowed(allowed.text("code"), _source(allowed)))
        allowed.finish()
    later = []
    for other in entry.tables("later_of"):
        later.append((other.text("origin"), _period(other)))
        other.finish()
    limit = Limit(
        begins=entry.day("begins"),
        ends=entry.day_or_none("ends"),
        period=_period(entry),
        source=_source(entry),
        note=entry.text("note", ""),
        where=entry.choices("where"),
        exceptions=tuple(exceptions),
        later_of=tuple(later),
        agreed=entry.text("agreed", ""),
    )
    if limit.ends is not None and limit.ends < limit.begins:
        raise entry.refuse("ends", "it ends before it begins", "correct one of the two dates")
    entry.finish()
    return limit


def _duty(entry: schema.Entry) -> Duty:
    limits = tuple(_limit(table) for table in entry.tables("limit"))
    if not limits:
        raise entry.refuse("limit", "a duty needs at least one dated limit", "add [[duty.limit]]")
    duty = Duty(
        key=entry.text("key"),
        title=entry.text("title"),
        stage=entry.one_of("stage", schema.STAGES),
        record=entry.one_of("record", schema.RECORDS),
        owner=entry.one_of("owner", schema.OWNERS),
        standing=entry.one_of("standing", schema.STANDING),
        origin=entry.texts("origin"),
        done=entry.texts("done", ()),
        stops=entry.texts("stops", ()),
        superseded_by=entry.texts("superseded_by", ()),
        where=entry.choices("where"),
        starts_later=entry.flag("starts_later"),
        limits=limits,
    )
    _check_dates(entry, limits)
    entry.finish()
    return duty


def _check_dates(entry: schema.Entry, limits: tuple[Limit, ...]) -> None:
    """Limits for the same records follow each other in time without overlapping."""
    last: dict[str, date | None] = {}
    for limit in limits:
        group = repr(sorted(limit.where.items()))
        if group in last:
            ended = last[group]
            if ended is None or ended >= limit.begins:
                raise entry.refuse(
                    "limit", f"the limits overlap on {limit.begins}", "end the earlier one the day before the later"
                )
        last[group] = limit.ends


def _exception(entry: schema.Entry) -> ExceptionRule:
    rule = ExceptionRule(
        code=entry.text("code"),
        title=entry.text("title"),
        test=entry.one_of("test", schema.TESTS),
        days=entry.whole_number("days", 0),
        window_days=entry.whole_number("window_days", 0),
        begins=entry.day_or_none("begins"),
        ends=entry.day_or_none("ends"),
        source=_source(entry),
    )
    entry.finish()
    return rule
