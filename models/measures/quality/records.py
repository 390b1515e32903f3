"""The rules that one record answers by itself: one reading of each table tries them all."""

from collections.abc import Iterator, Sequence

from models.measures.quality.conditions import (
    ADVICE_DATES,
    CASE_DATES,
    ENDED_ON,
    IN_VIEW,
    ORDER_DATES,
    REQUESTED_ON,
    Condition,
    of_advice,
    of_cases,
    of_orders,
)
from models.measures.quality.hits import Hit, Looked
from models.queries.advice import ALWAYS_ASKED, ASSESSED_SINCE, IS_TO_BE_ASKED
from models.store import as_text, fetch

_CARRIED = {
    "officer": ("officer_missing", "The case has no officer.", "The source names no officer of any case."),
    "team": ("team_missing", "The case has no team.", "The source names no team of any case."),
    "person_ref": (
        "person_ref_missing",
        "The case has no reference of the child.",
        "The source gives no reference of the child of any case.",
    ),
}

_NEVER, _SILENT, _ANSWERED = range(3)
"""How far one kind of advice has come for a case: not asked for, asked for and not answered, answered."""

_NOT_OVER = (
    "c.withdrawn_on IS NULL AND c.no_plan_notified_on IS NULL AND NOT EXISTS (SELECT 1 FROM orders o "
    "WHERE o.case_id = c.id AND COALESCE(o.no_plan_notified_on, o.final_plan_sent_on) IS NOT NULL)"
)
"""True of a case `c` that is assessed, whoever settled that it is, and of which no outcome is known."""


def case_hits(looked: Looked) -> Iterator[Hit]:
    """What is wrong with the cases themselves."""
    chosen = [*(f"c.{name}" for name in CASE_DATES), REQUESTED_ON]
    names = ("case_ref", "record_key", *CASE_DATES, "requested_on")
    select = f"c.case_ref, '', {as_text(looked.connection, *chosen)}"
    yield from _scan(looked, "case", "cases c", names, select, [*of_cases(), *_carried(looked)])
    yield from _not_carried(looked)


def advice_hits(looked: Looked) -> Iterator[Hit]:
    """What is wrong with requests for advice."""
    dates = [*(f"r.{name}" for name in ADVICE_DATES), "c.final_plan_sent_on"]
    names = ("case_ref", "record_key", "kind", *ADVICE_DATES, "final_plan_sent_on")
    select = f"c.case_ref, r.kind || ':' || r.body || ':' || r.number, r.kind, {as_text(looked.connection, *dates)}"
    yield from _scan(looked, "advice", "advice r JOIN cases c ON c.id = r.case_id", names, select, of_advice())


def order_hits(looked: Looked) -> Iterator[Hit]:
    """What is wrong with orders."""
    names = ("case_ref", "record_key", "kind", *ORDER_DATES)
    select = f"c.case_ref, r.number, r.kind, {as_text(looked.connection, *(f'r.{name}' for name in ORDER_DATES))}"
    yield from _scan(looked, "order", "orders r JOIN cases c ON c.id = r.case_id", names, select, of_orders())


def asking_hits(looked: Looked) -> Iterator[Hit]:
    """Plans issued without advice that the law requires, and advice that was never asked for.

    A source that carries no advice at all says nothing about who was asked.

    Law:
        SEND Regulations 2014, reg 6(1).
    """
    code = looked.authority_code
    if not fetch(
        looked.connection,
        "SELECT 1 FROM advice r JOIN cases c ON c.id = r.case_id WHERE c.authority_code = :a LIMIT 1",
        a=code,
    ):
        return
    answered = "r.reply = 'advice' OR (r.reply = 'not_known' AND TRIM(COALESCE(r.replied_by, '')) <> '')"
    asked = f"CASE WHEN {answered} THEN {_ANSWERED} ELSE {_SILENT} END"
    each = [f"MAX(CASE WHEN r.kind = '{kind}' THEN {asked} ELSE {_NEVER} END)" for kind in ALWAYS_ASKED]
    rows = fetch(
        looked.connection,
        f"SELECT c.case_ref, CASE WHEN c.final_plan_sent_on IS NULL THEN 0 ELSE 1 END, {', '.join(each)} "
        "FROM cases c LEFT JOIN advice r ON r.case_id = c.id "
        "WHERE c.authority_code = :a AND (c.final_plan_sent_on BETWEEN :since AND :as_of "
        f"OR ({ASSESSED_SINCE} <= :asked_since AND {IS_TO_BE_ASKED} AND {_NOT_OVER})) "
        f"GROUP BY c.case_ref, c.id HAVING {' + '.join(each)} < {_ANSWERED * len(each)} ORDER BY c.case_ref",
        a=code,
        since=looked.since,
        as_of=looked.as_of.isoformat(),
        asked_since=looked.days_ago(looked.practice.data_quality.advice_asked_within_days),
    )
    for case_ref, is_issued, *found in rows:
        never, silent = (
            [_kind(kind) for kind, state in zip(ALWAYS_ASKED, found, strict=True) if state == wanted]
            for wanted in (_NEVER, _SILENT)
        )
        if is_issued:
            words = [f"Never asked: {', '.join(never)}."] if never else []
            words += [f"Asked, and never answered: {', '.join(silent)}."] if silent else []
            yield looked.hit("plan_without_advice", case_ref, " ".join(words))
        elif never:
            yield looked.hit("advice_never_requested", case_ref, f"Not asked yet: {', '.join(never)}.")


def _scan(
    looked: Looked, record: str, tables: str, names: Sequence[str], select: str, tried: Sequence[Condition]
) -> Iterator[Hit]:
    """One reading of a table; only the rows that some condition finds come out of it."""
    flags = ", ".join(f"CASE WHEN {one.sql} THEN 1 ELSE 0 END" for one in tried)
    any_of = " OR ".join(f"({one.sql})" for one in tried)
    policy = looked.practice.data_quality
    values = {
        "a": looked.authority_code,
        "as_of": looked.as_of.isoformat(),
        "since": looked.since,
        "consulted_since": looked.days_ago(policy.consultation_sent_within_days),
    }
    sql = f"SELECT {select}, {flags} FROM {tables} WHERE c.authority_code = :a AND {IN_VIEW} AND ({any_of})"
    used = {name: value for name, value in values.items() if f":{name}" in sql}
    for row in fetch(looked.connection, f"{sql} ORDER BY c.case_ref", **used):
        said = dict(zip(names, row, strict=False))
        if "kind" in said:
            said["kind"] = _kind(said["kind"])
        for one, flag in zip(tried, row[len(names) :], strict=True):
            if flag:
                words = one.words.format_map(said)
                yield looked.hit(one.rule, said["case_ref"], words, record, str(said["record_key"]))


def _carried(looked: Looked) -> Iterator[Condition]:
    """Fields that every open case should have, if the source has them at all."""
    for column, (rule, words, _) in _CARRIED.items():
        if _is_carried(looked, column):
            yield Condition(rule, f"{ENDED_ON} IS NULL AND TRIM(COALESCE(c.{column}, '')) = ''", words)


def _not_carried(looked: Looked) -> Iterator[Hit]:
    for column, (rule, _, words) in _CARRIED.items():
        if not _is_carried(looked, column):
            yield looked.hit(rule, "", words, "source")


def _is_carried(looked: Looked, column: str) -> bool:
    sql = f"SELECT 1 FROM cases WHERE authority_code = :a AND {column} <> '' LIMIT 1"
    return bool(fetch(looked.connection, sql, a=looked.authority_code))


def _kind(kind: str) -> str:
    return kind.replace("_", " ")
