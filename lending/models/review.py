"""Cases that wait for a person, and what that person decided."""

import uuid

from django.conf import settings
from django.db import models

from lending.models.application import LoanApplication
from lending.models.decision import Decision, DecisionRun
from lending.models.fields import one_of
from lending.vocabulary import Outcome, ReviewQueue, ReviewStatus, choices

DECIDABLE = (Outcome.APPROVED, Outcome.DECLINED)


class Review(models.Model):
    """A case for a person: born OPEN from a REVIEW or HOLD decision (or a failed run), closed once.

    Legal moves: OPEN -> CONFIRMED (the machine's view stands), OVERRIDDEN (the person's outcome stands, with a
    reason), or SUPERSEDED (a later run replaced the decision). A trigger refuses an APPROVED outcome over failed or
    unknown hard findings; the check below refuses the person who asked for the run.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(LoanApplication, on_delete=models.PROTECT, related_name="reviews")
    run = models.OneToOneField(DecisionRun, on_delete=models.PROTECT, related_name="review")
    decision = models.OneToOneField(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="review")
    queue = models.CharField(max_length=20, choices=choices(ReviewQueue))
    why = models.CharField(max_length=500, help_text="What made the case one for a person.")
    status = models.CharField(max_length=12, choices=choices(ReviewStatus), default=ReviewStatus.OPEN)
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    outcome = models.CharField(
        max_length=12, blank=True, choices=[(word.value, word.value.capitalize()) for word in Outcome]
    )
    note = models.TextField(blank=True, help_text="The reason. An override cannot be saved without one.")
    reasons = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="resolved_reviews"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("opened_at",)
        permissions = [
            ("resolve_review", "Can confirm or override an underwriting case"),
            ("resolve_hold", "Can resolve a compliance hold"),
        ]
        constraints = [
            one_of("review", "queue", choices(ReviewQueue)),
            one_of("review", "status", choices(ReviewStatus)),
            models.CheckConstraint(
                name="review_closed_has_person",
                condition=~models.Q(status__in=[ReviewStatus.CONFIRMED, ReviewStatus.OVERRIDDEN])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False) & ~models.Q(outcome=""),
            ),
            models.CheckConstraint(
                name="review_override_says_why",
                condition=~models.Q(status=ReviewStatus.OVERRIDDEN) | ~models.Q(note=""),
            ),
            models.CheckConstraint(
                name="review_maker_is_not_checker",
                condition=models.Q(maker__isnull=True)
                | models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("maker")),
            ),
        ]
        indexes = [models.Index(fields=["status", "queue", "opened_at"], name="review_queue")]

    def __str__(self) -> str:
        return f"{self.get_queue_display()} case of {self.application}"


class ClearedHit(models.Model):
    """A compliance officer's word that a borrower is not a certain list entry; it lapses when that entry changes."""

    borrower = models.ForeignKey("lending.Borrower", on_delete=models.PROTECT, related_name="cleared_hits")
    entry_key = models.CharField(max_length=120, help_text="List, entry number and hash of the entry as it read.")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="cleared_hits")
    reason = models.TextField()
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-cleared_at",)
        constraints = [
            models.UniqueConstraint(fields=["borrower", "entry_key"], name="hit_cleared_once"),
            models.CheckConstraint(name="cleared_hit_says_why", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.entry_key
