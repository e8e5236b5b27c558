"""Reads that several edges share: queues, progress, what stands, what happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import OuterRef, Q, QuerySet, Subquery

from audit.models import AgentTrace, AuditEvent
from lending.adverse_reasons import LISTED, MOST_REASONS, OTHER, found_reason, listed_reason
from lending.conclusion import Reason
from lending.exceptions import ApplicationNotFound
from lending.models import Decision, DecisionRun, Finding, LoanApplication, Review
from lending.models.review import RESOLVED, UNRESOLVED
from lending.vocabulary import FindingResult, ReviewQueue, RunStatus, Severity

# Which agents must be done before an agent starts; policy and compliance run side by side.
WAITS_FOR = {
    "ratio": {"intake"},
    "policy": {"ratio"},
    "compliance": {"ratio"},
    "underwriting": {"policy", "compliance"},
    "decision": {"underwriting"},
    "audit": {"decision"},
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The outcome that counts: whose word it is (``pipeline`` or ``reviewer``), the account's name, and since when."""

    outcome: str
    by: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AgentStep:
    """One agent's place in a run: ``waiting``, ``running`` since ``began``, or ``done``: with verdict and time."""

    name: str
    state: str
    verdict: str
    ms: int | None
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to an application: when, who, what, and plain details without personal data."""

    at: datetime
    who: str
    what: str
    details: dict[str, Any]


def officer_queue(officer: User | None = None) -> QuerySet[LoanApplication]:
    """Return applications, newest first (one officer's, if named), with ``run_status`` and ``machine_outcome``."""
    runs = DecisionRun.objects.filter(application=OuterRef("pk")).order_by("-number")
    decisions = Decision.objects.filter(application=OuterRef("pk")).order_by("-decided_at")
    applications = LoanApplication.objects.select_related("subject_property", "officer").annotate(
        run_status=Subquery(runs.values("status")[:1]), machine_outcome=Subquery(decisions.values("outcome")[:1])
    )
    return applications if officer is None else applications.filter(officer=officer)


def find_application(number: str) -> LoanApplication:
    """Return the application with this number or external id; ApplicationNotFound when none or several have it."""
    found = list(LoanApplication.objects.filter(Q(number=number) | Q(external_id=number))[:2])
    if len(found) != 1:
        raise ApplicationNotFound(number, len(found))
    return found[0]


def open_reviews(queue: ReviewQueue | str | None = None) -> QuerySet[Review]:
    """Return the cases that are not closed, the one due first first; of one queue, if named."""
    waiting = Review.objects.filter(status__in=UNRESOLVED).select_related(
        "application", "decision", "run", "assigned_to", "maker"
    )
    return waiting if queue is None else waiting.filter(queue=queue)


def newest_decision(application: LoanApplication) -> Decision | None:
    """Return what the newest decided run concluded, if there is one."""
    decisions = application.decisions.select_related("run", "application").prefetch_related("run__findings")
    return decisions.order_by("-run__number").first()


def decision_of(run_id: UUID) -> Decision:
    """Return what one run concluded. Raises Decision.DoesNotExist where it did not."""
    return Decision.objects.select_related("run", "application").prefetch_related("run__findings").get(run_id=run_id)


def standing_outcome(application: LoanApplication) -> Standing | None:
    """Return the outcome that counts: the newest run's, a person's where its case was resolved, else the machine's.

    A failed run changes nothing until somebody resolves its case. None before the first outcome.
    """
    runs = application.runs.select_related("decision", "review", "review__decided_by").order_by("-number")
    return next((standing for run in runs if (standing := _standing_of(run))), None)


def _standing_of(run: DecisionRun) -> Standing | None:
    review: Review | None = getattr(run, "review", None)
    if review and review.status in RESOLVED and review.decided_by and review.decided_at:
        return Standing(review.outcome, "reviewer", review.decided_by.get_username(), review.decided_at)
    decision: Decision | None = getattr(run, "decision", None)
    return Standing(decision.outcome, "pipeline", "pipeline", decision.decided_at) if decision else None


def decline_choices(review: Review) -> list[Reason]:
    """Return the reasons a person may give when declining: those of failed findings first, then the listed ones."""
    failed = reasons_of(review.run.findings.filter(result=FindingResult.FAILED))
    taken = {reason.code for reason in failed}
    return [*failed, *(listed_reason(each.code) for each in LISTED if each.code not in taken | {OTHER})]


def reasons_of(failed: Iterable[Finding]) -> list[Reason]:
    """Return the reasons that failed findings give, hard ones first, one per reason code, four at most."""
    severities = list(Severity)
    telling = [finding for finding in failed if finding.severity != Severity.NOTE]
    ordered = sorted(telling, key=lambda finding: severities.index(Severity(finding.severity)))
    by_code = {
        reason.code: reason
        for reason in (found_reason(each.reason_code, each.message, each.code) for each in reversed(ordered))
    }
    return list(reversed(by_code.values()))[:MOST_REASONS]


def run_progress(run: DecisionRun) -> list[AgentStep]:
    """Return the seven agents in order with what each has done in the run's current attempt: one query."""
    done = {} if run.status == RunStatus.QUEUED else _traces(run)
    running = _running(done) if run.status == RunStatus.RUNNING else set()
    return [_step(name, done.get(name), _began(run, done, name), name in running) for name in settings.AGENT_NAMES]


def _traces(run: DecisionRun) -> dict[str, AgentTrace]:
    return {trace.agent: trace for trace in AgentTrace.objects.filter(run_id=run.pk, attempt=run.attempts)}


def _running(done: dict[str, AgentTrace]) -> set[str]:
    """Return who works now: everyone whose predecessors are done; after an early end that is audit alone."""
    if _ends_early(done):
        return {"audit"} - done.keys()
    return {name for name in settings.AGENT_NAMES if name not in done and WAITS_FOR.get(name, set()) <= done.keys()}


def _ends_early(done: dict[str, AgentTrace]) -> bool:
    """Whether the file is incomplete, or compliance has stopped it (after both branches are in)."""
    incomplete = "intake" in done and done["intake"].verdict == "incomplete"
    joined = WAITS_FOR["underwriting"] <= done.keys()
    return incomplete or (joined and done["compliance"].verdict == "stop")


def _began(run: DecisionRun, done: dict[str, AgentTrace], name: str) -> datetime | None:
    """Return when an agent could begin: at the end of the last of those it waited for, or with the run."""
    before = done.values() if name == "audit" else [done[each] for each in WAITS_FOR.get(name, ()) if each in done]
    ends = [trace.started_at + timedelta(milliseconds=trace.milliseconds) for trace in before]
    return max(ends, default=run.started_at)


def _step(name: str, trace: AgentTrace | None, began: datetime | None, running: bool) -> AgentStep:
    if trace is not None:
        return AgentStep(name, "done", trace.verdict, trace.milliseconds, trace.started_at)
    return AgentStep(name, "running", "", None, began) if running else AgentStep(name, "waiting", "", None)


def application_timeline(application: LoanApplication) -> list[TimelineEntry]:
    """Return everything that happened to an application, oldest first: audited events and agents' finished work."""
    return sorted(_timeline(application), key=lambda entry: entry.at)


def _timeline(application: LoanApplication) -> Iterator[TimelineEntry]:
    for event in AuditEvent.objects.filter(subject=application.audit_subject).order_by("id"):
        yield TimelineEntry(event.at, event.actor, event.verb, event.details)
    numbers = dict(application.runs.values_list("pk", "number"))
    for trace in AgentTrace.objects.filter(run_id__in=numbers).order_by("id"):
        details = {"run": numbers[trace.run_id], "attempt": trace.attempt, "ms": trace.milliseconds}
        summary = {"summary": trace.summary, "error": trace.error}
        yield TimelineEntry(trace.started_at, trace.agent, f"agent.{trace.verdict}", details | summary)
