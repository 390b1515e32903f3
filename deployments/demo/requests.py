"""When requests arrive and who makes them: weekday, school-term and seasonal rhythm."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from .days import Calendar, Days, number
from .draws import Numbers, even, pick
from .profile import Profile

# How busy each month is, January to December: schools save requests for the end of term and dip in August, families
# less so. Invented, plausible; no national monthly series is published.
_SCHOOL_MONTHS = np.array([1.0, 1.05, 1.25, 0.85, 1.1, 1.3, 1.3, 0.7, 0.85, 1.15, 1.2, 0.9])
_FAMILY_MONTHS = np.array([1.0, 1.0, 1.05, 0.9, 1.0, 1.05, 1.0, 0.85, 1.1, 1.1, 1.05, 0.75])
_WEEKDAYS = np.array([1.1, 1.1, 1.05, 1.0, 0.95, 0.02, 0.02])  # a few e-mails come at weekends
_SCHOOL_IN_HOLIDAYS = {"summer": 0.12, "christmas": 0.05, "spring": 0.3}
_FAMILY_IN_HOLIDAYS = {"summer": 0.95, "christmas": 0.35, "spring": 0.8}
_SCHOOL, _FAMILY = "2", "1"  # SEN2 RequestSource codes


@dataclass(frozen=True)
class Requests:
    """Requests in order of receipt, one element each: day received, SEN2 source as an index into the profile's."""

    received: Days
    source: Days


def rhythm(calendar: Calendar, source: str) -> Numbers:
    """How likely a request of one source is on each day of the calendar, as weights around 1."""
    days = np.arange(calendar.first, calendar.last + 1)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weekly = _WEEKDAYS[calendar.weekday] * np.where(calendar.holiday, 0.02, 1.0)

    def rhythm_of(monthly: Numbers, in_holidays: dict[str, float]) -> Numbers:
        weights: Numbers = weekly * monthly[months]
        for name, share in in_holidays.items():
            weights = np.where(calendar.closed[name], weights * share, weights)
        return weights

    school = rhythm_of(_SCHOOL_MONTHS, _SCHOOL_IN_HOLIDAYS)
    family = rhythm_of(_FAMILY_MONTHS, _FAMILY_IN_HOLIDAYS)
    if source == _SCHOOL:
        return school
    return family if source == _FAMILY else (school + family) / 2


def make_requests(
    profile: Profile,
    calendar: Calendar,
    rng: np.random.Generator,
    *,
    first: date,
    last: date,
    scale: float = 1.0,
    total: int | None = None,
) -> Requests:
    """The requests received from `first` to `last`, both included; `total` fixes their number, whatever the scale."""
    years = range(first.year, last.year + 1)
    weights = [rhythm(calendar, code) for code, _, _ in profile.sources]
    spans = []
    for year in years:
        year_start, year_end = number(date(year, 1, 1)), number(date(year, 12, 31))
        spans.append((year_start, year_end, max(year_start, number(first)), min(year_end, number(last))))
    mean_weights = np.average(weights, axis=0, weights=[share for _, share, _ in profile.sources])
    covered = [
        mean_weights[start - calendar.first : end - calendar.first + 1].sum()
        / mean_weights[year_start - calendar.first : year_end - calendar.first + 1].sum()
        for year_start, year_end, start, end in spans
    ]
    expected = np.array([profile.requests_in(year) * scale for year in years]) * np.array(covered)
    expected /= 1 - profile.missing_request_date  # the published counts are of requests with a date
    if total is not None:
        expected *= total / expected.sum()
    counts = np.rint(expected).astype(np.int64)
    if total is not None:
        counts[-1] += total - counts.sum()

    received, sources = [], []
    shares = [share for _, share, _ in profile.sources]
    for count, (_, _, start, end) in zip(counts.tolist(), spans, strict=True):
        source = pick(rng, count, shares)
        day = np.empty(count, dtype=np.int64)
        for index, weight in enumerate(weights):
            mine = source == index
            chances = np.cumsum(weight[start - calendar.first : end - calendar.first + 1])
            day[mine] = start + np.searchsorted(chances / chances[-1], even(rng, int(mine.sum())), side="right")
        received.append(np.minimum(day, end))
        sources.append(source)
    every = np.concatenate(received)
    order = np.argsort(every, kind="stable")
    return Requests(received=every[order], source=np.concatenate(sources)[order])
