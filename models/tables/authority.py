"""What belongs to the authority and not to one case: closures of settings, panels, people."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import key


class Closure(SQLModel, table=True):
    """A stretch during which a setting was closed: from the first day closed to the day it opens again."""

    __tablename__ = "closures"
    __table_args__ = (UniqueConstraint("authority_code", "setting_urn", "closed_from"),)

    id: int = Field(sa_column=key())
    authority_code: str
    setting_urn: str
    closed_from: date
    reopens_on: date | None = None


class Panel(SQLModel, table=True):
    """A sitting of a panel that decides on cases."""

    __tablename__ = "panels"
    __table_args__ = (UniqueConstraint("authority_code", "panel", "held_on"),)

    id: int = Field(sa_column=key())
    authority_code: str
    panel: str
    held_on: date


class Person(SQLModel, table=True):
    """A member of staff or an agency's contact, never a family: who is told what is decided by role."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("authority_code", "team", "role", "name"),)

    id: int = Field(sa_column=key())
    authority_code: str
    team: str = ""
    role: str
    name: str
    address: str | None = None
    from_on: date | None = None
    to_on: date | None = None
