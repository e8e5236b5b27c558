"""One at a time: locks of the database, known by a sentence, that end with their holder however it ends."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def take_turn(key: str) -> None:
    """Wait for others who hold this key; it is kept until the caller's transaction ends."""
    _ask("SELECT pg_advisory_xact_lock(%s)", key)


def share_turn(key: str) -> None:
    """Wait for whoever took this key alone, and keep others from doing so until the caller's transaction ends."""
    _ask("SELECT pg_advisory_xact_lock_shared(%s)", key)


def turn_is_free(key: str) -> bool:
    """Take the key until the caller's transaction ends, unless another holds it: then return False at once."""
    return _ask("SELECT pg_try_advisory_xact_lock(%s)", key)


@contextmanager
def only_one(key: str) -> Iterator[bool]:
    """Give True to one process at a time for the length of the block, over any number of transactions."""
    is_ours = _ask("SELECT pg_try_advisory_lock(%s)", key)
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None:  # a lost connection has given it up already
            _ask("SELECT pg_advisory_unlock(%s)", key)


def _ask(query: str, key: str) -> bool:
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(query, [number])
        return bool(cursor.fetchone()[0])
