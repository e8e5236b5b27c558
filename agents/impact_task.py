"""The queued impact report: open and recent applications read, decided under both rulebooks, the result stored."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from agents.engine.compliance import SCREENED_FACT
from agents.impact import Subject, impact
from audit import log
from lending.casefile import build_case_file
from lending.models import Decision, Finding, LoanApplication, Review
from lending.models.review import UNRESOLVED
from lending.vocabulary import FindingResult
from policies.models import ImpactReport, ImpactStatus
from policies.rulebook.rules import RulebookError
from policies.rulebook.versions import book_of
from policies.selectors import area_limits

RECENT_DAYS = 90
MOST_APPLICATIONS = 500
ANSWERS = {FindingResult.PASSED: False, FindingResult.FAILED: True, FindingResult.UNKNOWN: None}


def run_impact(report_id: str) -> str:
    """Work out one queued report and return how it ended: done, failed, or already claimed. Safe to deliver twice."""
    queued = ImpactReport.objects.filter(pk=report_id, status=ImpactStatus.QUEUED)
    if not queued.update(status=ImpactStatus.RUNNING):
        return "already claimed"
    report = ImpactReport.objects.select_related("version", "compared_with").get(pk=report_id)
    try:
        result = work_out(report)
    except RulebookError as exc:  # the draft lacks what the engine asks for; its author must add it
        _finish(report, ImpactStatus.FAILED, error=str(exc))
        return "failed"
    except Exception:  # a bug: the report says so, and the queue keeps the traceback
        _finish(report, ImpactStatus.FAILED, error="The program met an error of its own; the log has it.")
        raise
    _finish(report, ImpactStatus.DONE, result=result)
    return "done"


def work_out(report: ImpactReport) -> dict[str, Any]:
    """Return what the report's version would change, as ``agents.impact`` says it, and which applications it looked at.

    Those not decided yet, those that wait for a person, and those decided in the last 90 days; the 500 newest.
    """
    before, after = (book_of(version).on(report.day) for version in (report.compared_with, report.version))
    chosen = open_and_recent(timezone.now() - timedelta(days=RECENT_DAYS))
    total = chosen.count()
    result = impact(_subjects(chosen[:MOST_APPLICATIONS], report), before, after)
    return {
        **result,
        "recent_days": RECENT_DAYS,
        "left_out": max(0, total - MOST_APPLICATIONS),
    }


def open_and_recent(since: datetime) -> QuerySet[LoanApplication]:
    """Return the applications not decided yet, waiting for a person, or decided ``since`` then; newest first."""
    own = Decision.objects.filter(application=OuterRef("pk"))
    waiting = Review.objects.filter(application=OuterRef("pk"), status__in=UNRESOLVED)
    return (
        LoanApplication.objects.filter(Exists(own.filter(decided_at__gte=since)) | ~Exists(own) | Exists(waiting))
        .select_related("subject_property")
        .prefetch_related("liabilities", "assets", "owned_homes")
        .order_by("-created_at", "-pk")
    )


def _subjects(applications: QuerySet[LoanApplication], report: ImpactReport) -> Iterator[Subject]:
    rows = list(applications)
    answers, areas = _screening_answers(rows), {}
    for application in rows:
        case = build_case_file(application).without_personal_data()
        county = case.home.county_fips
        if county not in areas:
            areas[county] = area_limits(county, report.day)
        yield Subject(application.number, case, areas[county], answers.get(application.pk, False))


def _screening_answers(applications: list[LoanApplication]) -> dict[Any, bool | None]:
    """Return the newest answer of screening by application. One never screened has none, and counts as clear here:
    screening does not depend on the rulebook, and taken for unknown it would hide every other change."""
    found = Finding.objects.filter(run__application__in=applications, fact=SCREENED_FACT)
    newest = found.order_by("run__application_id", "-run__number").distinct("run__application_id")
    return {
        application: ANSWERS[FindingResult(result)]
        for application, result in newest.values_list("run__application_id", "result")
    }


@transaction.atomic
def _finish(
    report: ImpactReport, status: ImpactStatus, *, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    report.status, report.finished_at, report.result, report.error = status, timezone.now(), result or {}, error
    report.save(update_fields=["status", "finished_at", "result", "error"])
    log.record(
        "rulebook.impact_reported",
        subject=report.version.audit_subject,
        actor="loaniq",
        report=report.pk,
        status=status.value,
        applications=report.result.get("applications"),
        flips=len(report.result.get("flips", ())),
    )
