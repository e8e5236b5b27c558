"""Passing a case on: to somebody whose limit covers the loan, or to the other queue."""

from django.contrib.auth.models import User
from django.db import transaction

from audit import log
from lending.desk_exceptions import TextMissing
from lending.exceptions import OutcomeNotOffered
from lending.models import Escalation, Review
from lending.services.cases import own_case
from lending.vocabulary import PassTo, ReviewQueue


@transaction.atomic
def escalate_review(*, review: Review, by: User, to: str, note: str) -> Escalation:
    """Pass a case on with a word to whoever gets it; it leaves this person's desk.

    ``to`` is ``senior``, for a signatory whose limit covers the loan, or the other queue. Raises
    ``OutcomeNotOffered`` for any other, ``TextMissing``, and what ``own_case`` raises.
    """
    case = own_case(review, by)
    offered = pass_choices(case)
    if to not in offered:
        raise OutcomeNotOffered(to, [choice.value for choice in offered])
    if not note.strip():
        raise TextMissing("The word to your colleague")
    passed = Escalation.objects.create(review=case, by=by, to=to, note=note.strip())
    if to == PassTo.SENIOR:
        case.senior = True
    else:
        case.queue = ReviewQueue(to)
    case.assigned_to = case.claimed_until = None
    case.save()
    log.record(
        "review.escalated", subject=case.application.audit_subject, actor=by.get_username(), review=case.pk, to=to
    )
    return passed


def pass_choices(case: Review) -> list[PassTo]:
    """Return where a case may be passed on to from where it lies."""
    other = PassTo.COMPLIANCE if case.queue == ReviewQueue.UNDERWRITING else PassTo.UNDERWRITING
    return [other] if case.senior or case.queue == ReviewQueue.COMPLIANCE else [PassTo.SENIOR, other]
