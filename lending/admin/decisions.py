"""Runs, decisions and findings, read-only for everybody."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, FieldTextFilter, RangeDateTimeFilter

from audit.model_costs import cost_of_run
from audit.readonly import ReadOnlyAdmin
from lending import display
from lending.admin.evidence import evidence
from lending.admin.panel import shown_changes
from lending.admin.presenting import decision_context, timeline_context
from lending.agent_work import agents_work
from lending.freshness import frozen_case
from lending.models import Decision, DecisionRun, Finding
from lending.progress import progress_context, run_progress_stream
from lending.templatetags.loan_figures import outcome_tag, word_tag


@admin.register(DecisionRun)
class DecisionRunAdmin(ReadOnlyAdmin):
    """A run: its agents at work, then what they concluded and why."""

    list_display = ("run", "state", "outcome", "asked_by", "requested_at", "seconds", "reason")
    list_display_links = ("run",)
    list_select_related = ("application", "requested_by", "partner", "decision")
    list_filter = (("status", ChoicesDropdownFilter), ("requested_at", RangeDateTimeFilter))
    list_filter_submit = True
    list_fullwidth = True
    search_fields = ("application__number", "=id")
    search_help_text = "Application number, or the id of a run"
    ordering = ("-requested_at",)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the addresses of the run's progress and of its evidence."""
        return (
            ("<uuid:pk>/progress/", "lending_decisionrun_progress", run_progress_stream),
            ("<uuid:pk>/evidence/", "lending_decisionrun_evidence", evidence),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the run's page; there is nothing to post to it."""
        run = self.get_object(request, object_id)
        if not self.has_view_permission(request, run) or request.method != "GET":
            raise PermissionDenied
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        decision = getattr(run, "decision", None)
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            **progress_context(run),
            **(decision_context(decision) if decision else {}),
            **timeline_context(run.application),
            "run_cost": cost_of_run(run.pk),
            "work": [] if run.is_live else agents_work(run),
            "may_export": request.user.has_perm("lending.export_evidence") and not run.is_live,
            "decision_dollars": settings.DECISION_DOLLARS,
            "opts": self.opts,
            "original": run,
            "title": str(run),
            "review": getattr(run, "review", None),
            "comparable": _earlier_decided(run) if decision else None,
            **_age(run),
        }
        return TemplateResponse(request, "admin/lending/run.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DecisionRun]:
        """Fetch a run with everything its page names."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("application", "requested_by", "partner", "decision", "review", "review__decided_by")

    @admin.display(description="Run", ordering="application__number")
    def run(self, run: DecisionRun) -> str:
        """Name the application and which of its runs this is."""
        return f"{run.application}, run {run.number}"

    @admin.display(description="Status", ordering="status")
    def state(self, run: DecisionRun) -> str:
        """Show the status as a label."""
        return word_tag(run.status)

    @admin.display(description="Outcome")
    def outcome(self, run: DecisionRun) -> str:
        """Show what the run concluded."""
        decision = getattr(run, "decision", None)
        return outcome_tag(decision.outcome if decision else None)

    @admin.display(description="Asked by")
    def asked_by(self, run: DecisionRun) -> str:
        """Name the person or the partner."""
        return str(run.requested_by or run.partner or "the program")

    @admin.display(description="Seconds")
    def seconds(self, run: DecisionRun) -> str:
        """Show how long the run worked."""
        if not (run.started_at and run.finished_at):
            return ""
        return format_html(
            '<span class="iq-figure">{}</span>', f"{(run.finished_at - run.started_at).total_seconds():.1f}"
        )


def _earlier_decided(run: DecisionRun) -> int | None:
    """Return the number of the decided run before this one, if there is one."""
    earlier = DecisionRun.objects.filter(application=run.application_id, number__lt=run.number, decision__isnull=False)
    return earlier.order_by("-number").values_list("number", flat=True).first()


def _age(run: DecisionRun) -> dict[str, Any]:
    """Return which later run decided anew, or else what has changed in the file since this one read it."""
    later = DecisionRun.objects.filter(application=run.application_id, number__gt=run.number, decision__isnull=False)
    number = later.order_by("-number").values_list("number", flat=True).first()
    changes = None if number or not run.facts_hash else shown_changes(run, frozen_case(run.application_id))
    return {"later": number, "changed": changes is not None, "changes": changes}


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """The list of decisions; one decision is read on the page of its run."""

    list_display = ("application", "outcome_label", "risk", "eligibility", "confidence", "dti", "ltv", "decided_at")
    list_select_related = ("application", "run")
    list_filter = (
        ("outcome", ChoicesDropdownFilter),
        ("risk", ChoicesDropdownFilter),
        ("eligibility", ChoicesDropdownFilter),
        ("decided_at", RangeDateTimeFilter),
    )
    list_filter_submit = True
    list_fullwidth = True
    search_fields = ("application__number",)
    search_help_text = "Application number"
    ordering = ("-decided_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the run's page, which shows the decision."""
        decision = self.get_object(request, object_id)
        if not self.has_view_permission(request, decision) or request.method != "GET":
            raise PermissionDenied
        if decision is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        return HttpResponseRedirect(reverse("admin:lending_decisionrun_change", args=[decision.run_id]))

    @admin.display(description="Outcome", ordering="outcome")
    def outcome_label(self, decision: Decision) -> str:
        """Show the outcome as a label."""
        return outcome_tag(decision.outcome)

    @admin.display(description="Back-end DTI")
    def dti(self, decision: Decision) -> str:
        """Show percent."""
        return display.percent(decision.ratios.get("back_end_dti"))

    @admin.display(description="LTV")
    def ltv(self, decision: Decision) -> str:
        """Show percent."""
        return display.percent(decision.ratios.get("ltv"))


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """Every rule applied in every run, to find where a rule bites."""

    list_display = ("code", "result_label", "severity", "shown_value", "shown_limit", "application", "citation")
    list_select_related = ("run__application",)
    list_filter = (("result", ChoicesDropdownFilter), ("severity", ChoicesDropdownFilter), ("code", FieldTextFilter))
    list_filter_submit = True
    list_fullwidth = True
    search_fields = ("=code", "=run__application__number")
    search_help_text = "A rule's code, or an application number"
    ordering = ("-pk",)

    @admin.display(description="Result", ordering="result")
    def result_label(self, finding: Finding) -> str:
        """Show the result as a label."""
        return word_tag(finding.result)

    @admin.display(description="Value")
    def shown_value(self, finding: Finding) -> str:
        """Show the value with its unit."""
        return display.in_unit(finding.value, finding.unit)

    @admin.display(description="Limit")
    def shown_limit(self, finding: Finding) -> str:
        """Show the limit with its unit, long lists cut."""
        return display.in_unit(finding.limit, finding.unit)[:60] if finding.limit else ""

    @admin.display(description="Application")
    def application(self, finding: Finding) -> str:
        """Link to the run."""
        address = reverse("admin:lending_decisionrun_change", args=[finding.run_id])
        return format_html('<a href="{}">{}</a>', address, finding.run.application)
