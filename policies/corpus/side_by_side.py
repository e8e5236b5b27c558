"""Documents taken in side by side: while PostgreSQL files away the vectors of one, the next is read and embedded."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

AT_ONCE = 2  # filling the vectors' index keeps one core of the database busy, reading and embedding another

Item = TypeVar("Item")
Made = TypeVar("Made")


def side_by_side(work: Callable[[Item], Made], items: Sequence[Item], *, at_once: int = AT_ONCE) -> Iterator[Made]:
    """Yield what ``work`` makes of each item, in their order, ``at_once`` of them at a time.

    Each is worked on with a database connection of its own, so inside a caller's transaction, which others do not see,
    they follow one after another. What ``work`` raises is raised here, and items not begun are left.
    """
    if min(at_once, len(items)) < 2 or connection.in_atomic_block:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(at_once) as pool:
        try:
            yield from pool.map(lambda item: _worked(work, item), items)
        finally:
            pool.shutdown(cancel_futures=True)


def _worked(work: Callable[[Item], Made], item: Item) -> Made:
    try:
        return work(item)
    finally:
        connection.close()
