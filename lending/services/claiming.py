"""Who works on which case: take the next one or a certain one, give it back. A claim ends by itself after a while."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from audit import log
from lending.desk_exceptions import NothingWaits
from lending.exceptions import ReviewTaken
from lending.models import Review, Signatory
from lending.services.cases import PERMISSION, claim_end, locked_case, own_case
from lending.vocabulary import ReviewStatus


@transaction.atomic
def take_next(*, by: User) -> Review:
    """Put the case that is due first on a person's desk; one that lies there already comes before.

    Two people never get the same case: each skips what another holds or is taking. Raises ``NothingWaits``.
    """
    waiting = takeable(by)
    mine = waiting.filter(assigned_to=by, claimed_until__gt=timezone.now())
    case = mine.first() or waiting.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if case is None:
        raise NothingWaits
    return _claim(case, by)


@transaction.atomic
def take_review(*, review: Review, by: User) -> Review:
    """Put one case on a person's desk; taking one's own again only starts its time anew.

    Raises ``ReviewTaken`` naming who has it, and what ``lending.services.cases.own_case`` raises.
    """
    return _claim(own_case(review, by), by)


@transaction.atomic
def release_review(*, review: Review, by: User) -> Review:
    """Give a case back to the queue. Raises ``ReviewTaken`` when it lies on another desk."""
    case = locked_case(review, by)
    if case.assigned_to_id != by.pk:
        raise ReviewTaken(case)
    case.assigned_to = case.claimed_until = None
    case.save()
    log.record("review.released", subject=case.application.audit_subject, actor=by.get_username(), review=case.pk)
    return case


def takeable(by: User) -> QuerySet[Review]:
    """Return the open cases this person may take now, the one due first first.

    Left out: the other queue's, those that a colleague holds, those of the person's own runs and loans, and escalated
    ones beyond their limit.
    """
    queues = [queue for queue, permission in PERMISSION.items() if by.has_perm(permission)]
    free = Q(assigned_to__isnull=True) | Q(assigned_to=by) | Q(claimed_until__lte=timezone.now())
    own_part = Q(maker=by) | Q(asked_by=by) | Q(application__officer=by) | Q(application__entered_by=by)
    covered = Signatory.objects.filter(user=by, limit__gte=OuterRef("application__loan_amount"))
    return (
        Review.objects.filter(free, status=ReviewStatus.OPEN, queue__in=queues)
        .exclude(pk__in=Review.objects.filter(own_part, status=ReviewStatus.OPEN).values("pk"))
        .filter(Q(senior=False) | Exists(covered))
        .order_by(F("due_on").asc(nulls_last=True), "opened_at")
    )


def _claim(case: Review, by: User) -> Review:
    """Write the claim; the trail hears of it once, not when the same person starts its time anew."""
    before = Review.objects.values_list("assigned_to", flat=True).get(pk=case.pk)
    case.assigned_to, case.claimed_until = by, claim_end()
    case.save()
    if before != by.pk:
        log.record("review.taken", subject=case.application.audit_subject, actor=by.get_username(), review=case.pk)
    return case
