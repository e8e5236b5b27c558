"""Log lines without personal data: plain for people, JSON for machines, each with the id of the request it belongs to.

An error's own words are left out of every line, for they may quote what somebody typed; its kind and place stay.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from audit import correlation

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutWords(logging.Formatter):
    """Shows of an error its frames, its kind and those of its causes, never its message."""

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802  (logging's own name)
        """Return the frames, then the kinds of the error and of its causes."""
        error = ei[1]
        return "" if error is None else f"{''.join(traceback.format_tb(ei[2]))}{' from '.join(_kinds(error))}"

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Return the stack as it is: code and line numbers only."""
        return stack_info


class PlainLines(WithoutWords):
    """Time, level, logger, correlation id and message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        record.correlation_id = correlation.current() or "-"
        record.exc_text = None  # where another formatter was here first, it left the error's words
        return super().format(record)


class JsonLines(WithoutWords):
    """One JSON object a line: ``time`` in UTC, ``level``, ``logger``, ``correlation_id``, ``message``, ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "correlation_id": correlation.current(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


class JobsWithoutResults(logging.Filter):
    """Takes out of the queue's lines what a job returned or the traceback it died of; the job's own page has both."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the line at its result and let it pass."""
        text = record.getMessage()
        if text.startswith("Failed "):
            record.msg, record.args = f"{text.partition(' - ')[0]} - see Failed jobs", ()
        return True


def _kinds(error: BaseException) -> list[str]:
    kinds, seen, cause = list[str](), set[int](), error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)  # type: ignore[assignment]
    return kinds


def logging_settings(style: str, level: str) -> dict[str, Any]:
    """Return Django's ``LOGGING``; ``style`` is plain or json. Raises ValueError for another."""
    if style not in FORMATTERS:
        raise ValueError(f"LOG_FORMAT is {style!r}. Write plain or json.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": FORMATTERS,
        "filters": {"jobs_without_results": {"()": "loaniq.logs.JobsWithoutResults"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": style}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "CRITICAL"},  # its lines hold what people searched for
            "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
            "uvicorn.access": {"handlers": [], "level": "CRITICAL"},
            "django-q": {"level": "WARNING", "filters": ["jobs_without_results"]},
            "sentence_transformers": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
        },
    }


FORMATTERS: dict[str, dict[str, Any]] = {
    "plain": {
        "()": "loaniq.logs.PlainLines",
        "format": "{asctime} {levelname} {name} {correlation_id} {message}",
        "style": "{",
    },
    "json": {"()": "loaniq.logs.JsonLines"},
}
