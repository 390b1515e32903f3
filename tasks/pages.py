"""What managers read in Prefect, as Markdown: case references and counts only."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby

from models.queries.advice import AgencyLine
from models.queries.board import BANDS, Board, DueItem, StageLine
from models.queries.certificate import Certificate
from models.queries.nights import news as in_words
from models.queries.panels import AgendaItem
from models.queries.stage import CHANGES, LONGEST_LIST, Listed, News, StageList
from models.words import counted
from tasks.markdown import Markdown, page, plain, table, words

Links = Callable[[str], str]
"""For a case, as AUTHORITY/REFERENCE, the address of the form that explains it, filled in; "" where there is none."""


_TREND = {"week_ago": "a week ago", "four_weeks_ago": "four weeks ago"}


def board_page(board: Board, news: News, wanting: Sequence[str] = ()) -> str:
    """The board: what is new, open cases by stage, band and team with their trend, overdue, what wants attention."""
    trend = [name for name in _TREND if any(getattr(line, name) is not None for line in board.stages)]
    return page(
        f"The board of {board.as_of}",
        f"{board.open_cases:,} open cases. Law as of register {board.register_version}.",
        *_new_by_stage(news),
        *(("## Wants somebody's attention", "\n".join(f"- {plain(words)}" for words in wanting)) if wanting else ()),
        "## Open cases by stage and the time left on its clock",
        table(
            ("stage", "open", *(_TREND[name] for name in trend), *BANDS),
            (_stage_row(line, trend) for line in board.stages),
        ),
        "## By team",
        table(
            ("team", "stage", "open", *BANDS),
            ((line.team, words(line.stage), line.open_cases, *line.bands.values()) for line in board.teams),
        ),
        "## Overdue and due this week, by duty",
        table(
            ("duty", "law", "overdue", "worst, days", "due this week"),
            (
                (line.title, line.cite, line.overdue, line.worst_days, line.due_this_week)
                for line in board.duties
                if line.overdue or line.due_this_week
            ),
        ),
        board.overdue.words,
        _contradictory(board.contradictory),
    )


def stage_page(found: StageList, links: Links) -> str:
    """A stage's lists, what is new and what can still be kept first, each case with the way to its explanation."""
    new = found.newly_overdue
    news = _news(found, [len(found.news[change]) for change in CHANGES])
    return page(
        f"{words(found.stage).capitalize()} on {found.as_of}",
        f"{news} {_how((*found.overdue.first, *found.due_this_week.first), links)}",
        *((f"## Overdue since then: {new.number:,}", _listed(new, links)) if found.since and new.number else ()),
        f"## Due this week: {found.due_this_week.number:,}",
        _listed(found.due_this_week, links),
        f"## Overdue: {found.overdue.number:,}",
        _listed(found.overdue, links),
    )


def agenda_page(items: Sequence[AgendaItem], as_of: str, links: Links) -> str:
    """The agenda of the next panels: whose last safe panel that is, then who has none left."""
    in_time = [x for x in items if not x.is_lost]
    later = sum(not x.is_next for x in in_time)
    lost = _lost(items, as_of)
    headings = ("case", "to decide", "team", "due", "why")
    parts = []
    for (authority, panel, panel_on, papers_by), of_panel in groupby(in_time, key=lambda x: x[:4]):
        rows = [(_case(x, links), *_to_decide(x)) for x in of_panel]
        parts += [
            f"## {plain(panel)} of {_day(panel_on)}, authority {plain(authority)}: {len(rows):,}",
            f"{_papers(papers_by, as_of)} For these cases it is the last panel that keeps the limit.",
            table(headings, rows),
        ]
    return page(
        f"Panel agenda on {as_of}",
        f"Must be on the next panel to stay in time: **{len(in_time) - later:,}**. {_on_later(later)}Past every panel "
        f"that would have kept the limit, and later with each: **{len(lost):,}**. {_how(items, links)}",
        *parts,
        f"## No safe panel left: {len(lost):,}",
        _still_due(lost, as_of),
        table(headings, ((_case(x, links), *_to_decide(x)) for x in lost[:LONGEST_LIST])),
        _more(len(lost), "ehc tracker"),
    )


def advice_page(lines: Sequence[AgencyLine], as_of: str) -> str:
    """Who owes advice in the open cases."""
    headings = (
        "agency",
        "outstanding",
        "overdue",
        "worst, days",
        "due this week",
        "never asked",
        "declined",
        "unnamed",
    )
    return page(
        f"Who owes advice on {as_of}",
        "Open cases only. *Never asked*: to be assessed, no draft yet, and no day is known on which that body was "
        "asked. *Unnamed*: a reply of not known that nobody put a name to, which is no answer.",
        table(
            headings,
            (
                (
                    words(x.kind),
                    x.outstanding,
                    x.overdue,
                    x.worst_days,
                    x.due_this_week,
                    x.not_asked,
                    x.declined,
                    x.unnamed,
                )
                for x in lines
            ),
        ),
    )


