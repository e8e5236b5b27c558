"""Blind first: a reviewer's own view is written down before the machine's is shown."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from audit import log
from lending.desk_exceptions import FirstViewGiven, TextMissing
from lending.exceptions import OutcomeNotOffered
from lending.models import FirstView, Review
from lending.models.review import DECIDABLE
from lending.services.cases import own_case
from lending.vocabulary import ReviewQueue


def is_blind_for(case: Review, person: User) -> bool:
    """Whether the machine's view is still hidden from this reviewer.

    Compliance cases are not judged blind: the hit or the flood zone is the case. Nor is one whose run failed.
    """
    applies = settings.REVIEW_BLIND_FIRST and case.queue == ReviewQueue.UNDERWRITING and case.decision_id is not None
    return bool(applies) and not FirstView.objects.filter(review=case, by=person).exists()


@transaction.atomic
def record_first_view(*, review: Review, by: User, outcome: str, note: str) -> FirstView:
    """Write down what a person thinks of a case without the machine: APPROVED or DECLINED, and why.

    Raises ``OutcomeNotOffered``, ``TextMissing``, ``FirstViewGiven``, and what ``own_case`` raises.
    """
    case = own_case(review, by)
    if outcome not in DECIDABLE:
        raise OutcomeNotOffered(outcome, list(DECIDABLE))
    if not note.strip():
        raise TextMissing("The reason of your view")
    view, created = FirstView.objects.get_or_create(
        review=case, by=by, defaults={"outcome": outcome, "note": note.strip()}
    )
    if not created:
        raise FirstViewGiven(case)
    case.save()
    log.record(
        "review.viewed_blind",
        subject=case.application.audit_subject,
        actor=by.get_username(),
        review=case.pk,
        outcome=outcome,
    )
    return view
