"""A case as a step of the desk needs it: locked, not closed, and for this person to touch."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from lending.desk_exceptions import CaseSigned, CaseWaits, LimitTooLow
from lending.exceptions import MakerCannotCheck, NotPermitted, ReviewClosed, ReviewTaken
from lending.models import Review, Signatory
from lending.models.review import UNRESOLVED
from lending.vocabulary import ReviewQueue, ReviewStatus

PERMISSION = {ReviewQueue.UNDERWRITING: "lending.resolve_review", ReviewQueue.COMPLIANCE: "lending.resolve_hold"}


def locked_case(review: Review, by: User) -> Review:
    """Lock and return a case that is not closed, for a person whose role and part in it let them touch it.

    Raises ``NotPermitted``, ``ReviewClosed`` or ``MakerCannotCheck``. Call it inside a transaction.
    """
    case = Review.objects.select_for_update(no_key=True).get(pk=review.pk)  # a join would show who had it before us
    if not by.has_perm(PERMISSION[ReviewQueue(case.queue)]):
        raise NotPermitted(by, case)
    if case.status not in UNRESOLVED:
        raise ReviewClosed(case)
    if has_part_in(case, by):
        raise MakerCannotCheck(by, case)
    return case


def own_case(review: Review, by: User) -> Review:
    """Lock an open case and keep it on this person's desk; a claim that ran out is taken up again where it is free.

    Raises what ``locked_case`` raises, ``CaseWaits``, ``CaseSigned``, ``ReviewTaken`` while a colleague holds it, and
    ``LimitTooLow`` for an escalated case beyond the person's limit.
    """
    case = locked_case(review, by)
    if case.status == ReviewStatus.WAITING:
        raise CaseWaits(case)
    if case.status == ReviewStatus.SIGNED:
        raise CaseSigned(case)
    if held_by_another(case, by):
        raise ReviewTaken(case)
    if case.senior and not is_signatory_for(by, case):
        raise LimitTooLow(by, case)
    case.assigned_to, case.claimed_until = by, claim_end()
    return case


def has_part_in(case: Review, by: User) -> bool:
    """Whether the person asked for the run or the second look, entered the application, or is its loan officer."""
    application = case.application
    return by.pk in {case.maker_id, case.asked_by_id, application.officer_id, application.entered_by_id}


def held_by_another(case: Review, by: User) -> bool:
    """Whether a colleague's claim on the case still runs."""
    return case.assigned_to_id not in (None, by.pk) and is_claimed(case)


def is_claimed(case: Review) -> bool:
    """Whether somebody holds the case now."""
    return case.assigned_to_id is not None and case.claimed_until is not None and case.claimed_until > timezone.now()


def claim_end() -> datetime:
    """Return until when a case taken now stays with whoever took it."""
    return timezone.now() + timedelta(minutes=settings.REVIEW_CLAIM_MINUTES)


def limit_of(person: User) -> Decimal:
    """Return up to which base loan amount, in dollars, the person approves alone."""
    own = Signatory.objects.filter(user=person).values_list("limit", flat=True).first()
    return own if own is not None else settings.SIGNING_DOLLARS


def is_signatory_for(person: User, case: Review) -> bool:
    """Whether the person has a limit of their own, and it covers the case's loan."""
    amount = case.application.loan_amount
    return amount is not None and Signatory.objects.filter(user=person, limit__gte=amount).exists()
