"""A person's word on a case: confirm the machine, overrule it, or decide what it left open; one signature or two.

A case is closed once. CONFIRMED: the machine's outcome stands, now with a name under it. OVERRIDDEN: the person's
APPROVED or DECLINED stands against the machine's, which is never changed. DECIDED: the machine had sent the case to
a person. Where ``lending.authority`` asks for a second signature, the first leaves the case SIGNED.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit import log
from lending.adverse_reasons import problem_with
from lending.authority import OVERLAY, covers, second_signature
from lending.conclusion import Reason
from lending.desk_exceptions import (
    CaseNotSigned,
    FileChanged,
    FirstViewMissing,
    LimitTooLow,
    OneNameTwice,
    OverlayNeedsException,
    TextMissing,
)
from lending.exceptions import NoteMissing, OutcomeNotOffered, OverrideNotAllowed, ReasonsMissing
from lending.freshness import changed_since
from lending.models import Finding, Review, Signature
from lending.models.review import DECIDABLE
from lending.selectors import reasons_of
from lending.services.cases import is_signatory_for, limit_of, locked_case, own_case
from lending.services.first_views import is_blind_for
from lending.vocabulary import FindingResult, Outcome, OverrideCode, ReviewStatus, Severity

MUST_PASS = (Severity.HARD, Severity.STOP)
LEFT_OPEN = ("", Outcome.REVIEW)  # a failed run, and a referral: the machine has no outcome that could stand


@transaction.atomic
def resolve_review(
    *,
    review: Review,
    by: User,
    outcome: Outcome | str,
    note: str = "",
    code: OverrideCode | str = OverrideCode.OTHER,
    reasons: Sequence[Reason] = (),
) -> Review:
    """Sign a case; it is closed, or SIGNED where ``lending.authority`` asks for a second signature.

    ``outcome`` is the machine's own (confirm), or APPROVED or DECLINED, with a ``note``; ``code`` says why an approval
    departs from the machine. A decline carries one to four ``reasons``; without any, the machine's own or those of the
    failed findings are taken. Raises ``FirstViewMissing``, ``FileChanged``, ``OutcomeNotOffered``, ``NoteMissing``,
    ``OverrideNotAllowed`` for an approval over a hard rule, ``OverlayNeedsException``, ``ReasonsMissing``, and what
    ``lending.services.cases.own_case`` raises.
    """
    case = own_case(review, by)
    _refuse_too_early(case, by)
    machine = case.decision.outcome if case.decision else ""
    departs = outcome != machine or machine in LEFT_OPEN
    if departs:
        _refuse_unfit(case, outcome, note, machine)
    overlays = _overlays_left(case, code) if outcome == Outcome.APPROVED else []
    signature = Signature.objects.create(
        review=case,
        by=by,
        outcome=outcome,
        code=code if departs and outcome == Outcome.APPROVED else "",
        note=note.strip(),
        reasons=_decline_reasons(case, reasons) if outcome == Outcome.DECLINED else [],
        needs=second_signature(outcome, case.application.loan_amount, limit_of(by), overlays),
    )
    if signature.needs:
        return _wait_for_second(case, signature)
    return _close(case, signature)


@transaction.atomic
def rehearse_review(*, review: Review, by: User, **chosen: Any) -> str:
    """Do all that ``resolve_review`` does and take it back; return why a second signature would be needed, or nothing.

    So a person hears of a refusal before they sign. Raises what ``resolve_review`` raises.
    """
    needs = resolve_review(review=review, by=by, **chosen).signatures.last()
    transaction.set_rollback(True)
    return needs.needs if needs else ""


@transaction.atomic
def countersign_review(*, review: Review, by: User) -> Review:
    """Put the second name under a signed case and close it as the first one decided.

    Raises ``CaseNotSigned``, ``OneNameTwice``, ``LimitTooLow``, ``FileChanged``, ``OverrideNotAllowed``, and what
    ``lending.services.cases.locked_case`` raises.
    """
    case, first = _signed(review, by)
    if changed_since(case.run):
        raise FileChanged(case)
    _overlays_left(case, first.code)
    Signature.objects.create(review=case, by=by, outcome=first.outcome, code=first.code, reasons=first.reasons)
    return _close(case, first, countersigned_by=by)


@transaction.atomic
def send_back(*, review: Review, by: User, note: str) -> Review:
    """Refuse the second signature: the case is open again, for anybody, with a word why.

    Raises ``TextMissing`` and what ``countersign_review`` raises.
    """
    case, _ = _signed(review, by)
    if not note.strip():
        raise TextMissing("The reason why you send the case back")
    Signature.objects.create(review=case, by=by, outcome=Outcome.REVIEW, note=note.strip())
    case.status, case.assigned_to, case.claimed_until = ReviewStatus.OPEN, None, None
    case.save()
    log.record("review.sent_back", subject=case.application.audit_subject, actor=by.get_username(), review=case.pk)
    return case


def _signed(review: Review, by: User) -> tuple[Review, Signature]:
    """Lock and return a case that waits for a second signature which this person may give, with the first one."""
    case = locked_case(review, by)
    first = case.signatures.last()
    if case.status != ReviewStatus.SIGNED or first is None:
        raise CaseNotSigned(case)
    if first.by_id == by.pk:
        raise OneNameTwice(by, case)
    if not (is_signatory_for(by, case) or (not _overlays(case) and covers(limit_of(by), case.application.loan_amount))):
        raise LimitTooLow(by, case)
    return case, first


def _wait_for_second(case: Review, signature: Signature) -> Review:
    case.status, case.assigned_to, case.claimed_until = ReviewStatus.SIGNED, None, None
    case.save()
    _record("review.signed", case, signature, needs=signature.needs)
    return case


def _close(case: Review, signature: Signature, countersigned_by: User | None = None) -> Review:
    """Close the case as the signature says. Its first signer has decided, a second one has agreed."""
    machine = case.decision.outcome if case.decision else ""
    if machine in LEFT_OPEN:
        case.status = ReviewStatus.DECIDED
    else:
        case.status = ReviewStatus.CONFIRMED if signature.outcome == machine else ReviewStatus.OVERRIDDEN
    case.outcome, case.code, case.note, case.reasons = (
        *(signature.outcome, signature.code),
        *(signature.note, signature.reasons),
    )
    case.assigned_to, case.claimed_until = signature.by, timezone.now()
    case.decided_by, case.decided_at, case.countersigned_by = signature.by, timezone.now(), countersigned_by
    case.save()
    second = {"second": countersigned_by.get_username()} if countersigned_by else {}
    _record(f"review.{case.status}", case, signature, machine=machine, **second)
    return case


def _record(verb: str, case: Review, signature: Signature, **details: object) -> None:
    log.record(
        verb,
        subject=case.application.audit_subject,
        actor=signature.by.get_username(),
        review=case.pk,
        run=case.run_id,
        outcome=signature.outcome,
        code=signature.code,
        reasons=[reason["code"] for reason in signature.reasons],
        **details,
    )


def _refuse_too_early(case: Review, by: User) -> None:
    if is_blind_for(case, by):
        raise FirstViewMissing(case)
    if changed_since(case.run):
        raise FileChanged(case)


def _refuse_unfit(case: Review, outcome: str, note: str, machine: str) -> None:
    if outcome not in DECIDABLE:
        raise OutcomeNotOffered(outcome, [*DECIDABLE, *([] if machine in LEFT_OPEN else [machine])])
    if not note.strip():
        raise NoteMissing


def refuse_approval_over_hard_rules(case: Review) -> list[str]:
    """Return the lender's own rules that an approval would depart from.

    Raises ``OverrideNotAllowed`` where any other hard rule failed, is unknown, or was not applied; the database
    refuses the same approvals by itself.
    """
    expected = case.decision.hard_rules if case.decision else 0
    applied = case.run.findings.filter(severity__in=MUST_PASS).count()
    overlays = _overlays(case)
    blocking = [each for each in not_passed(case) if each.severity in MUST_PASS and each.code not in overlays]
    if blocking or expected == 0 or applied != expected:
        raise OverrideNotAllowed(case, blocking, expected - applied)
    return overlays


def _overlays_left(case: Review, code: str) -> list[str]:
    overlays = refuse_approval_over_hard_rules(case)
    if overlays and code != OverrideCode.POLICY_EXCEPTION:
        raise OverlayNeedsException(case, overlays)
    return overlays


def _overlays(case: Review) -> list[str]:
    """Return the codes of hard rules of the lender's own that failed on known facts."""
    failed = case.run.findings.filter(severity=Severity.HARD, result=FindingResult.FAILED, details__layer=OVERLAY)
    return list(failed.values_list("code", flat=True))


def not_passed(case: Review) -> list[Finding]:
    """Return the findings of the case's run that failed or are unknown."""
    return list(case.run.findings.exclude(result=FindingResult.PASSED))


def _decline_reasons(case: Review, chosen: Sequence[Reason]) -> list[dict[str, object]]:
    failed = [finding for finding in not_passed(case) if finding.result == FindingResult.FAILED]
    if not chosen and case.decision and case.decision.reasons:
        return list(case.decision.reasons)
    reasons = list(chosen) or reasons_of(failed)
    if problem := problem_with(reasons, {finding.code for finding in failed}):
        raise ReasonsMissing(problem)
    return [asdict(reason) for reason in reasons]
