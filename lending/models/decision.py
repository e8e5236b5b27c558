"""What was decided: runs, findings, decisions and conditions. Findings and decisions only grow."""

import uuid

from django.conf import settings
from django.db import models

from lending.models.application import LoanApplication
from lending.models.fields import one_of
from lending.models.parties import Partner
from lending.vocabulary import (
    Eligibility,
    FindingResult,
    Outcome,
    Risk,
    RunStatus,
    Severity,
    choices,
)

LIVE = (RunStatus.QUEUED, RunStatus.RUNNING)


class DecisionRun(models.Model):
    """One attempt to decide an application.

    Legal moves: QUEUED -> RUNNING -> DECIDED or FAILED; RUNNING -> QUEUED when its worker died.
    A worker holds a run by ``claim_token`` until ``lease_expires_at``; a later owner changes the token. While a run is
    QUEUED, ``lease_expires_at`` is the time until which its job is trusted to be in the queue.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(LoanApplication, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField(default=1, help_text="1 for the first run of an application.")
    status = models.CharField(max_length=10, choices=choices(RunStatus), default=RunStatus.QUEUED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="decision_runs"
    )
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="decision_runs")
    reason = models.CharField(max_length=500, blank=True, help_text="Why a decided application is decided again.")
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(max_length=500, blank=True)
    facts_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the facts this run decided on.")
    facts = models.JSONField(default=dict, help_text="Those facts without personal data, for replay and comparison.")
    rulebook_version = models.CharField(max_length=64, blank=True)
    policy_version = models.CharField(max_length=64, blank=True)
    prompt_version = models.CharField(max_length=64, blank=True)
    correlation_id = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Joins the run with the request, log lines and events."
    )

    class Meta:
        ordering = ("-requested_at",)
        permissions = [("export_evidence", "Can export the evidence of an application as one file")]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], name="one_live_run_per_application", condition=models.Q(status__in=LIVE)
            ),
            models.UniqueConstraint(fields=["application", "number"], name="run_number_once_per_application"),
            one_of("run", "status", choices(RunStatus)),
            models.CheckConstraint(
                name="run_running_has_owner",
                condition=~models.Q(status=RunStatus.RUNNING)
                | models.Q(claim_token__isnull=False, lease_expires_at__isnull=False, started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="run_finished_has_time",
                condition=models.Q(status__in=LIVE) | models.Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="run_failed_says_why", condition=~models.Q(status=RunStatus.FAILED) | ~models.Q(error="")
            ),
            models.CheckConstraint(name="run_again_says_why", condition=models.Q(number=1) | ~models.Q(reason="")),
        ]
        indexes = [models.Index(fields=["status", "lease_expires_at"], name="run_status_lease")]

    def __str__(self) -> str:
        return f"Run {self.number} of {self.application}"

    @property
    def is_live(self) -> bool:
        """Whether the run still waits or works."""
        return self.status in LIVE


class Finding(models.Model):
    """One rule applied to one fact in one run. Value, limit and margin are decimal strings as computed."""

    run = models.ForeignKey(DecisionRun, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=10, choices=choices(Severity))
    result = models.CharField(max_length=10, choices=choices(FindingResult))
    fact = models.CharField(max_length=60)
    value = models.CharField(max_length=200, blank=True, help_text="Empty when the fact is unknown.")
    limit = models.CharField(max_length=200, blank=True)
    margin = models.CharField(max_length=40, blank=True, help_text="Room left (or, negative, missing) to the limit.")
    unit = models.CharField(max_length=20, blank=True)
    message = models.CharField(max_length=500)
    citation = models.CharField(max_length=200, blank=True)
    source_mark = models.CharField(max_length=5, blank=True, help_text="V, 2nd or U: how well the limit is sourced.")
    reason_code = models.CharField(max_length=60, blank=True)
    agent = models.CharField(max_length=20)
    details = models.JSONField(
        default=dict, blank=True, help_text="What a person needs to judge it, such as list hits."
    )

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["run", "code"], name="finding_once_per_run"),
            one_of("finding", "severity", choices(Severity)),
            one_of("finding", "result", choices(FindingResult)),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.result}"


class Decision(models.Model):
    """What a run concluded. A trigger refuses APPROVED unless every hard rule of the run passed.

    ``hard_rules`` is how many hard and stop rules the rulebook holds for this case on its date; the trigger counts.
    """

    run = models.OneToOneField(DecisionRun, on_delete=models.PROTECT, related_name="decision")
    application = models.ForeignKey(LoanApplication, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=12, choices=[(word.value, word.value.capitalize()) for word in Outcome])
    risk = models.CharField(max_length=10, choices=[(word.value, word.value.capitalize()) for word in Risk])
    eligibility = models.CharField(
        max_length=12, choices=[(word.value, word.value.capitalize()) for word in Eligibility]
    )
    confidence = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    hard_rules = models.PositiveSmallIntegerField(default=0)
    ratios = models.JSONField(default=dict)
    worksheets = models.JSONField(default=list)
    scorecard = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    citations = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    doubts = models.JSONField(default=list)
    strengths = models.JSONField(default=list)
    weaknesses = models.JSONField(default=list)
    rationale = models.TextField(blank=True)
    rationale_writer = models.CharField(max_length=100, blank=True)
    programs = models.JSONField(default=list, help_text="What each program would have answered on the same facts.")
    path_to_yes = models.JSONField(default=list, help_text="The smallest changes that would make it approvable.")
    errors = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-decided_at",)
        constraints = [
            one_of("decision", "outcome", [(word.value, "") for word in Outcome]),
            one_of("decision", "risk", [(word.value, "") for word in Risk]),
            one_of("decision", "eligibility", [(word.value, "") for word in Eligibility]),
            models.CheckConstraint(
                name="decision_confidence_range",
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__range=(0, 100)),
            ),
            models.CheckConstraint(
                name="decision_approved_is_eligible_and_accepted",
                condition=~models.Q(outcome=Outcome.APPROVED)
                | models.Q(
                    eligibility=Eligibility.ELIGIBLE,
                    risk=Risk.ACCEPT,
                    confidence__isnull=False,  # a CHECK takes unknown for true
                    confidence__gt=55,
                    hard_rules__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="decision_declined_has_reasons",
                condition=~models.Q(outcome=Outcome.DECLINED) | ~models.Q(reasons=[]),
            ),
        ]
        indexes = [models.Index(fields=["application", "-decided_at"], name="decision_newest")]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.application}"