def certificate_page(found: Certificate) -> str:
    """The certificate of completeness."""
    verdict = "**Complete.** Every record was evaluated by every duty." if found.is_complete else "**Not complete.**"
    return page(
        f"Certificate of the night of {found.as_of}",
        verdict,
        "\n".join(f"- {fault}" for fault in found.faults),
        "## Every record by every duty",
        table(
            ("duty", "stage", "records", "evaluated", "clocks", "not begun"),
            (
                (words(x.duty), words(x.stage), x.records, x.evaluated, x.clocks, x.not_begun)
                for x in found.duties
                if x.records or x.evaluated
            ),
        ),
        "## Sources",
        table(
            ("authority", "extract made (UTC)", "days ago", "rows set aside", "open cases missing"),
            ((x.authority_code, x.made_at, x.days, x.quarantined, x.missing_open_cases) for x in found.sources),
        ),
        f"Law as of register {found.register_version}.",
    )


def _news(found: StageList | News, turned: Sequence[int]) -> str:
    """How much turned since the night of the last working day, each change in its turn."""
    since, later = (_day(day) if day else "" for day in (found.since, found.night_after))
    return in_words(since, later=later, **dict(zip(("breaches", "warnings", "recoveries"), turned, strict=True)))


def _new_by_stage(found: News) -> tuple[str, str]:
    """What turned since the night of the last working day, all together and by stage."""
    rows = [tuple(found.by_stage[stage][change] for change in CHANGES) for stage in found.by_stage]
    said = _news(found, [sum(of_change) for of_change in zip(*rows, strict=True)] or [0] * len(CHANGES))
    if not (rows and found.since):
        return said, ""
    of_stages = ((words(stage), *row) for stage, row in zip(found.by_stage, rows, strict=True))
    return said, table(("stage", "now overdue", "last useful day came", "overdue no more"), of_stages)


def _contradictory(number: int) -> str:
    if not number:
        return ""
    return f"{counted(number, 'clock has', 'clocks have')} dates that contradict each other, closed cases included."


def _stage_row(line: StageLine, trend: Sequence[str]) -> tuple[object, ...]:
    then = (getattr(line, name) for name in trend)
    ago = ("" if x is None else f"{x:,} ({line.open_cases - x:+,})" for x in then)
    return (words(line.stage), line.open_cases, *ago, *line.bands.values())


def _listed(found: Listed, links: Links) -> str:
    rows = (
        (_case(x, links), x.team, words(x.duty), words(x.record_key), x.due_on, x.act_by, x.days) for x in found.first
    )
    listed = table(("case", "team", "duty", "of", "due", "act by", "days"), rows)
    return "\n\n".join(filter(None, (listed, _more(found.number, "ehc clocks"))))


def _more(number: int, command: str) -> str:
    return f"and {number - LONGEST_LIST:,} more: `{command}`." if number > LONGEST_LIST else ""


def _lost(items: Iterable[AgendaItem], as_of: str) -> list[AgendaItem]:
    """The cases that no panel can keep in time, those first whose last lawful day is still to come; ISO days.

    Of those the soonest is first, of the others the one that was lost last.
    """
    lost = sorted((x for x in items if x.is_lost), key=lambda x: (x.due_on, x.authority_code, x.case_ref, x.step))
    to_come = [x for x in lost if x.due_on >= as_of]
    return to_come + sorted((x for x in lost if x.due_on < as_of), key=lambda x: x.due_on, reverse=True)


def _still_due(lost: Sequence[AgendaItem], as_of: str) -> str:
    """Of how many the last lawful day is still to come, where any is."""
    number = sum(x.due_on >= as_of for x in lost)
    return f"First, by date, those whose last lawful day is still to come: {number:,}." if number else ""


def _on_later(number: int) -> str:
    """How many must be on a later panel, if any is near enough to be told of."""
    return f"On a later one whose papers are wanted within the week: **{number:,}**. " if number else ""


def _papers(by: str, as_of: str) -> str:
    """Until when the papers of a panel are wanted; ISO days, "" for not known."""
    if by and by < as_of:
        return f"Papers were wanted by {_day(by)}, which has passed: ask whether the panel takes late ones."
    return f"Papers by {_day(by)}{', which is today' if by == as_of else ''}."


def _to_decide(x: AgendaItem) -> tuple[str, str, str, str]:
    return f"whether to {x.decision}", x.team, x.due_on, x.words


def _case(x: DueItem | AgendaItem, links: Links) -> Markdown:
    """A case's reference, one step from its explanation."""
    address = links(f"{x.authority_code}/{x.case_ref}")
    return Markdown(f"[{plain(x.case_ref)}]({address})" if address else plain(x.case_ref))


def _how(items: Sequence[DueItem | AgendaItem], links: Links) -> str:
    if any(links(f"{x.authority_code}/{x.case_ref}") for x in items[:1]):
        return "A case's reference leads to the form that says why its dates are what they are: press Submit there."
    return "`ehc explain CASE` says why a date is what it is."


def _day(text: str) -> str:
    if not text:
        return "a day not known"
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"
