"""Who works on the cases: officers and leaders by role, the agencies' contacts, and which officer holds which case."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from .children import EARLY_YEARS, Children
from .days import Days, number
from .draws import stream
from .profile import Profile

TEAMS = ("North", "South", "Early years")
_TEAM_SHARES = (0.4, 0.4, 0.2)
_NOT_HANDED_OVER = 0.15  # share of the leaver's open cases that nobody took; invented
_OTHER_ROLES = (
    ("service_manager", "Service manager", "service.manager@council.example"),
    ("head_of_service", "Head of SEND", "head.of.send@council.example"),
    ("director", "Director of children's services", "director@council.example"),
    ("health_dco", "Designated clinical officer", "dco@icb.example"),
    ("social_care_dsco", "Designated social care officer", "dsco@council.example"),
    ("psychology_lead", "Principal educational psychologist", "psychology@council.example"),
)


@dataclass(frozen=True)
class Staff:
    """The staff of one authority.

    rows: team, role, name, address, first and last day counted from the handover, or None; officers: first and last
    number of each team. One officer of South has left.
    """

    rows: tuple[tuple[str, str, str, str, int | None, int | None], ...]
    officers: tuple[tuple[int, int], ...]
    leaver: int
    successor: int
    width: int

    def officer_name(self, officer: int) -> str:
        """The name an officer goes by in the cases: a number, not a person's name."""
        return f"Officer {officer:0{self.width}d}"


def make_staff(profile: Profile, requests_per_year: float) -> Staff:
    """Officers in number with the demand, over three teams, and one of every other role."""
    counts = [max(2, round(share * requests_per_year / profile.requests_per_officer)) for share in _TEAM_SHARES]
    ends = np.cumsum(counts)
    officers = tuple((int(end) - count + 1, int(end)) for end, count in zip(ends, counts, strict=True))
    successor = int(ends[-1]) + 1
    leaver = officers[1][1]
    width = max(2, len(str(successor)))
    rows: list[tuple[str, str, str, str, int | None, int | None]] = []
    for team, (first, last) in zip(TEAMS, officers, strict=True):
        slug = team.lower().replace(" ", ".")
        rows.append((team, "team_leader", f"Team leader {team}", f"team.leader.{slug}@council.example", None, None))
        for officer in range(first, last + 1):
            left = 0 if officer == leaver else None
            label = f"{officer:0{width}d}"
            rows.append((team, "officer", f"Officer {label}", f"officer.{label}@council.example", None, left))
    label = f"{successor:0{width}d}"
    rows.append((TEAMS[1], "officer", f"Officer {label}", f"officer.{label}@council.example", 1, None))
    rows.extend(("", role, name, address, None, None) for role, name, address in _OTHER_ROLES)
    return Staff(tuple(rows), officers, leaver, successor, width)


def handover(as_of: date) -> int:
    """The last 30 September, on which one officer left: handing over is where cases are lost. Invented."""
    return number(date(as_of.year if as_of >= date(as_of.year, 9, 30) else as_of.year - 1, 9, 30))


def assign(
    staff: Staff, seed: int, children: Children, placed: Days, received: Days, closed: Days, left: int
) -> tuple[Days, Days]:
    """The team index and officer number of each case; the leaver's open cases mostly went to the successor."""
    rng = stream(seed, "officers")
    size = len(placed)
    by_setting = np.where(placed >= 0, placed, children.person) % 2
    team = np.where(children.setting_type == EARLY_YEARS, 2, by_setting)
    first, last = np.array(staff.officers).T[:, team]
    officer = rng.integers(first, last + 1)
    passed_on = (closed > left) & (rng.random(size) >= _NOT_HANDED_OVER)
    gone = (officer == staff.leaver) & (passed_on | (received > left))
    return team, np.where(gone, staff.successor, officer)
