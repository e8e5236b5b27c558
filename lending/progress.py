"""A run at work: each agent's state, time and cost so far, as a card that server-sent events keep up to date."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone

from audit.model_costs import Cost, costs_of_run
from lending.models import DecisionRun
from lending.run_signals import moments
from lending.selectors import AgentStep, run_progress
from lending.streams import COMMENT, SERVER_SENT, server_sent, streamed, with_signs_of_life
from lending.vocabulary import RunStatus

CARD = "admin/lending/_progress.html"
PARALLEL = ("policy", "compliance")
LONG_WAIT_SECONDS = 20
WHAT = {
    "intake": "Completeness and consistency",
    "ratio": "Payment, DTI, LTV, reserves",
    "policy": "Policy search and citations",
    "compliance": "Sanctions, license, flood",
    "underwriting": "Rules, scorecard, conditions",
    "decision": "The gate and its rationale",
    "audit": "Evidence and final checks",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a run shows at one moment: a name for the state, the card that shows it, and whether the run goes on."""

    state: str
    html: str
    live: bool


def progress_context(run: DecisionRun) -> dict[str, Any]:
    """Return what the card's template shows: the agents as columns, two of them side by side, and the cost so far."""
    waited = _seconds_since(run.requested_at) if run.is_live else 0
    costs = costs_of_run(run.pk)
    return {
        "run": run,
        "columns": _columns(run_progress(run), costs),
        "waited": waited,
        "worked": _seconds_since(run.started_at) if run.status == RunStatus.RUNNING else None,
        "took": (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None,
        "dollars": sum((cost.dollars for cost in costs.values()), Decimal(0)),
        "questions": sum(cost.questions for cost in costs.values()),
        "unpriced": sum(cost.unpriced for cost in costs.values()),
        "long_wait": run.status == RunStatus.QUEUED and waited > LONG_WAIT_SECONDS,
    }


def _columns(steps: list[AgentStep], costs: dict[str, Cost]) -> list[list[dict[str, Any]]]:
    columns: list[list[dict[str, Any]]] = []
    for step in steps:
        so_far = _seconds_since(step.began) if step.state == "running" else None
        shown = {"step": step, "what": WHAT.get(step.name, ""), "cost": costs.get(step.name), "so_far": so_far}
        if step.name in PARALLEL[1:] and columns:
            columns[-1].append(shown)
        else:
            columns.append([shown])
    return columns


def _seconds_since(then: datetime | None) -> int:
    return max(0, int((timezone.now() - then).total_seconds())) if then else 0


def run_progress_stream(request: HttpRequest, pk: UUID, **_: Any) -> HttpResponseBase:
    """Answer with a run's progress as server-sent events: the whole card whenever the run has moved, until it ends.

    Whoever drops and comes back with ``Last-Event-ID`` hears nothing twice. Nobody's listening changes the run, and
    between two looks no connection is held.
    """
    if not request.user.has_perm("lending.view_decisionrun"):
        raise PermissionDenied
    run = get_object_or_404(DecisionRun, pk=pk)
    return streamed(_told(run.pk, request.headers.get("Last-Event-ID", "")), SERVER_SENT)


async def _told(run_id: UUID, heard: str) -> AsyncGenerator[bytes, None]:
    async for look in with_signs_of_life(_moves(run_id, heard)):
        if look is None:
            yield COMMENT
        else:
            yield server_sent("progress" if look.live else "ended", look.state, {"html": look.html})


async def _moves(run_id: UUID, heard: str) -> AsyncGenerator[Look, None]:
    """Yield each state of the run that differs from the one last heard; the end is told in any case."""
    async with aclosing(moments(run_id)) as looks:
        async for _ in looks:
            look = await sync_to_async(_look, thread_sensitive=False)(run_id)
            if look.state != heard or not look.live:
                yield look
                heard = look.state
            if not look.live:
                return


def _look(run_id: UUID) -> Look:
    try:
        run = DecisionRun.objects.select_related("application").get(pk=run_id)
        shown = progress_context(run)
        done = sum(each["step"].state == "done" for column in shown["columns"] for each in column)
        state = f"{run.pk.hex}.{run.attempts}.{run.status}.{done}.{shown['questions']}.{int(shown['long_wait'])}"
        return Look(state, render_to_string(CARD, shown), run.is_live)
    finally:
        connection.close()  # back to the pool: many may watch, few may hold a connection
