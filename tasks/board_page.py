"""The board as a page of Markdown."""

from models.queries.board import BANDS, Board

LONGEST_LIST = 50


def board_page(board: Board) -> str:
    """The board as Markdown: open cases by stage and band, what is overdue, what falls due this week."""
    parts = [
        f"# The board of {board.as_of}",
        f"{board.open_cases:,} open cases. Law as of register {board.register_version}.",
        "## Open cases by stage and the time left on its clock",
        _table(
            ("stage", "open", *BANDS),
            [(line.stage.replace("_", " "), line.open_cases, *line.bands.values()) for line in board.stages],
        ),
        "## Overdue and due this week, by duty",
        _table(
            ("duty", "law", "overdue", "worst, days", "due this week"),
            [
                (line.title, line.cite, line.overdue, line.worst_days, line.due_this_week)
                for line in board.duties
                if line.overdue or line.due_this_week
            ],
        ),
        "## Due this week",
        _table(
            ("case", "duty", "of", "due", "act by"),
            [
                (item.case_ref, item.duty.replace("_", " "), item.record_key, item.due_on, item.act_by)
                for item in board.due_this_week[:LONGEST_LIST]
            ],
        ),
    ]
    if len(board.due_this_week) > LONGEST_LIST:
        parts.append(f"and {len(board.due_this_week) - LONGEST_LIST:,} more: `ehc clocks`.")
    return "\n\n".join(parts)


def _table(heading: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    if not rows:
        return "Nothing."
    lines = [" | ".join(heading), " | ".join("---" for _ in heading)]
    lines += [" | ".join(str(value).replace("|", "/") for value in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)
