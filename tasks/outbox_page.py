"""The page about the outbox: what waits, and which channels do not work. No message, no recipient, no case."""

from collections.abc import Sequence

from models.queries.outbox.outbox import ChannelIncident, Outbox
from tasks.markdown import plain


def outbox_page(found: Outbox, incidents: Sequence[ChannelIncident]) -> str:
    """The outbox in markdown, what is wrong first."""
    parts = ["# The outbox"]
    if incidents:
        parts.append("## Channels that do not work\n")
        parts.append(
            "| channel | since (UTC) | last tried (UTC) | why | messages that wait |\n| --- | --- | --- | --- | ---: |"
        )
        parts[-1] += "".join(
            f"\n| {plain(x.channel)} | {x.since:%d %B %Y %H:%M} | {x.last_tried:%d %B %Y %H:%M} | {plain(x.fault)} "
            f"| {x.waiting:,} |"
            for x in incidents
        )
        parts.append("They go out by themselves as soon as the channel works. `ehc doctor --channels` tries it now.")
    if found.stopped_because is not None:
        parts.append("**Sending is turned off.** Nothing goes out until somebody turns it on.")
    if found.untold:
        parts.append(
            f"**{found.untold:,} could not be delivered, and nobody above could be told.** See `ehc messages`."
        )
    oldest = f", the oldest since {found.oldest:%d %B %Y}" if found.oldest else ""
    parts.append(f"{found.waiting:,} wait{oldest}.")
    parts.append("| status | messages |\n| --- | ---: |")
    parts[-1] += "".join(
        f"\n| {status.replace('_', ' ')} | {number:,} |" for status, number in sorted(found.by_status.items())
    )
    return "\n\n".join(parts) + "\n"
