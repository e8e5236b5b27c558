"""Mending what crashed workers and lost jobs left behind. Safe to repeat, and to run in several places at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.announcing import announce
from lending.models import DecisionRun
from lending.services.requesting import QUEUE_TRUST, queue_on_commit
from lending.services.running import give_up, record_of_run
from lending.vocabulary import RunStatus

MOST_ATTEMPTS = 3
SWEEPER = "sweeper"


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """How many runs went back to the queue, were given up after three attempts, and got a new job for a lost one."""

    put_back: int
    failed: int
    queued_again: int


def release_stuck_runs(*, now: datetime | None = None) -> ReleaseReport:
    """Put back runs whose worker died, give up those that died three times, and queue again those whose job is lost.

    A QUEUED run's job is trusted for 10 seconds, then for twice as long as the run has waited, so that a long queue
    collects a handful of spare jobs, not thousands; a spare job finds its run claimed and ends at once.
    """
    now = now or timezone.now()
    put_back = failed = queued_again = 0
    for run_id in _overdue(RunStatus.RUNNING, now).values_list("pk", flat=True):
        given_up = _release(run_id, now)
        put_back += given_up is False
        failed += given_up is True
    for run_id in _overdue(RunStatus.QUEUED, now).values_list("pk", flat=True):
        queued_again += _queue_again(run_id, now)
    return ReleaseReport(put_back=put_back, failed=failed, queued_again=queued_again)


def _overdue(status: RunStatus, now: datetime) -> QuerySet[DecisionRun]:
    lapsed = Q(lease_expires_at__lt=now) | Q(lease_expires_at__isnull=True)
    return DecisionRun.objects.filter(lapsed, status=status)


def _lock(run_id: UUID, status: RunStatus, now: datetime) -> DecisionRun | None:
    """Lock and return the run if it still is overdue; None where its worker or another sweeper is at it."""
    rows = _overdue(status, now).filter(pk=run_id).select_related("application")
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=True).first()


@transaction.atomic
def _release(run_id: UUID, now: datetime) -> bool | None:
    """Put one run back, or give it up (True); None where it is not overdue any more."""
    run = _lock(run_id, RunStatus.RUNNING, now)
    if run is None:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        give_up(run, f"Its worker died or stalled {run.attempts} times. A person must look.")
        return True
    run.status, run.claim_token, run.lease_expires_at = RunStatus.QUEUED, None, now + QUEUE_TRUST
    run.save()
    record_of_run(run, "run.put_back", actor=SWEEPER, attempt=run.attempts)
    announce(run.pk)
    queue_on_commit(run.pk)
    return False


@transaction.atomic
def _queue_again(run_id: UUID, now: datetime) -> bool:
    run = _lock(run_id, RunStatus.QUEUED, now)
    if run is None:
        return False
    run.lease_expires_at = now + max(QUEUE_TRUST, 2 * _waited(run, now))
    run.save()
    queue_on_commit(run.pk)
    return True


def _waited(run: DecisionRun, now: datetime) -> timedelta:
    """Return how long the run has waited since it was asked for, or since its last attempt began."""
    return now - (run.started_at or run.requested_at)
