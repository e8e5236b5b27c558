"""R6 and the dead worker: whatever crashed, the sweeper finds the run, and a late worker writes nothing."""

import json
import os
import signal
from datetime import datetime, timedelta
from io import StringIO
from multiprocessing import get_context
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone
from django_q.models import OrmQ

from audit.models import AuditEvent
from lending import services
from lending.exceptions import LeaseLost
from lending.models import Decision, DecisionRun, LoanApplication, Review
from lending.services import ReleaseReport, release_stuck_runs
from lending.vocabulary import RunStatus
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
NOTHING = ReleaseReport(put_back=0, failed=0, queued_again=0)
CRASHES = 100


def later(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def queued_ids() -> list[str]:
    return [job.task["args"][0] for job in OrmQ.objects.all()]


def test_a_run_whose_worker_died_goes_back_to_the_queue() -> None:
    run = builders.running(builders.ada())
    assert release_stuck_runs(now=later(19)) == NOTHING
    assert release_stuck_runs(now=later(21)) == ReleaseReport(put_back=1, failed=0, queued_again=0)
    assert queued_ids() == [str(run.pk)]
    again = services.claim_run(run.pk)
    assert again
    assert again.attempts == 2
    assert AuditEvent.objects.filter(verb="run.put_back").count() == 1


def test_a_worker_that_wakes_up_too_late_writes_nothing() -> None:
    late = builders.running(builders.ada())
    release_stuck_runs(now=later(21))
    owner = services.claim_run(late.pk)
    assert owner
    assert not services.renew_lease(late)
    with pytest.raises(LeaseLost):
        services.complete_run(late, builders.approved_conclusion())
    services.fail_run(late, "Too late.")
    services.complete_run(owner, builders.declined_conclusion())
    assert Decision.objects.get().outcome == "DECLINED"
    assert not Review.objects.exists()


def test_a_renewed_lease_is_left_alone() -> None:
    run = builders.running(builders.ada())
    DecisionRun.objects.update(lease_expires_at=later(-1))
    assert services.renew_lease(run)
    assert release_stuck_runs() == NOTHING


def test_the_third_death_sends_the_case_to_a_person() -> None:
    application = builders.ada()
    run = builders.running(application)
    for _ in range(2):
        release_stuck_runs(now=later(21))
        services.claim_run(run.pk)
    assert release_stuck_runs(now=later(21)) == ReleaseReport(put_back=0, failed=1, queued_again=0)
    assert "3 times" in Review.objects.get().why
    run.refresh_from_db()
    assert (run.status, run.attempts) == (RunStatus.FAILED, 3)
    assert release_stuck_runs(now=later(600)) == NOTHING


def test_a_lost_job_is_queued_again_after_ten_seconds() -> None:
    run = services.request_decision(application=builders.ada(), enqueue=False)
    assert release_stuck_runs(now=later(9)) == NOTHING
    assert release_stuck_runs(now=later(11)) == ReleaseReport(put_back=0, failed=0, queued_again=1)
    assert queued_ids() == [str(run.pk)]


def test_a_run_without_any_time_of_trust_is_found_too() -> None:
    services.request_decision(application=builders.ada(), enqueue=False)
    DecisionRun.objects.update(lease_expires_at=None)
    assert release_stuck_runs().queued_again == 1


@pytest.mark.slow
def test_an_hour_in_a_long_queue_adds_a_handful_of_jobs_not_hundreds() -> None:
    services.request_decision(application=builders.ada())
    for seconds in range(0, 3_600, 3):
        release_stuck_runs(now=later(seconds))
    assert 2 <= OrmQ.objects.count() <= 8


def test_the_command_says_what_it_did() -> None:
    builders.running(builders.ada())
    DecisionRun.objects.update(lease_expires_at=later(-1))
    out = StringIO()
    call_command("release_stuck_runs", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"put_back": 1, "failed": 0, "queued_again": 0}
    call_command("release_stuck_runs", stdout=out)
    assert "0 runs put back" in out.getvalue()


def crash_between_commit_and_enqueue(application_id: UUID) -> None:
    """Ask for a decision and die by SIGKILL the moment the transaction has committed."""
    with transaction.atomic():
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))  # before the service's own callback
        services.request_decision(application=LoanApplication.objects.get(pk=application_id))


@pytest.mark.slow
def test_no_crash_between_commit_and_enqueue_loses_a_run() -> None:
    applications = [builders.ada(external_id=f"ADA-{number}") for number in range(CRASHES)]
    connections.close_all()  # a forked child must not share our connection
    for application in applications:
        child = get_context("fork").Process(target=crash_between_commit_and_enqueue, args=(application.pk,))
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
    assert not OrmQ.objects.exists()
    assert DecisionRun.objects.filter(status=RunStatus.QUEUED).count() == CRASHES
    assert release_stuck_runs(now=later(11)).queued_again == CRASHES
    assert all(services.claim_run(run_id) for run_id in queued_ids())
