"""Which clocks turned tonight: overdue, warned of, or over what was told as a breach; each is kept, and told once."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.queries.columns import places, texts
from models.queries.history import whose_history_came_after
from models.queries.nights import night_after
from models.queries.packed import read_packed
from models.queries.records import TABLES
from models.queries.sql import bound, quoted
from models.queries.stage import CHANGES
from models.statute.clocks import STATES, Clocks
from models.statute.records import Flags, Rows
from models.statute.register import Duty
from models.store import as_text, fetch, insert_rows

_COLUMNS = ("duty", "record_id", "due_on", "change", "as_of", "case_id", "is_news")


class Turned:
    """The clocks of some duties of a kind of record that are known to have turned."""

    def __init__(self, connection: Connection, kind: str, duties: Sequence[Duty]) -> None:
        self.connection, self.kind = connection, kind
        keys = [duty.key for duty in duties]
        self._known = read_packed(
            connection,
            f"FROM transitions t WHERE t.duty IN ({quoted(keys)})",
            key="t.record_id",
            spread=f"FROM (SELECT id AS record_id FROM {TABLES[kind]}) t WHERE 1 = 1",
            days={"due_on": as_text(connection, "t.due_on")},
            words={"duty": "t.duty", "change": "t.change"},
        )

    def store(self, block: Clocks, ids: Rows, case_ids: Rows, as_of: date) -> tuple[int, int, int]:
        """Store which clocks turned and were not known to have; answers how many breached, warned and recovered.

        On the first night that has records of an authority for a duty everything of it that is late already is stored
        and is no news. A night for a day before the newest night's stores nothing: what it finds is no news any more,
        or is that of the night to come.

        Args:
            block: the clocks of one of the duties.
            ids: the record of each clock, rising.
            case_ids: the case of each clock.
            as_of: the day they were evaluated for.
        """
        known, duty = self._known_of(block, ids), block.duty.key
        overdue = block.state == STATES.index("overdue")
        running = block.state == STATES.index("running")
        useful_day_came = block.act_by <= np.datetime64(as_of, "D")
        flags = {
            "breach": overdue,
            "warning": running & useful_day_came,
            # Only what was told as a breach can be told to be over.
            "recovery": ~overdue & ~running & known["breach"],
        }
        turned = {change: np.flatnonzero(flags[change] & ~known[change]) for change in CHANGES}
        if not any(map(len, turned.values())) or night_after(self.connection, as_of):
            return 0, 0, 0
        is_news = ~self._is_of_newcomer(case_ids, duty)
        for change, rows in turned.items():
            of = (ids[rows], texts(block.due_on[rows]), case_ids[rows], is_news[rows])
            stored = zip(*(values.tolist() for values in of), strict=True)
            of_night = ((duty, record, due, change, as_of.isoformat(), case, new) for record, due, case, new in stored)
            insert_rows(self.connection, "transitions", _COLUMNS, of_night)
        breaches, warnings, recoveries = (int(is_news[rows].sum()) for rows in turned.values())
        return breaches, warnings, recoveries

    def _is_of_newcomer(self, case_ids: Rows, duty: str) -> Flags:
        """True for cases of an authority that had no night for this duty since its first records of the kind came."""
        had_records = "FROM nights WHERE duty = :duty AND records > 0"
        # One for a day before it may have been run since, and keeps no news.
        night = f"SELECT evaluated_at {had_records} AND as_of = (SELECT MAX(as_of) {had_records})"
        is_first = not fetch(self.connection, night, duty=duty)
        new = [] if is_first else whose_history_came_after(self.connection, self.kind, night, duty=duty)
        if not new:
            return np.full(len(case_ids), is_first)
        codes, values = bound(new)
        theirs = fetch(self.connection, f"SELECT id FROM cases WHERE authority_code IN ({codes})", **values)
        return np.isin(case_ids, [key for (key,) in theirs])

    def _known_of(self, block: Clocks, ids: Rows) -> dict[str, Flags]:
        """By change, true for the clocks that are known to have turned, each until its present due date."""
        mine = np.flatnonzero(self._known.codes("duty").is_in([block.duty.key]))
        at = places(ids, self._known.ids[mine])
        here = at >= 0
        at, mine = at[here], mine[here]
        same_due = block.due_on[at] == self._known.days("due_on")[mine]
        at, change = at[same_due], self._known.codes("change").take(mine[same_due])
        known = {name: np.zeros(len(ids), dtype=np.bool_) for name in CHANGES}
        for name, flags in known.items():
            flags[at[change.is_in([name])]] = True
        return known
