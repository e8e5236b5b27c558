"""The trail for those who may read it: events, agents' steps and model calls; and a button that proves the chain."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import DropdownFilter, FieldTextFilter, RangeDateTimeFilter

from audit.log import verify_chain
from audit.model_costs import costs_by, recent_cost
from audit.models import AgentTrace, AuditEvent, ModelCall
from audit.readonly import ReadOnlyAdmin


class VerbFilter(DropdownFilter):
    """What happened, by family of verbs: the word before the dot."""

    title = "what"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the families; a new one is still found by the search field."""
        families = ("application", "run", "review", "hold", "policy", "rulebook", "sanctions", "borrower", "staff")
        return [(family, family.capitalize()) for family in families]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Keep the chosen family."""
        return queryset.filter(verb__startswith=f"{self.value()}.") if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Every event, newest first. Names of borrowers never enter it."""

    list_display = ("id", "when", "actor", "verb", "subject", "short_hash")
    list_display_links = ("id", "verb")
    list_filter = (VerbFilter, ("actor", FieldTextFilter), ("subject", FieldTextFilter), ("at", RangeDateTimeFilter))
    list_filter_submit = True
    search_fields = ("verb", "actor", "subject")
    search_help_text = "What happened, who did it, or an application number"
    ordering = ("-id",)
    list_before_template = "admin/audit/verify_chain.html"
    fields = ("id", "when", "actor", "verb", "subject", "what", "previous_hash", "hash")
    readonly_fields = fields

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the address of the chain check."""
        return (("verify-chain/", "audit_auditevent_verify", self.verify),)

    def verify(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Walk the whole chain and say what was found; POST only, since it reads every event."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        report = verify_chain()
        if report.intact:
            messages.success(request, f"The chain is intact: {report.events:,} events, each fits the one before it.")
        else:
            messages.error(
                request,
                f"The chain is BROKEN at event {report.first_broken}, after {report.events - 1:,} that fit. "
                "Tell whoever runs the database, and compare with the last backup.",
            )
        return HttpResponseRedirect(reverse("admin:audit_auditevent_changelist"))

    @admin.display(description="When", ordering="id")
    def when(self, event: AuditEvent) -> str:
        """Show the second, which the day alone would hide."""
        return _second(event.at)

    @admin.display(description="Hash")
    def short_hash(self, event: AuditEvent) -> str:
        """Show the first twelve digits."""
        return format_html("<code>{}</code>", event.hash[:12])

    @admin.display(description="Details")
    def what(self, event: AuditEvent) -> str:
        """Show the details as they were hashed."""
        return format_html('<pre class="iq-pre">{}</pre>', json.dumps(event.details, indent=2))


@admin.register(AgentTrace)
class AgentTraceAdmin(ReadOnlyAdmin):
    """What each agent did in each run."""

    list_display = ("id", "agent", "verdict", "summary", "writer", "milliseconds", "started")
    list_filter = (("agent", FieldTextFilter), ("verdict", FieldTextFilter), ("started_at", RangeDateTimeFilter))
    list_filter_submit = True
    search_fields = ("=run_id",)
    search_help_text = "The id of a run"
    ordering = ("-id",)

    @admin.display(description="Started", ordering="id")
    def started(self, trace: AgentTrace) -> str:
        """Show the second."""
        return _second(trace.started_at)


@admin.register(ModelCall)
class ModelCallAdmin(ReadOnlyAdmin):
    """What each call to a language model cost and how it ended."""

    list_display = ("id", "agent", "model", "outcome", "tries", "tokens", "cost", "milliseconds", "asked")
    list_filter = (("model", FieldTextFilter), ("outcome", FieldTextFilter), "cached", ("at", RangeDateTimeFilter))
    list_filter_submit = True
    search_fields = ("=run_id",)
    search_help_text = "The id of a run"
    ordering = ("-id",)
    list_before_template = "admin/audit/model_costs.html"
    when_empty = "No model was asked yet. The built-in writer needs none; the README says how to name one."

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Put the totals of the last days above the list."""
        tables = [(field, costs_by(field)) for field in ("day", "agent", "model", "partner")]
        totals = {"costs": recent_cost(), "cost_tables": tables, "decision_dollars": settings.DECISION_DOLLARS}
        return super().changelist_view(request, {**totals, **(extra_context or {})})  # type: ignore[no-any-return]

    @admin.display(description="Tokens in, out")
    def tokens(self, call: ModelCall) -> str:
        """Show both counts, or that nobody counted."""
        return "–" if call.input_tokens is None else f"{call.input_tokens:,}, {call.output_tokens or 0:,}"

    @admin.display(description="Cost", ordering="dollars")
    def cost(self, call: ModelCall) -> str:
        """Show dollars, that it cost nothing, or that nobody knows."""
        if call.cached:
            return "from the store"
        return "unknown" if call.dollars is None else f"${call.dollars:.4f}"

    @admin.display(description="Asked", ordering="at")
    def asked(self, call: ModelCall) -> str:
        """Show the second."""
        return _second(call.at)


def _second(at: datetime) -> str:
    return timezone.localtime(at).strftime("%b %-d, %Y %H:%M:%S")
