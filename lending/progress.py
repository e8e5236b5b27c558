"""A run's progress as a fragment of HTML, fetched every second while it waits or works."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from lending.models import DecisionRun
from lending.selectors import AgentStep, run_progress
from lending.vocabulary import RunStatus

PARALLEL = ("policy", "compliance")
LONG_WAIT_SECONDS = 20
WHAT = {
    "intake": "Completeness and consistency",
    "ratio": "Payment, DTI, LTV, reserves",
    "policy": "Policy search and citations",
    "compliance": "Sanctions, licence, flood",
    "underwriting": "Rules, scorecard, conditions",
    "decision": "The gate and its rationale",
    "audit": "Evidence and final checks",
}


def progress_context(run: DecisionRun) -> dict[str, Any]:
    """Return what the fragment's template shows: the agents as columns, two of them side by side."""
    waited = int((timezone.now() - run.requested_at).total_seconds()) if run.is_live else 0
    return {
        "run": run,
        "columns": _columns(run_progress(run)),
        "waited": waited,
        "long_wait": run.status == RunStatus.QUEUED and waited > LONG_WAIT_SECONDS,
    }


def _columns(steps: list[AgentStep]) -> list[list[dict[str, Any]]]:
    columns: list[list[dict[str, Any]]] = []
    for step in steps:
        shown = {"step": step, "what": WHAT.get(step.name, "")}
        if step.name in PARALLEL[1:] and columns:
            columns[-1].append(shown)
        else:
            columns.append([shown])
    return columns


def run_progress_fragment(request: HttpRequest, pk: UUID, **_: Any) -> HttpResponse:
    """Answer with the fragment; once the run has ended, tell the page to load itself again with the decision."""
    if not request.user.has_perm("lending.view_decisionrun"):
        raise PermissionDenied
    run = get_object_or_404(DecisionRun.objects.select_related("application"), pk=pk)
    response = TemplateResponse(request, "admin/lending/_progress.html", progress_context(run))
    if not run.is_live:
        response["HX-Refresh"] = "true"
    return response
