"""Rulebook versions as people draft, check and publish them, and the reports on what a draft would change."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policies.rulebook.rules import VERSION_DIGITS

IN_BOOK = ("published", "retired")


class RulebookStatus(models.TextChoices):
    """How far a version has come."""

    DRAFT = "draft", "Draft"
    CHECKED = "checked", "Checked"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class RulebookVersion(models.Model):
    """One complete rulebook: the TOML texts by file name, who wrote, checked and published them, and since when.

    Legal moves: DRAFT -> CHECKED -> PUBLISHED -> RETIRED once a newer version stands in its place. The texts never
    change; a correction is a new version. The program's own release (``is_shipped``) was reviewed as code: it may be
    published by the program itself. Triggers refuse anything else.
    """

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=RulebookStatus, default=RulebookStatus.DRAFT)
    texts = models.JSONField(help_text="File name to TOML text.")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of file names and texts.")
    is_shipped = models.BooleanField(default=False, help_text="Came with the program, unmodified.")
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    note = models.CharField(max_length=500, help_text="Why this version was written.")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="drafted_rulebooks"
    )
    drafted_by_name = models.CharField("drafted by", max_length=150)
    drafted_at = models.DateTimeField(auto_now_add=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="checked_rulebooks"
    )
    checked_by_name = models.CharField("checked by", max_length=150, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="published_rulebooks"
    )
    published_by_name = models.CharField("published by", max_length=150, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True, help_text="First day whose decisions use it.")

    class Meta:
        ordering = ("-number",)
        permissions = [
            ("draft_rulebook", "Can draft a rulebook"),
            ("check_rulebook", "Can check a drafted rulebook"),
            ("publish_rulebook", "Can publish a colleague's checked rulebook"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RulebookStatus.values), name="rulebook_status_known"),
            models.CheckConstraint(
                condition=Q(status=RulebookStatus.DRAFT) | (~Q(checked_by_name="") & Q(checked_at__isnull=False)),
                name="rulebook_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_BOOK)
                | (~Q(published_by_name="") & Q(published_at__isnull=False, effective_from__isnull=False)),
                name="rulebook_published_by_somebody_from_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_BOOK)
                | Q(is_shipped=True, drafted_by__isnull=True)
                | (Q(drafted_by__isnull=False, published_by__isnull=False) & ~Q(published_by=F("drafted_by"))),
                name="rulebook_publisher_is_not_its_drafter",
            ),
            models.UniqueConstraint(
                fields=["effective_from"],
                condition=Q(status=RulebookStatus.PUBLISHED),
                name="one_published_rulebook_per_day",
            ),
        ]
        indexes = [models.Index(fields=["-effective_from", "-published_at"], name="rulebook_newest_in_force")]

    def __str__(self) -> str:
        return f"Rulebook {self.number}"

    @property
    def version(self) -> str:
        """The digits by which a run names the rulebook it used."""
        return self.content_hash[:VERSION_DIGITS]

    @property
    def audit_subject(self) -> str:
        """How the audit trail names this version."""
        return f"policies.rulebookversion:{self.number}"


class ImpactStatus(models.TextChoices):
    """How far a report has come."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class ImpactReport(models.Model):
    """What the engine would decide differently on a day, were a version in force in the place of another.

    Legal moves: QUEUED -> RUNNING -> DONE or FAILED. The result names applications by number, never people.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="impact_reports")
    compared_with = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="Both rulebooks are asked for their rules of this day.")
    status = models.CharField(max_length=10, choices=ImpactStatus, default=ImpactStatus.QUEUED)
    requested_by_name = models.CharField("requested by", max_length=150)
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result: Any = models.JSONField(default=dict)
    error = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("-requested_at",)
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ImpactStatus.values), name="impact_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=("done", "failed")) | Q(finished_at__isnull=False),
                name="impact_finished_has_time",
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(error=""), name="impact_failed_says_why"),
        ]

    def __str__(self) -> str:
        return f"Impact of {self.version} on {self.day}"
