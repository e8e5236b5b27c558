"""Asking for a decision: the run's row and its audit event commit together, then the job is queued."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.tasks import async_task

from audit import correlation, log
from lending.exceptions import AlreadyDecided, ReasonTooLong, RunAlreadyActive
from lending.models import DecisionRun, LoanApplication, Partner

QUEUE_TRUST = timedelta(seconds=10)  # how long a new job is trusted to lie in the queue before it is queued again
REASON_LIMIT = 500
AFTER_FAILURE = "The previous run failed."


@transaction.atomic
def request_decision(
    *,
    application: LoanApplication,
    by: User | None = None,
    partner: Partner | None = None,
    reason: str = "",
    enqueue: bool = True,
) -> DecisionRun:
    """Queue one decision run; its row exists before its job does. ``enqueue=False`` leaves it to the caller to run it.

    While a run is QUEUED, ``lease_expires_at`` says until when its job is trusted to lie in the queue. Raises
    ``RunAlreadyActive`` while another run waits or works, ``AlreadyDecided`` for a decided application without a
    ``reason`` (after a failed run none is needed), ``ReasonTooLong`` beyond 500 characters.
    """
    reason = reason.strip()
    if len(reason) > REASON_LIMIT:
        raise ReasonTooLong(len(reason), REASON_LIMIT)
    previous = application.runs.order_by("-number").first()
    if previous and previous.is_live:
        raise RunAlreadyActive(application)
    if not reason and (decision := application.decisions.first()):
        raise AlreadyDecided(decision)
    run = _new_run(application, by, partner, reason, previous)
    with correlation.bound(run.correlation_id):
        log.record(
            "run.requested",
            subject=application.audit_subject,
            actor=actor_name(by, partner),
            run=run.pk,
            number=run.number,
        )
    if enqueue:
        queue_on_commit(run.pk)
    return run


def _new_run(
    application: LoanApplication, by: User | None, partner: Partner | None, reason: str, previous: DecisionRun | None
) -> DecisionRun:
    """Insert the row; where another request was quicker, the constraints refuse ours and its run is the live one."""
    try:
        with transaction.atomic():  # keeps the outer transaction usable
            return DecisionRun.objects.create(
                application=application,
                number=previous.number + 1 if previous else 1,
                requested_by=by,
                partner=partner,
                reason=reason or (AFTER_FAILURE if previous else ""),
                lease_expires_at=timezone.now() + QUEUE_TRUST,
                correlation_id=correlation.current() or correlation.new_id(),
            )
    except IntegrityError as exc:
        raise RunAlreadyActive(application) from exc


def queue_on_commit(run_id: UUID) -> None:
    """Hand the run to the queue once the transaction has committed.

    A crash in between loses nothing, nor does a broker that refuses: ``release_stuck_runs`` queues the run again.
    """
    transaction.on_commit(partial(async_task, settings.LOANIQ_DECISION_TASK, str(run_id)), robust=True)


def actor_name(by: User | None, partner: Partner | None = None) -> str:
    """Return how the trail names whoever acts: an account, a partner, or the program itself."""
    if by is not None:
        return by.get_username()
    return partner.name if partner is not None else "loaniq"
