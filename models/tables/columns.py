"""The few kinds of column that several tables share."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer

# SQLite keeps a row under its key only where the key is exactly INTEGER; any other type costs a second tree.
Key = BigInteger().with_variant(Integer, "sqlite")


def key() -> "Column[int]":
    """A primary key that the writer gives out."""
    return Column(Key, primary_key=True, autoincrement=False)


def of_record() -> "Column[int]":
    """The record of a clock: which table it points into is told by the clock's duty."""
    return Column(Key, nullable=False)


def of_message(*, nullable: bool = False, primary_key: bool = False) -> "Column[int]":
    """The message that an alert or a delivery belongs to."""
    return Column(Key, ForeignKey("messages.id"), nullable=nullable, primary_key=primary_key, autoincrement=False)


def of_case() -> "Column[int]":
    """The case that a record hangs on."""
    return Column(Key, ForeignKey("cases.id"), nullable=False)


def instant(*, nullable: bool = False) -> "Column[datetime]":
    """A moment in UTC."""
    return Column(DateTime(timezone=True), nullable=nullable)
