"""Two documents at a time: order, errors, and the database connections they use."""

import threading
import time

import pytest
from django.db import connection, transaction

from policies.corpus.side_by_side import side_by_side

pytestmark = pytest.mark.django_db(transaction=True)


def backend(_: object = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def still_open(backends: set[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 0 FROM pg_stat_activity WHERE pid = ANY(%s)", [list(backends)])
        return bool(cursor.fetchone()[0])


def test_results_come_in_the_order_of_the_items_however_long_each_takes() -> None:
    second_is_done = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert second_is_done.wait(30)
        elif item == 1:
            second_is_done.set()
        return item

    assert list(side_by_side(work, range(4), at_once=2)) == [0, 1, 2, 3]


def test_each_item_has_a_connection_of_its_own_and_leaves_none_open() -> None:
    used = set(side_by_side(backend, range(4), at_once=2))
    assert backend() not in used
    deadline = time.monotonic() + 30
    while still_open(used):  # PostgreSQL ends a session a moment after its client has gone
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_inside_a_transaction_they_follow_one_after_another_on_its_connection() -> None:
    with transaction.atomic():
        assert set(side_by_side(backend, range(3), at_once=2)) == {backend()}


def test_an_error_is_raised_and_what_was_not_begun_is_left() -> None:
    begun = []

    def work(item: int) -> int:
        begun.append(item)
        raise ValueError(f"item {item}")

    with pytest.raises(ValueError, match="item 0"):
        list(side_by_side(work, range(1_000), at_once=2))
    assert len(begun) < 1_000
