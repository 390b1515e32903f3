"""The log as JSON, one object a line, for a machine that collects logs; asked for by `EHC_LOG=json`.

Written here and not by a library, since those put the text of every exception into the line, and what a database says
of a row it refuses may hold what is in the row. Of an error that is not ours only the kind and the place are told.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from traceback import extract_tb

from models.errors import EhcError, SettingsError
from models.settings import settings

WORDS, JSON = "words", "json"

_OF_A_RUN = ("flow_name", "flow_run_name", "task_run_name")
_OF_AN_ERROR = ("where", "why", "remedy", "exit_code")


def is_json() -> bool:
    """Whether the log is wanted as JSON.

    Raises:
        SettingsError: `EHC_LOG` says something else.
    """
    wanted = settings().log
    if wanted not in (WORDS, JSON):
        raise SettingsError(
            f"EHC_LOG is {wanted!r}, which is not known here.", remedy=f"Set it to {JSON}, or take it away for words."
        )
    return wanted == JSON


def for_prefect() -> dict[str, str]:
    """What makes Prefect and the flows write such lines too, as environment variables; nothing if not wanted."""
    if not is_json():
        return {}
    return {
        "PREFECT_LOGGING_COLORS": "false",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "INFO",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER": "json",
        "PREFECT_LOGGING_HANDLERS_DEBUG_FORMATTER": "json",
        "PREFECT_LOGGING_FORMATTERS_JSON_CLASS": f"{OneLine.__module__}.{OneLine.__name__}",
    }


class OneLine(logging.Formatter):
    """A record as one line of JSON: when, how grave, from where, what; and which run, and what went wrong, if any."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        said |= {name: value for name in (*_OF_A_RUN, *_OF_AN_ERROR) if (value := getattr(record, name, None))}
        if record.exc_info and record.exc_info[1] is not None:
            said["error"] = _told(record.exc_info[1])
        return json.dumps(said, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    if isinstance(record.args, tuple):
        record.args = tuple(_told(x) if isinstance(x, BaseException) else x for x in record.args)
    return record.getMessage()


def _told(error: BaseException) -> str:
    if isinstance(error, EhcError):
        return " ".join(filter(None, (error.what, error.where, error.why)))
    places = extract_tb(error.__traceback__)
    return f"{type(error).__name__}{f' at {places[-1].filename}:{places[-1].lineno}' if places else ''}"


def say(level: int, words: str, **more: object) -> None:
    """Write a line of the command itself to the error channel."""
    record = logging.getLogger("ehc").makeRecord("ehc", level, "", 0, words, (), None, extra=more)
    print(OneLine().format(record), file=sys.stderr, flush=True)


def say_refused(error: EhcError) -> None:
    """Write why a command did not do what was asked."""
    details = {"where": error.where, "why": error.why, "remedy": error.remedy}
    say(logging.ERROR, error.what, **details, exit_code=error.exit_code)
