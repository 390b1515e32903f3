"""A case, and the records that hang on it: advice, exception claims, orders, reviews, transfers."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables.columns import key, of_case


class Case(SQLModel, table=True):
    """One EHC needs assessment of one child or young person by one authority.

    Holds no name, address or pupil number: `person_ref` is the source's own pseudonymous reference.
    """

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("authority_code", "case_ref"),)

    id: int = Field(sa_column=key())
    authority_code: str
    case_ref: str
    person_ref: str | None = None
    birth_date: date | None = None
    ncy: str | None = None
    primary_need: str | None = None
    in_care: str | None = None
    setting_type: str | None = None
    setting_urn: str | None = None
    request_source: str | None = None
    team: str | None = None
    officer: str | None = None
    request_received_on: date | None = None
    brought_to_attention_on: date | None = None
    assess_decision: str | None = None
    assess_decided_on: date | None = None
    assess_agreed_after_refusal_on: date | None = None
    plan_decision: str | None = None
    no_plan_notified_on: date | None = None
    draft_served_on: date | None = None
    consultation_sent_on: date | None = None
    consultation_replied_on: date | None = None
    representations_received_on: date | None = None
    final_plan_sent_on: date | None = None
    withdrawn_on: date | None = None
    week20_exception: str | None = None
    last_import_id: int = Field(foreign_key="imports.id")


class Advice(SQLModel, table=True):
    """One request for advice to one body under regulation 6(1); the same body asked again is a new one."""

    __tablename__ = "advice"
    __table_args__ = (UniqueConstraint("case_id", "kind", "body", "number"),)

    id: int = Field(sa_column=key())
    case_id: int = Field(sa_column=of_case())
    kind: str
    # Not NULL: a unique constraint would let two unnamed bodies of one kind pass.
    body: str = ""
    # The same body may be asked again: its requests are numbered in the order of the extract.
    number: int = 1
    requested_on: date | None = None
    received_by_body_on: date | None = None
    reply_on: date | None = None
    reply: str | None = None
    replied_by: str | None = None
    returned_for_rework_on: date | None = None
    accepted_on: date | None = None


class ExceptionClaim(SQLModel, table=True):
    """A claim that an exception disapplies one limit of one case, whether or not it holds."""

    __tablename__ = "exceptions"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: int = Field(sa_column=key())
    case_id: int = Field(sa_column=of_case())
    number: int
    duty: str
    advice_kind: str | None = None
    code: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    facts: str | None = None
    impractical_because: str | None = None
    claimed_on: date | None = None
    family_told_on: date | None = None
    approved_by: str | None = None


class Order(SQLModel, table=True):
    """What starts clocks of its own: a tribunal order, a notice under regulation 45, a mediation agreement."""

    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: int = Field(sa_column=key())
    case_id: int = Field(sa_column=of_case())
    number: int
    kind: str
    requires: str
    dated_on: date | None = None
    notified_on: date | None = None
    no_plan_notified_on: date | None = None
    draft_served_on: date | None = None
    final_plan_sent_on: date | None = None


class Review(SQLModel, table=True):
    """One annual-review cycle of a plan."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("case_id", "review_number"),)

    id: int = Field(sa_column=key())
    case_id: int = Field(sa_column=of_case())
    review_number: str
    meeting_on: date | None = None
    notice_given_on: date | None = None
    papers_circulated_on: date | None = None
    report_sent_on: date | None = None
    decision: str | None = None
    decision_notified_on: date | None = None
    amendment_notice_sent_on: date | None = None
    final_plan_sent_on: date | None = None
    not_amend_notified_on: date | None = None
    last_review_concluded_on: date | None = None
    phase_transfer_on: date | None = None
    phase_transfer_kind: str | None = None


class Transfer(SQLModel, table=True):
    """A plan moving between authorities."""

    __tablename__ = "transfers"
    __table_args__ = (UniqueConstraint("case_id", "transfer_number"),)

    id: int = Field(sa_column=key())
    case_id: int = Field(sa_column=of_case())
    transfer_number: str
    moved_on: date | None = None
    aware_on: date | None = None
    transferred_on: date | None = None
    informed_on: date | None = None
    reviewed_on: date | None = None


_IS_OPEN = text("ended_on IS NULL")


class Clock(SQLModel, table=True):
    """A clock as last evaluated: only what does not change by itself; state and days are computed on reading.

    `record_id` points into the table of the duty's kind of record. `ended_by` names the milestone that ended
    the clock, NULL while it is open. `evaluated_on` is the `as_of` of the night that last changed the row.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name="ended_together"),
        Index("ix_clocks_case", "case_id"),
        Index("ix_clocks_open", "duty", "record_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    duty: str = Field(primary_key=True)
    record_id: int = Field(sa_column=key())
    case_id: int = Field(sa_column=of_case())
    origin_on: date | None = None
    due_on: date | None = None
    act_by: date | None = None
    done_on: date | None = None
    ended_on: date | None = None
    ended_by: str | None = None
    exception: str | None = None
    evaluated_on: date
