"""Cases that wait for a person, and what that person decided."""

import uuid

from django.conf import settings
from django.db import models

from lending.models.application import LoanApplication
from lending.models.decision import Decision, DecisionRun
from lending.models.fields import one_of
from lending.vocabulary import Outcome, OverrideCode, ReviewQueue, ReviewStatus, choices

DECIDABLE = (Outcome.APPROVED, Outcome.DECLINED)
UNRESOLVED = (ReviewStatus.OPEN, ReviewStatus.WAITING, ReviewStatus.SIGNED)
RESOLVED = (ReviewStatus.CONFIRMED, ReviewStatus.OVERRIDDEN, ReviewStatus.DECIDED)


class Review(models.Model):
    """A case for a person: opened by a REVIEW or HOLD decision, a failed run, or a request for a second look.

    Legal moves: OPEN <-> WAITING (the officer is asked for more), OPEN <-> SIGNED (one signature given, another
    needed), and from any of the three, once, to CONFIRMED (the machine's outcome stands), OVERRIDDEN (the person's
    stands against it), DECIDED (the person's stands where the machine left it open) or SUPERSEDED (a later run
    replaced the decision). ``assigned_to`` holds the case until ``claimed_until``; afterwards anybody may take it.
    ``due_on`` is the last day for an answer to the applicant, by which the queue is ordered.

    A trigger refuses an approval over hard findings that failed or are unknown; the lender's own overlays give way to
    two signatures and the code of a policy exception. It also refuses whoever asked for the run or the second look,
    entered the application, or is its loan officer, under any of the signatures.
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
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    due_on = models.DateField(null=True, blank=True, help_text="Last day for an answer to the applicant.")
    senior = models.BooleanField(default=False, help_text="Escalated: for people whose limit covers the loan.")
    outcome = models.CharField(
        max_length=12, blank=True, choices=[(word.value, word.value.capitalize()) for word in Outcome]
    )
    code = models.CharField(max_length=30, blank=True, choices=choices(OverrideCode))
    note = models.TextField(blank=True, help_text="The reason. An override cannot be saved without one.")
    reasons = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="resolved_reviews"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="countersigned_reviews"
    )

    class Meta:
        ordering = ("due_on", "opened_at")
        permissions = [
            ("resolve_review", "Can confirm or override an underwriting case"),
            ("resolve_hold", "Can resolve a compliance hold"),
            ("ask_second_look", "Can ask for a second look at a decision"),
            ("answer_question", "Can answer what a reviewer asks for"),
        ]
        constraints = [
            one_of("review", "queue", choices(ReviewQueue)),
            one_of("review", "status", choices(ReviewStatus)),
            one_of("review", "code", choices(OverrideCode), blank=True),
            models.CheckConstraint(
                name="review_closed_has_person",
                condition=~models.Q(status__in=RESOLVED)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False) & ~models.Q(outcome=""),
            ),
            models.CheckConstraint(
                name="review_override_says_why",
                condition=~models.Q(status__in=[ReviewStatus.OVERRIDDEN, ReviewStatus.DECIDED]) | ~models.Q(note=""),
            ),
            models.CheckConstraint(
                name="review_approved_by_hand_has_code",
                condition=~models.Q(
                    status__in=[ReviewStatus.OVERRIDDEN, ReviewStatus.DECIDED], outcome=Outcome.APPROVED
                )
                | ~models.Q(code=""),
            ),
            models.CheckConstraint(
                name="review_maker_is_not_checker",
                condition=models.Q(maker__isnull=True)
                | models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("maker")),
            ),
            models.CheckConstraint(
                name="review_two_signatures_two_people",
                condition=models.Q(countersigned_by__isnull=True)
                | models.Q(decided_by__isnull=False) & ~models.Q(countersigned_by=models.F("decided_by")),
            ),
            models.CheckConstraint(
                name="review_claim_ends",
                condition=models.Q(assigned_to__isnull=True) | models.Q(claimed_until__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["status", "queue", "due_on", "opened_at"], name="review_queue")]

    def __str__(self) -> str:
        return f"{self.get_queue_display()} case of {self.application}"

    @property
    def is_unresolved(self) -> bool:
        """Whether the case still waits for somebody."""
        return self.status in UNRESOLVED


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
