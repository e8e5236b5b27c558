"""A person's part: take a case, confirm or override the machine, clear a sanctions hit.

A case is closed once. CONFIRMED: the machine's outcome stands, now with a name under it. OVERRIDDEN: the person's
APPROVED or DECLINED stands beside the machine's decision, which is never changed. Clearing a hit does not decide
anything: it closes the case as SUPERSEDED, with who and why, and asks for the run that will; until that run ends
the hold stands.
"""

from collections.abc import Sequence
from dataclasses import asdict

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit import log
from lending.adverse_reasons import problem_with
from lending.conclusion import Reason
from lending.exceptions import (
    MakerCannotCheck,
    NoteMissing,
    NothingToClear,
    NotPermitted,
    OutcomeNotOffered,
    OverrideNotAllowed,
    ReasonsMissing,
    ReviewClosed,
    ReviewTaken,
)
from lending.models import ClearedHit, DecisionRun, Finding, Review
from lending.models.review import DECIDABLE
from lending.selectors import reasons_of
from lending.services.requesting import request_decision
from lending.services.running import shortened
from lending.vocabulary import FindingResult, Outcome, ReviewQueue, ReviewStatus, Severity

MUST_PASS = (Severity.HARD, Severity.STOP)
PERMISSION = {ReviewQueue.UNDERWRITING: "lending.resolve_review", ReviewQueue.COMPLIANCE: "lending.resolve_hold"}


@transaction.atomic
def take_review(*, review: Review, by: User) -> Review:
    """Put a case on a person's desk; taking one's own again changes nothing.

    Raises ``ReviewTaken`` naming who has it, ``ReviewClosed``, ``NotPermitted`` or ``MakerCannotCheck``.
    """
    case = _open_case(review, by)
    if case.assigned_to_id == by.pk:
        return case
    if case.assigned_to_id is not None:
        raise ReviewTaken(case)
    case.assigned_to = by
    case.save()
    log.record("review.taken", subject=case.application.audit_subject, actor=by.get_username(), review=case.pk)
    return case


@transaction.atomic
def resolve_review(
    *, review: Review, by: User, outcome: Outcome | str, note: str = "", reasons: Sequence[Reason] = ()
) -> Review:
    """Close a case. ``outcome`` is the machine's own (confirm), or APPROVED or DECLINED (override, needs a ``note``).

    A DECLINED override carries one to four ``reasons``; without any, the machine's own or those of the failed findings
    are taken. Raises ``ReviewClosed``, ``NotPermitted``, ``MakerCannotCheck``, ``OutcomeNotOffered``, ``NoteMissing``,
    ``OverrideNotAllowed`` for an approval unless every hard rule passed, ``ReasonsMissing`` for a decline without a
    fitting reason.
    """
    case = _open_case(review, by)
    machine = case.decision.outcome if case.decision else ""
    if not machine or outcome != machine:
        _refuse_override(case, outcome, note, machine)
    case.status = ReviewStatus.CONFIRMED if outcome == machine else ReviewStatus.OVERRIDDEN
    if outcome == Outcome.DECLINED:
        case.reasons = _decline_reasons(case, reasons)
    case.outcome = outcome
    _close(case, by, note)
    log.record(
        f"review.{case.status}",
        subject=case.application.audit_subject,
        actor=by.get_username(),
        review=case.pk,
        run=case.run_id,
        machine=machine,
        outcome=outcome,
        reasons=[reason["code"] for reason in case.reasons],
    )
    return case


@transaction.atomic
def clear_hold(*, review: Review, by: User, note: str) -> DecisionRun:
    """Record that the borrowers are not the listed parties they resemble, and decide the application again.

    Every hit of the run is cleared for the entry as it read. The clearing officer is the maker of the new run, so a
    colleague checks what comes of it. Stops of other kinds stay, and hold the new run. Raises ``NothingToClear`` where
    the run has no hit, ``NoteMissing``, and what ``take_review`` raises apart from ``ReviewTaken``.
    """
    case = _open_case(review, by)
    if not note.strip():
        raise NoteMissing
    stops = [finding for finding in _not_passed(case) if finding.severity == Severity.STOP]
    hits = {(hit["borrower_id"], hit["entry_key"]) for finding in stops for hit in finding.details.get("hits", ())}
    if not hits:
        raise NothingToClear(case, [finding.code for finding in stops])
    ClearedHit.objects.bulk_create(
        [
            ClearedHit(borrower_id=borrower, entry_key=entry, review=case, reason=note, cleared_by=by)
            for borrower, entry in sorted(hits)
        ],
        ignore_conflicts=True,
    )
    case.status = ReviewStatus.SUPERSEDED
    _close(case, by, note)
    run = request_decision(application=case.application, by=by, reason=shortened(f"Sanctions hit cleared: {note}"))
    log.record(
        "hold.cleared",
        subject=case.application.audit_subject,
        actor=by.get_username(),
        review=case.pk,
        run=case.run_id,
        entries=sorted({entry for _, entry in hits}),
    )
    return run


def _open_case(review: Review, by: User) -> Review:
    """Lock the case and return it if it is open and this person may resolve it."""
    case = Review.objects.select_for_update(no_key=True).get(pk=review.pk)  # a join would show who had it before us
    if not by.has_perm(PERMISSION[ReviewQueue(case.queue)]):
        raise NotPermitted(by, case)
    if case.status != ReviewStatus.OPEN:
        raise ReviewClosed(case)
    if case.maker_id == by.pk:
        raise MakerCannotCheck(by, case)
    return case


def _close(case: Review, by: User, note: str) -> None:
    case.note, case.decided_by, case.decided_at = note.strip(), by, timezone.now()
    case.save()


def _refuse_override(case: Review, outcome: str, note: str, machine: str) -> None:
    if outcome not in DECIDABLE:
        raise OutcomeNotOffered(outcome, [*DECIDABLE, *([machine] if machine else [])])
    if not note.strip():
        raise NoteMissing
    if outcome == Outcome.APPROVED:
        _refuse_approval_over_hard_rules(case)


def _refuse_approval_over_hard_rules(case: Review) -> None:
    """Say what stands in the way; the database refuses the same approvals by itself."""
    expected = case.decision.hard_rules if case.decision else 0
    applied = case.run.findings.filter(severity__in=MUST_PASS).count()
    blocking = [finding for finding in _not_passed(case) if finding.severity in MUST_PASS]
    if blocking or expected == 0 or applied != expected:
        raise OverrideNotAllowed(case, blocking, expected - applied)


def _not_passed(case: Review) -> list[Finding]:
    return list(case.run.findings.exclude(result=FindingResult.PASSED))


def _decline_reasons(case: Review, chosen: Sequence[Reason]) -> list[dict[str, object]]:
    failed = [finding for finding in _not_passed(case) if finding.result == FindingResult.FAILED]
    if not chosen and case.decision and case.decision.reasons:
        return list(case.decision.reasons)
    reasons = list(chosen) or reasons_of(failed)
    if problem := problem_with(reasons, {finding.code for finding in failed}):
        raise ReasonsMissing(problem)
    return [asdict(reason) for reason in reasons]
