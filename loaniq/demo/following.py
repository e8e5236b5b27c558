"""Following queued runs to their end, and the table of what came out."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from tqdm import tqdm

from audit.models import AgentTrace
from lending.models import Decision, DecisionRun, LoanApplication, Review
from lending.vocabulary import RunStatus

AGENTS_PER_RUN = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: dollars and percent as text, seconds from claim to decision."""

    application: str
    case: str
    program: str
    outcome: str
    confidence: str
    back_end_dti: str
    ltv: str
    why: str
    seconds: float | None


class RunsTookTooLong(Exception):
    """The worker did not finish in time; the runs stay queued and nothing is lost."""


def follow(runs: list[DecisionRun], *, limit_seconds: float) -> None:
    """Show one progress bar over all agents' steps until no run is live; raises ``RunsTookTooLong`` at the limit."""
    waiting = DecisionRun.objects.filter(pk__in=[run.pk for run in runs])
    until = time.monotonic() + limit_seconds
    with tqdm(total=len(runs) * AGENTS_PER_RUN, desc="Deciding", unit=" agents", leave=False) as bar:
        while live := _live(waiting):
            if time.monotonic() > until:
                raise RunsTookTooLong(f"{live} of {len(runs)} runs are not finished after {limit_seconds:.0f} seconds.")
            bar.n = AgentTrace.objects.filter(run_id__in=waiting.values("pk")).count()
            bar.refresh()
            time.sleep(0.2)


def _live(runs: QuerySet[DecisionRun]) -> int:
    return runs.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]).count()


def table(applications: list[LoanApplication]) -> list[Row]:
    """Return one row for each application that has a finished run, in order of its number."""
    return [row_of(application) for application in sorted(applications, key=lambda each: each.number)]


def row_of(application: LoanApplication) -> Row:
    """Return what the newest run of an application came to."""
    run = application.runs.select_related("decision__review").first()
    decision = getattr(run, "decision", None)
    return Row(
        application=application.number,
        case=application.external_id,
        program=application.program,
        outcome=decision.outcome if decision else (run.status.upper() if run else "not run"),
        confidence=f"{decision.confidence:.0f}" if decision and decision.confidence is not None else "",
        back_end_dti=_figure(decision, "back_end_dti"),
        ltv=_figure(decision, "ltv"),
        why=_why(decision) if decision else (run.error if run else ""),
        seconds=_seconds(run),
    )


def _figure(decision: Decision | None, name: str) -> str:
    return (decision.ratios.get(name) or "") if decision else ""


def _why(decision: Decision) -> str:
    if decision.reasons:
        return "; ".join(reason["text"] for reason in decision.reasons)
    if decision.missing:
        return "Missing: " + ", ".join(decision.missing)
    review: Review | None = getattr(decision, "review", None)
    return review.why if review else "Every rule passed."


def _seconds(run: DecisionRun | None) -> float | None:
    if run is None or run.started_at is None or run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds(), 2)


def as_text(rows: list[Row], width: int) -> str:
    """Return the table for a terminal of ``width`` columns; the last column takes what is left and is cut there."""
    titles = ["Application", "Case", "Program", "Outcome", "Conf.", "DTI %", "LTV %", "Sec.", "Why"]
    lines = [titles, *([*_cells(row), row.why] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles) - 1)]
    left = max(20, width - sum(widths) - 2 * len(widths))
    return "\n".join(
        "  ".join([*(cell.ljust(size) for cell, size in zip(line, widths, strict=False)), line[-1][:left]])
        for line in lines
    )


def _cells(row: Row) -> list[str]:
    values: dict[str, Any] = asdict(row)
    seconds = "" if row.seconds is None else f"{row.seconds:.2f}"
    names = ("application", "case", "program", "outcome", "confidence", "back_end_dti", "ltv")
    return [*(values[name] for name in names), seconds]
