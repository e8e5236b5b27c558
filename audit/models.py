"""What happened. Subjects are text, so the trail outlives them; triggers and the app's role let it only grow."""

from django.db import models


class AuditEvent(models.Model):
    """One thing somebody or something did. Each row carries the hash of the row before it and its own."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=200, help_text="Account name, partner name, or the program itself.")
    verb = models.CharField(max_length=60, help_text="Such as run.requested or review.overridden.")
    subject = models.CharField(max_length=200, help_text="Such as lending.loanapplication:APP-2026-000001.")
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(fields=["verb", "id"], name="event_verb"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["previous_hash"], name="chain_never_forks"),
            models.CheckConstraint(name="event_hash_is_sha256", condition=models.Q(hash__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class AgentTrace(models.Model):
    """One agent's finished work in one run, written when the agent finishes; the run's progress is read from it."""

    run_id = models.UUIDField()
    attempt = models.PositiveSmallIntegerField(default=1)
    agent = models.CharField(max_length=20)
    verdict = models.CharField(max_length=30)
    summary = models.TextField(blank=True)
    writer = models.CharField(max_length=100, help_text="The model that wrote the text, or template.")
    error = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["run_id", "attempt", "agent"], name="trace_once_per_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.verdict}"


class ModelCall(models.Model):
    """One question to a language model, with all its tries: what it cost and how it ended, never what was said."""

    run_id = models.UUIDField(null=True, blank=True)
    partner = models.CharField(max_length=200, blank=True, help_text="Who asked for the decision, if a partner did.")
    agent = models.CharField(max_length=20)
    model = models.CharField(max_length=200, help_text="provider/model")
    prompt = models.CharField(max_length=40, blank=True)
    prompt_version = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20, help_text="ok, or the kind of failure.")
    tries = models.PositiveSmallIntegerField(default=1)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    dollars = models.DecimalField(
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Empty where the price or the count is unknown.",
    )
    cached = models.BooleanField(default=False, help_text="Answered from the store of answers, at no cost.")
    tokens_saved = models.PositiveIntegerField(default=0, help_text="An estimate of what a shorter prompt left out.")
    milliseconds = models.PositiveIntegerField()
    correlation_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["run_id"], name="model_call_run"),
            models.Index(fields=["at"], name="model_call_day"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.model}"
