"""Who was told what: alerts, the messages they went out in, each attempt to deliver, and what people answered."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, key, of_case, of_message, of_record


class Alert(SQLModel, table=True):
    """A rung of a ladder that a clock has reached, once for ever: spoken in a message, or silent with its reason.

    `repetition` counts from 0; a new origin begins anew by itself. `reached_on` is the day of the rung, `as_of`
    the night that claimed it. `silence` is NULL for an alert that speaks; in shadow it has a message all the same.
    Of a rung counted from a last safe day, where it has a message: `safe_step` is the step that the day belongs to,
    `safe_on` the day, NULL where none was left, and `safe_panel` the panel that sits on it, if one has to.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("duty", "record_id", "origin_on", "rung", "repetition"),
        CheckConstraint("silence IS NOT NULL OR message_id IS NOT NULL", name="speaks_or_says_why_not"),
        Index("ix_alerts_case", "case_id"),
        Index("ix_alerts_message", "message_id"),
    )

    id: int = Field(sa_column=key())
    duty: str
    record_id: int = Field(sa_column=of_record())
    case_id: int = Field(sa_column=of_case())
    origin_on: date
    due_on: date
    rung: str
    repetition: int
    reached_on: date
    as_of: date
    claimed_at: datetime = Field(sa_column=instant())
    role: str
    urgency: str
    template: str
    silence: str | None = None
    message_id: int | None = Field(default=None, sa_column=of_message(nullable=True))
    safe_step: str | None = None
    safe_on: date | None = None
    safe_panel: str | None = None


class Message(SQLModel, table=True):
    """What one recipient is sent: a row before it is a message.

    The recipient is a row of `people`, by team, role and name; never a family. `day` is the `as_of` it was made
    for, `number` tells several of that day apart. `reference` goes out with it and is the same at every attempt.
    `template_version` is the digest of the template's text, so that a message can be shown again as it was.
    `channel` is the one that its next attempt goes by, NULL before delivery has looked at it. `told_in_id` is the
    message that told somebody else that this one could not be delivered.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("authority_code", "team", "role", "recipient", "urgency", "day", "number"),
        Index("ix_messages_status", "status", "not_before"),
        Index("ix_messages_day", "day"),
        Index("ix_messages_recipient", "authority_code", "recipient", "attempts"),
    )

    id: int = Field(sa_column=key())
    authority_code: str
    team: str
    role: str
    recipient: str
    urgency: str
    day: date
    number: int
    template: str
    template_version: str
    subject: str
    text: str
    html: str
    reference: str
    created_at: datetime = Field(sa_column=instant())
    not_before: datetime = Field(sa_column=instant())
    status: str
    status_at: datetime = Field(sa_column=instant())
    why: str | None = None
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    channel: str | None = None
    told_in_id: int | None = Field(default=None, sa_column=of_message(nullable=True))


class Delivery(SQLModel, table=True):
    """One attempt to deliver a message: begun and committed before anything is sent, ended with its outcome.

    `address` is where it went, without any secret; `receipt` is what the provider said of it afterwards.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_begun", "begun_at"),)

    message_id: int = Field(sa_column=of_message(primary_key=True))
    attempt: int = Field(primary_key=True)
    channel: str
    address: str
    begun_at: datetime = Field(sa_column=instant())
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    outcome: str | None = None
    fault: str | None = None
    provider_reference: str | None = None
    receipt: str | None = None
    receipt_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class ChannelFault(SQLModel, table=True):
    """A stretch in which a channel did not work, from the first attempt that found it so to the first that did not.

    `ended_at` is NULL while it lasts, and `seen_at` when it was last tried in vain.
    """

    __tablename__ = "channel_faults"

    id: int = Field(sa_column=key())
    channel: str
    fault: str
    began_at: datetime = Field(sa_column=instant())
    seen_at: datetime = Field(sa_column=instant())
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Hold(SQLModel, table=True):
    """Somebody's word that a clock is in hand: `acknowledged` until it times out, `snoozed` until a day, with why.

    `until_on` is the last day on which the clock keeps silent.
    """

    __tablename__ = "holds"
    __table_args__ = (Index("ix_holds_clock", "duty", "record_id", "origin_on"),)

    id: int = Field(sa_column=key())
    kind: str
    duty: str
    record_id: int = Field(sa_column=of_record())
    case_id: int = Field(sa_column=of_case())
    origin_on: date
    held_on: date
    until_on: date
    reason: str
    held_at: datetime = Field(sa_column=instant())
    held_by: str


class Switch(SQLModel, table=True):
    """A turn of the switch that stops all sending: the newest row stands, the older ones say who turned it before."""

    __tablename__ = "switches"

    id: int = Field(sa_column=key())
    is_sending: bool
    reason: str
    turned_at: datetime = Field(sa_column=instant())
    turned_by: str


class FamilyNotice(SQLModel, table=True):
    """An officer's task to tell a family of a delay before the date passes; a person sends it, never the program.

    `predicted_on` is the night that saw the breach coming, `tell_by` the last working day before the date, which may
    have passed by then, `told_on` when the family was told, as a person recorded it. `said_before` has what was
    recorded first and put right since, as JSON: day, way, by whom, when; put right by whom, when and why.
    """

    __tablename__ = "family_notices"
    __table_args__ = (UniqueConstraint("case_id", "duty", "due_on"),)

    id: int = Field(sa_column=key())
    case_id: int = Field(sa_column=of_case())
    duty: str
    due_on: date
    predicted_on: date
    tell_by: date
    why: str
    told_on: date | None = None
    told_by: str | None = None
    told_how: str | None = None
    recorded_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    said_before: str | None = None
