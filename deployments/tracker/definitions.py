"""The last common sheet: what the words mean, and the law behind every date."""

from collections.abc import Iterator, Sequence

from deployments.tracker.sheets import Book, Cell, Column
from models.statute.register import Register

_WORDS = (
    ("Band", "How soon the clock of the case's stage runs out."),
    ("overdue", "Its last lawful day has passed, and no exception holds."),
    ("this week", "It runs out today or in the seven days after."),
    ("four weeks", "It runs out in the four weeks after today."),
    ("later", "It has longer than four weeks."),
    ("excepted", "Past its date, and an exception that the law allows holds; the duty remains."),
    ("no date", "A date is missing, or contradicts another: see Data quality."),
    ("Due", "The last lawful day, inclusive. The day of the event is day 0."),
    ("Act by", "The last useful working day: at least one day before, never a weekend or a bank holiday."),
    ("Days left", "From the day of this workbook to Due; negative is late."),
    ("Week", "The week since the request, counted from 1: the last day of the twenty weeks is in week 20."),
    ("Next", "What is lost if the next step is not taken in time, panels and holidays considered."),
    ("Explain", "The command that says why every date of the case is what it is; a link where a server is known."),
)


def write_definitions(book: Book, name: str, register: Register) -> None:
    """Write the sheet: words first, then every duty that is watched."""
    columns = (
        Column("Word or duty", "wide"),
        Column("Meaning, or limit", "wide"),
        Column("Law", "wide"),
        Column("Text"),
    )
    book.listing(name, f"Definitions. Law as of register {register.version}", columns, _rows(register))


def _rows(register: Register) -> Iterator[Sequence[Cell]]:
    for word, meaning in _WORDS:
        yield word, meaning, "", ""
    for duty in register.duties:
        if duty.is_watched:
            limit = duty.standing_limit
            yield (
                f"{duty.key.replace('_', ' ')}: {duty.title[0].lower()}{duty.title[1:]}",
                f"{limit.period.in_words}; {duty.standing}",
                limit.source.cite,
                limit.source.href,
            )
