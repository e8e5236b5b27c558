"""A worker's part: claim a run, keep it, store what it concluded. Every write is fenced by the claim's token."""

import textwrap
import uuid
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit import correlation, log
from audit.announcing import announce
from lending.casefile import CaseFile
from lending.conclusion import Conclusion
from lending.exceptions import LeaseLost
from lending.models import Decision, DecisionRun, Finding, Review
from lending.models.review import UNRESOLVED
from lending.services.conditions import merge_conditions
from lending.vocabulary import FindingResult, Outcome, ReviewQueue, ReviewStatus, RunStatus, Severity

LEASE = timedelta(seconds=20)
TEXT_LIMIT = 500
WORKER = "worker"
QUEUE_FOR = {Outcome.REVIEW: ReviewQueue.UNDERWRITING, Outcome.HOLD: ReviewQueue.COMPLIANCE}


@transaction.atomic
def claim_run(run_id: uuid.UUID | str) -> DecisionRun | None:
    """Make a QUEUED run this worker's own for 20 seconds, renewable; None where somebody else was quicker."""
    now = timezone.now()
    claimed = DecisionRun.objects.filter(pk=run_id, status=RunStatus.QUEUED).update(
        status=RunStatus.RUNNING,
        started_at=now,
        claim_token=uuid.uuid4(),
        lease_expires_at=now + LEASE,
        attempts=F("attempts") + 1,
        facts_hash="",
        facts={},
    )
    if not claimed:
        return None
    run = DecisionRun.objects.select_related("application").get(pk=run_id)
    record_of_run(run, "run.started", attempt=run.attempts)
    announce(run.pk)
    return run


def renew_lease(run: DecisionRun) -> bool:
    """Keep the run for another 20 seconds; False where it is no longer this worker's."""
    owned = DecisionRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING, claim_token=run.claim_token)
    return bool(owned.update(lease_expires_at=timezone.now() + LEASE))


def freeze_facts(run: DecisionRun, case: CaseFile) -> None:
    """Store the facts on which a claimed run will decide; the database refuses any others in this attempt.

    Raises ``LeaseLost`` where the run is no longer this worker's.
    """
    owned = DecisionRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING, claim_token=run.claim_token)
    if not owned.update(facts_hash=case.facts_hash(), facts=case.without_personal_data().as_plain()):
        raise LeaseLost(run)


@transaction.atomic
def complete_run(run: DecisionRun, conclusion: Conclusion) -> Decision:
    """Store findings, decision, conditions and, where a person must look, a case, in one short transaction.

    Raises ``LeaseLost``, writing nothing, when a later owner holds the run. The database refuses an APPROVED outcome
    unless every hard rule passed (``IntegrityError``).
    """
    own = _owned(run)
    if own is None:
        raise LeaseLost(run)
    Finding.objects.bulk_create(Finding(run=own, **asdict(finding)) for finding in conclusion.findings)
    decision = Decision.objects.create(run=own, application=own.application, **_decision_fields(conclusion))
    dropped = merge_conditions(own, conclusion)
    superseded = _supersede_open_cases(own)
    if conclusion.outcome in QUEUE_FOR:
        open_case(own, decision, QUEUE_FOR[conclusion.outcome], _why(conclusion))
    own.facts = conclusion.facts
    own.facts_hash, own.rulebook_version = conclusion.facts_hash, conclusion.rulebook_version
    own.policy_version, own.prompt_version = conclusion.policy_version, conclusion.prompt_version
    _finish(own, RunStatus.DECIDED)
    record_of_run(
        own,
        "run.decided",
        outcome=conclusion.outcome,
        risk=conclusion.risk,
        eligibility=conclusion.eligibility,
        confidence=conclusion.confidence,
        facts_hash=conclusion.facts_hash,
        rulebook_version=conclusion.rulebook_version,
        policy_version=conclusion.policy_version,
        prompt_version=conclusion.prompt_version,
        findings=len(conclusion.findings),
        reasons=[reason.code for reason in conclusion.reasons],
        conditions_dropped=dropped,
        cases_superseded=superseded,
    )
    return decision


