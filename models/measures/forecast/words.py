"""The forecast in sentences, for the command line and the board report alike."""

from collections.abc import Iterator, Sequence
from datetime import date

from models.measures.forecast.aims import Aim
from models.measures.forecast.backlog import Backlog
from models.measures.forecast.months import OF_A_YEAR, in_full
from models.measures.forecast.outlook import Outlook
from models.measures.forecast.trials import Trial

DUTIES = {
    "send_final_plan": "plans",
    "decide_whether_to_assess": "decisions to assess",
    "review_plan": "annual reviews",
    "decide_after_review": "decisions after a review",
}
"""What is due, in a word; advice is told apart by its kinds."""

TARGETS = {
    "plans_in_time": "plans in time",
    "assess_decisions_in_time": "decisions to assess in time",
    "advice_in_time": "advice in time",
}

DEFINITIONS = (
    (
        "Plans due: final plans whose last lawful day falls in the period, as the measure plans due that were sent in "
        "time counts them: who was refused, withdrew or came under an order is left out, an exception makes no late "
        "plan timely. Whatever falls due in these months has been asked for already: no request is guessed."
    ),
    (
        "Expected: those sent in time, and of those still to come the part that gets its plan by its day if draft and "
        "plan take as long as they did lately. Range: nine in ten by chance alone, and to either side of that the "
        "largest miss when the forecast was tried at that distance or a shorter one."
    ),
    (
        "At risk: plans whose draft, or advice for them, is late already; annual reviews without a meeting, too late "
        "for one with the law's time to decide after it; of the others, those whose last useful working day is today "
        "or has passed."
    ),
    "Overdue: past the last lawful day and still open, exceptions counted in. What goes was done or ended otherwise.",
    "A target is held against what was due in the last three whole months.",
)
"""What the figures mean; the last lawful days are the register's."""

_NUMBERS = {3: "three", 6: "six", 9: "nine"}
EVERY = 100


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{EVERY * share:.0f}%"


def tried(outlook: Outlook, as_of: date) -> Iterator[str]:
    """How the forecast did, a sentence for each quarter that it was tried, and how far it missed month by month."""
    for trial in outlook.of_quarters:
        months = (as_of.year - trial.made_on.year) * OF_A_YEAR + as_of.month - trial.made_on.month
        yield (
            f"Made {_NUMBERS[months]} months ago, this forecast would have said {percent(trial.said)}; it became "
            f"{percent(trial.became)} ({missed(trial)})."
        )
    misses = [abs(EVERY * x.miss) for x in outlook.trials if x.ahead is not None]
    if misses:
        average = sum(misses) / len(misses)
        yield f"Month by month it missed by {average:.0f} points on average and by {max(misses):.0f} at most."


def missed(trial: Trial) -> str:
    """By how much a forecast missed, in percentage points, and which way."""
    # Of what is printed, so that a reader who subtracts comes to the same.
    points = round(EVERY * trial.said) - round(EVERY * trial.became)
    if not points:
        return "right to the point"
    return f"{abs(points)} point{'s' if abs(points) > 1 else ''} too {'high' if points > 0 else 'low'}"


def burn_down(found: Backlog) -> str:
    """How a backlog moves, and when it is gone."""
    what = DUTIES[found.duty]
    if not found.now:
        return f"No {what} are overdue."
    pace = f"In the last three months {found.came:.0f} a month became overdue and {found.went:.0f} were dealt with"
    if found.cleared_in:
        ends = f"at that pace the last is dealt with in {found.cleared_in:%B %Y}"
    elif found.came > found.went:
        ends = f"it grows by {found.came - found.went:.0f} a month"
    else:
        ends = "at that pace it takes more than ten years" if found.went > found.came else "it stays as it is"
    return f"{found.now:,} {what} are overdue. {pace}: {ends}."


def aimed(found: Aim, as_of: date) -> str:
    """Where a target is, and how today's figure and the forecast stand to it."""
    what = TARGETS[found.target]
    by = f" by {in_full(found.by)}" if found.by else ""
    months = f"{found.first:%B} to {found.last:%B %Y}"
    today = f"{months}: {percent(found.share)} ({found.in_time:,} of {found.due:,})" if found.share is not None else ""
    said = f"Target: {found.percent}% of {what}{by}. {today or f'Nothing was due in {months}'}."
    if found.by and found.by <= as_of:
        return f"{said} That day has come."
    if found.points:
        last = found.points[-1]
        return f"{said} The line to it is at {percent(last.share)} on {in_full(last.last)}, {VERDICTS[last.verdict]}."
    return said


VERDICTS = {
    "below": "and even the top of what is expected is below it",
    "within": "which is within the range of what is expected",
    "above": "and all of what is expected is above it",
}


def notes(outlook: Outlook) -> Sequence[str]:
    """What the figures mean, and what the pace is of where there is one."""
    pace = (
        f"Lately: in the last {outlook.window} months, which of the last twelve, six and three would have missed least "
        "when the forecast was tried."
    )
    return (*DEFINITIONS, *((pace,) if outlook.window else ()))
