"""One id that joins a request with everything it leads to: the run, its log lines, its events, its calls to models."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

LONGEST = 64
# Letters and digits, both: a social security, telephone or account number is no id, nor is an e-mail address.
_SANE = re.compile(rf"(?=.*[A-Za-z])(?=.*[0-9])[A-Za-z0-9_-]{{16,{LONGEST}}}")
_current: ContextVar[str] = ContextVar("correlation_id", default="")


def current() -> str:
    """Return the id under which this task works, or the empty text."""
    return _current.get()


def new_id() -> str:
    """Return a fresh id: 32 hex digits."""
    return uuid4().hex


def is_sane(token: str) -> bool:
    """Whether an id from outside may be kept: 16 to 64 letters, digits, dashes and underscores, not all of one kind."""
    return bool(_SANE.fullmatch(token))


@contextmanager
def bound(correlation_id: str) -> Iterator[None]:
    """Work under this id for the length of the block; an empty one changes nothing."""
    before = _current.set(correlation_id or _current.get())
    try:
        yield
    finally:
        _current.reset(before)
