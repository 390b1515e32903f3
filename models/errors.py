"""Errors that are shown to a person: what happened, where, why, and what to do.

Every error the product raises on purpose is one of these; the command line prints its words without a
traceback and ends with its ``exit_code``, so that a program can tell the kinds apart.
"""


class EhcError(Exception):
    """A problem a person can act on: `what` happened, `where`, `why`, and the `remedy`."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", why: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.why = why
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        """The problem in up to four short lines, most important first."""
        lines = [self.what]
        lines += [f"  where:  {self.where}"] if self.where else []
        lines += [f"  why:    {self.why}"] if self.why else []
        lines += [f"  remedy: {self.remedy}"] if self.remedy else []
        return "\n".join(lines)

    @property
    def in_one_line(self) -> str:
        """What happened and where, why, and the remedy, as sentences one behind the other."""
        what = f"{self.what.rstrip('.')} ({self.where})" if self.where else self.what
        return " ".join(x if x.endswith((".", "?")) else f"{x}." for x in (what, self.why, self.remedy) if x)


class StatuteDataError(EhcError):
    """A file of the law (`models/statute/instruments`) says something the register cannot accept."""

    exit_code = 10


class ExtractRefusedError(EhcError):
    """A whole extract was refused and nothing was changed."""

    exit_code = 11


class NotFoundError(EhcError):
    """What was asked for is not in the records."""

    exit_code = 12


class StoreError(EhcError):
    """The database cannot be used as it is: absent, of another version, locked, or damaged."""

    exit_code = 13


class SettingsError(EhcError):
    """A setting, a command-line value or a local policy file cannot be used as it is."""

    exit_code = 14


class RecordingRefusedError(EhcError):
    """What a person wanted to record cannot be recorded as it is; nothing was changed."""

    exit_code = 15


class NightIncompleteError(EhcError):
    """A night evaluated less than it should have, or rests on an extract that is too old."""

    exit_code = 16


class UpError(EhcError):
    """Prefect's server did not start, or ended by itself."""

    exit_code = 17


class ChannelError(EhcError):
    """A channel is not set up, or an address is none that anything can be sent to."""

    exit_code = 18


class MeasuresError(EhcError):
    """A definition of a measure says something that cannot be measured."""

    exit_code = 19
