"""What happens to a case on a reviewer's desk: the own view first, questions, signatures, and who may sign how much."""

from django.conf import settings
from django.db import models

from lending.models.fields import one_of
from lending.models.review import DECIDABLE, Review
from lending.vocabulary import Outcome, OverrideCode, PassTo, choices

VIEWS = [(word.value, word.value.capitalize()) for word in DECIDABLE]


class FirstView(models.Model):
    """What a reviewer thought of a case before seeing the machine's view. Written once, never changed."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="first_views")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=VIEWS)
    note = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)
        constraints = [
            models.UniqueConstraint(fields=["review", "by"], name="first_view_once"),
            one_of("first_view", "outcome", VIEWS),
            models.CheckConstraint(name="first_view_says_why", condition=~models.Q(note="")),
        ]

    def __str__(self) -> str:
        return f"First view of {self.by}: {self.outcome}"


class Question(models.Model):
    """What a reviewer asks the loan officer for; the case waits until it is answered. Answered once."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="questions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at",)
        constraints = [
            models.CheckConstraint(name="question_asks", condition=~models.Q(text="")),
            models.CheckConstraint(
                name="question_answered_by_somebody",
                condition=models.Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~models.Q(answer="") & models.Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["review"], condition=models.Q(answered_at__isnull=True), name="one_open_question_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"Question of {self.by}"


class Signature(models.Model):
    """One person's name under one outcome of a case, and why another was needed. Written once, never changed."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="signatures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=[(word.value, word.value.capitalize()) for word in Outcome])
    code = models.CharField(max_length=30, blank=True, choices=choices(OverrideCode))
    note = models.TextField(blank=True)
    reasons = models.JSONField(default=list, blank=True)
    needs = models.CharField(max_length=300, blank=True, help_text="Why a second signature is needed; empty: none is.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.by} for {self.outcome}"


class Signatory(models.Model):
    """Up to which loan amount a person approves alone, and countersigns; others have the lender's general limit."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatory")
    limit = models.DecimalField(max_digits=14, decimal_places=2, help_text="Dollars of base loan amount.")

    class Meta:
        ordering = ("user__username",)
        verbose_name_plural = "signatories"
        constraints = [models.CheckConstraint(name="signatory_limit_positive", condition=models.Q(limit__gt=0))]

    def __str__(self) -> str:
        return f"{self.user} signs up to ${self.limit:,.0f}"


class Escalation(models.Model):
    """A reviewer passed a case on: to somebody with a higher limit, or to the other queue. Written once."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="escalations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to = models.CharField(max_length=20, choices=choices(PassTo))
    note = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)
        constraints = [
            one_of("escalation", "to", choices(PassTo)),
            models.CheckConstraint(name="escalation_says_why", condition=~models.Q(note="")),
        ]

    def __str__(self) -> str:
        return f"Passed to {self.get_to_display().lower()}"
