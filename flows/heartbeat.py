"""Whose runs send heartbeats: the night's own does; one for each stage would cost a second's wait every time."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.context import SettingsContext, get_settings_context


@contextmanager
def without_heartbeats() -> Iterator[None]:
    """Inside, no run that begins sends heartbeats.

    One setting is another and the rest stay as they are. Prefect's `temporary_settings` would read them all again from
    their sources, which takes a third of a second.
    """
    now = get_settings_context()
    flows = now.settings.flows.model_copy(update={"heartbeat_frequency": None})
    with SettingsContext(profile=now.profile, settings=now.settings.model_copy(update={"flows": flows})):
        yield
