"""C1, C2 and C3: many at once, one winner, and the others are told why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django_q.models import OrmQ

from audit import log
from lending import services
from lending.desk_exceptions import NothingWaits
from lending.exceptions import LendingError, ReviewTaken, RunAlreadyActive
from lending.models import DecisionRun, LoanApplication
from tests import builders
from tests.lending.form_pages import opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AT_ONCE = 20


def all_at_once(work: Callable[[int], object], times: int = AT_ONCE) -> list[object]:
    """Start the work in so many threads, each with its own connection, at the same moment; return what came of it."""
    start = Barrier(times)

    def one(number: int) -> object:
        try:
            start.wait()
            return work(number)
        except LendingError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_twenty_requests_at_once_start_one_run_25_of_25() -> None:
    for number in range(25):
        application = builders.ada(external_id=f"ADA-{number}")
        answers = all_at_once(lambda _, pk=application.pk: request(pk))  # type: ignore[misc]
        assert sum(isinstance(answer, DecisionRun) for answer in answers) == 1
        assert sum(isinstance(answer, RunAlreadyActive) for answer in answers) == AT_ONCE - 1
        assert application.runs.count() == 1
    assert OrmQ.objects.count() == 25
    assert log.verify_chain().intact


def request(pk: UUID) -> DecisionRun:
    return services.request_decision(application=LoanApplication.objects.get(pk=pk))


def test_a_job_delivered_eight_times_is_claimed_once() -> None:
    for number in range(10):
        run = services.request_decision(application=builders.ada(external_id=f"ADA-{number}"))
        claims = all_at_once(lambda _, pk=run.pk: services.claim_run(pk), 8)  # type: ignore[misc]
        assert sum(claim is not None for claim in claims) == 1


def test_ten_reviewers_reach_for_one_case_and_one_gets_it() -> None:
    people = [builders.reviewer(f"reviewer-{number}") for number in range(10)]
    for number in range(5):
        application = builders.cleo(external_id=f"CLEO-{number}")
        case = builders.case_of(builders.decided(application, builders.review_conclusion()))
        answers = all_at_once(lambda n, case=case: services.take_review(review=case, by=people[n]), 10)  # type: ignore[misc]
        case.refresh_from_db()
        losers = [answer for answer in answers if isinstance(answer, ReviewTaken)]
        assert len(losers) == 9
        assert isinstance(case.assigned_to, User)
        assert all(case.assigned_to.username in str(loser) for loser in losers)


def test_ten_reviewers_ask_for_the_next_case_and_no_two_get_the_same() -> None:
    people = [builders.reviewer(f"reviewer-{number}") for number in range(10)]
    for number in range(10):
        builders.decided(builders.cleo(external_id=f"CLEO-{number}"), builders.review_conclusion())
    taken = all_at_once(lambda n: services.take_next(by=people[n]).pk, 10)
    assert len(set(taken)) == 10
    assert isinstance(all_at_once(lambda _: services.take_next(by=builders.reviewer("late")), 1)[0], NothingWaits)


def test_of_two_saves_of_one_page_at_once_one_is_refused() -> None:
    application = builders.ada()
    pages = [opened(application, builders.officer(name)) for name in ("olivia", "oscar")]
    for sizes in ((2, 3), (4, 5), (6, 7)):
        pages = [opened(application, client) for client, *_ in pages]
        answers = all_at_once(lambda n, p=pages, s=sizes: save(p[n], s[n]), 2)  # type: ignore[misc]
        application.refresh_from_db()
        assert sorted(map(str, answers)) == ["200", "302"]
        assert application.household_size == sizes[answers.index(302)]


def save(page: tuple[Any, str, dict[str, Any]], household_size: int) -> int:
    client, address, data = page
    status: int = client.post(address, data | {"household_size": household_size}).status_code
    return status


def test_sweepers_side_by_side_put_a_run_back_once() -> None:
    run = builders.running(builders.ada())
    DecisionRun.objects.update(lease_expires_at=run.requested_at)
    reports = all_at_once(lambda _: services.release_stuck_runs(), 8)
    assert sum(report.put_back for report in reports if isinstance(report, services.ReleaseReport)) == 1
    assert OrmQ.objects.count() == 1