def _decision_fields(conclusion: Conclusion) -> dict[str, object]:
    """Return what the decision row keeps of a conclusion; the rest goes to findings, conditions and the run."""
    plain = (
        *("outcome", "risk", "eligibility", "confidence", "hard_rules", "ratios", "worksheets", "scorecard"),
        *("citations", "missing", "doubts", "strengths", "weaknesses", "rationale", "rationale_writer"),
        *("programs", "path_to_yes", "errors", "evidence"),
    )
    fields: dict[str, object] = {name: getattr(conclusion, name) for name in plain}
    return fields | {"reasons": [asdict(reason) for reason in conclusion.reasons]}


@transaction.atomic
def fail_run(run: DecisionRun, reason: str) -> None:
    """End a run that cannot be decided by the machine and open a case for a person, so that the loan is not forgotten.

    ``reason`` is a sentence without personal data. Does nothing when a later owner holds the run.
    """
    own = _owned(run)
    if own is not None:
        give_up(own, reason)


def give_up(own: DecisionRun, reason: str) -> None:
    """Fail a run whose row the caller has locked."""
    own.error = shortened(reason) or "The run ended without saying why."
    _finish(own, RunStatus.FAILED)
    open_case(own, None, ReviewQueue.UNDERWRITING, f"The run failed: {own.error}")
    record_of_run(own, "run.failed", error=own.error)


def record_of_run(run: DecisionRun, verb: str, *, actor: str = WORKER, **details: object) -> None:
    """Append an event about a run under the run's own correlation id, whoever does it."""
    with correlation.bound(run.correlation_id):
        log.record(verb, subject=run.application.audit_subject, actor=actor, run=run.pk, **details)


def _owned(run: DecisionRun) -> DecisionRun | None:
    """Lock and return the row if it still is this worker's."""
    mine = DecisionRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING, claim_token=run.claim_token)
    return mine.select_related("application").select_for_update(of=("self",), no_key=True).first()


def _finish(own: DecisionRun, status: RunStatus) -> None:
    own.status, own.finished_at, own.lease_expires_at = status, timezone.now(), None
    own.save()
    announce(own.pk)


def _supersede_open_cases(run: DecisionRun) -> list[str]:
    """Close the application's open cases: the new decision replaces what they were about. Return their ids."""
    earlier = Review.objects.filter(application=run.application, status__in=UNRESOLVED)
    ids = list(earlier.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Review.objects.filter(pk__in=ids).update(status=ReviewStatus.SUPERSEDED)
    return [str(pk) for pk in ids]


# Notice of what was decided is due within 30 days of a completed application: 12 CFR 1002.9(a)(1)(i).
ANSWER_WITHIN = timedelta(days=30)


def open_case(run: DecisionRun, decision: Decision | None, queue: ReviewQueue, why: str) -> None:
    """Put the run's application into a queue; who asked for the run is kept as its maker."""
    Review.objects.create(
        application=run.application,
        run=run,
        decision=decision,
        queue=queue,
        why=shortened(why),
        maker=run.requested_by,
        due_on=run.application.application_date + ANSWER_WITHIN,
    )


def _why(conclusion: Conclusion) -> str:
    """Return what made the case one for a person: stops for a hold, else doubts and what did not pass."""
    open_findings = [finding for finding in conclusion.findings if finding.result is not FindingResult.PASSED]
    stops = [finding.message for finding in open_findings if finding.severity is Severity.STOP]
    others = [finding.message for finding in open_findings if finding.severity in (Severity.HARD, Severity.REVIEW)]
    if conclusion.outcome is Outcome.HOLD:
        return " ".join(stops) or "A compliance stop."
    said = " ".join([*conclusion.doubts, *stops, *others])
    return said or f"Confidence {conclusion.confidence} lies in the review band."


def shortened(text: str) -> str:
    """Return the text cut at a word to the 500 characters that its column holds."""
    return textwrap.shorten(text, TEXT_LIMIT, placeholder=" ...")
