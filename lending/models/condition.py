"""What must come in before a loan closes, its life step by step, and the papers that borrowers bring."""

import uuid

from django.conf import settings
from django.db import models

from lending.models.application import LoanApplication
from lending.models.decision import DecisionRun
from lending.models.fields import one_of
from lending.vocabulary import ConditionStage, ConditionStatus, DocumentKind, choices

MEDIA_TYPES = [("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")]


def by_somebody() -> models.ForeignKey:  # type: ignore[type-arg]
    """Return the field for who did something; empty until somebody did."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )


class Condition(models.Model):
    """Something to bring before the loan closes, born from a finding; merges on a re-run instead of doubling.

    Legal moves, which a trigger keeps: OPEN -> RECEIVED -> CLEARED, by two people; OPEN or RECEIVED -> WAIVED with a
    reason, never behind a hard or stop rule; back to OPEN from anywhere. LAPSED is one that a later run no longer asks
    for. ``cleared_by`` also names who waived.
    """

    application = models.ForeignKey(LoanApplication, on_delete=models.PROTECT, related_name="conditions")
    run = models.ForeignKey(DecisionRun, on_delete=models.PROTECT, related_name="conditions")
    code = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    stage = models.CharField(max_length=20, choices=choices(ConditionStage))
    status = models.CharField(max_length=10, choices=choices(ConditionStatus), default=ConditionStatus.OPEN)
    finding_code = models.CharField(max_length=60, blank=True)
    received_by = by_somebody()
    received_at = models.DateTimeField(null=True, blank=True, editable=False)
    cleared_by = by_somebody()
    cleared_at = models.DateTimeField(null=True, blank=True, editable=False)
    waive_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("stage", "code")
        permissions = [
            ("receive_condition", "Can mark a condition received"),
            ("clear_condition", "Can clear a condition that was received"),
            ("waive_condition", "Can waive a condition, with a reason"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["application", "code"], name="condition_once_per_application"),
            one_of("condition", "stage", choices(ConditionStage)),
            one_of("condition", "status", choices(ConditionStatus)),
            models.CheckConstraint(
                name="condition_received_has_person",
                condition=~models.Q(status=ConditionStatus.RECEIVED)
                | models.Q(received_by__isnull=False, received_at__isnull=False),
            ),
            models.CheckConstraint(
                name="condition_closed_has_person",
                condition=~models.Q(status__in=[ConditionStatus.CLEARED, ConditionStatus.WAIVED])
                | models.Q(cleared_by__isnull=False, cleared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="condition_waived_says_why",
                condition=~models.Q(status=ConditionStatus.WAIVED) | ~models.Q(waive_reason=""),
            ),
            models.CheckConstraint(
                name="condition_receiver_does_not_clear",
                condition=~models.Q(status=ConditionStatus.CLEARED)
                | models.Q(received_by__isnull=True)
                | ~models.Q(cleared_by=models.F("received_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class BorrowerDocument(models.Model):
    """A paper that a borrower brought. Personal data. Kept under its hash; set aside with a reason, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(LoanApplication, on_delete=models.PROTECT, related_name="documents")
    condition = models.ForeignKey(
        Condition, null=True, blank=True, on_delete=models.PROTECT, related_name="documents", help_text="What it meets."
    )
    kind = models.CharField(max_length=20, choices=choices(DocumentKind))
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=20, choices=MEDIA_TYPES)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes.")
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = by_somebody()
    set_aside_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-received_at",)
        permissions = [("set_aside_document", "Can set a borrower's document aside, with a reason")]
        constraints = [
            one_of("document", "kind", choices(DocumentKind)),
            one_of("document", "media_type", MEDIA_TYPES),
            models.CheckConstraint(name="document_hash_is_sha256", condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="document_not_empty", condition=models.Q(size__gt=0)),
            models.CheckConstraint(
                name="document_set_aside_says_why",
                condition=models.Q(set_aside_at__isnull=True, set_aside_by__isnull=True, set_aside_reason="")
                | models.Q(set_aside_at__isnull=False, set_aside_by__isnull=False) & ~models.Q(set_aside_reason=""),
            ),
            models.UniqueConstraint(
                fields=["application", "condition", "sha256"],
                name="document_once_for_what_it_meets",
                condition=models.Q(set_aside_at__isnull=True),
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="document_sha256")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.application}"


class ConditionStep(models.Model):
    """One step in a condition's life: from what to what, by whom and why. Written once, never changed."""

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="steps")
    before = models.CharField(max_length=10, choices=choices(ConditionStatus))
    after = models.CharField(max_length=10, choices=choices(ConditionStatus))
    by = by_somebody()
    actor = models.CharField(max_length=200, help_text="The account's name, or the program's.")
    reason = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(
        BorrowerDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="steps", editable=False
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            one_of("condition_step", "after", choices(ConditionStatus)),
            models.CheckConstraint(
                name="condition_step_back_says_why",
                condition=~models.Q(after__in=[ConditionStatus.OPEN, ConditionStatus.WAIVED, ConditionStatus.LAPSED])
                | ~models.Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.before} to {self.after}"
