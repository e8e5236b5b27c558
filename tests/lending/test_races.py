"""C1 and C2: many at once, one winner, and the others are told why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django_q.models import OrmQ

from audit import log
from lending import services
from lending.exceptions import LendingError, ReviewTaken, RunAlreadyActive
from lending.models import DecisionRun, LoanApplication
from tests import builders

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


def test_sweepers_side_by_side_put_a_run_back_once() -> None:
    run = builders.running(builders.ada())
    DecisionRun.objects.update(lease_expires_at=run.requested_at)
    reports = all_at_once(lambda _: services.release_stuck_runs(), 8)
    assert sum(report.put_back for report in reports if isinstance(report, services.ReleaseReport)) == 1
    assert OrmQ.objects.count() == 1
