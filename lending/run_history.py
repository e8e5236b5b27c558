"""The runs of an application as its page lists them: who asked and why, what came of it, time and cost."""

from dataclasses import dataclass
from decimal import Decimal

from audit.model_costs import dollars_by_run
from lending.models import Decision, DecisionRun, LoanApplication


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run: seconds of work and dollars for models, None where it has not ended or a price is not known.

    ``compare_with`` is the number of the decided run before it, where it was decided itself.
    """

    run: DecisionRun
    asked_by: str
    outcome: str
    seconds: float | None
    dollars: Decimal | None
    compare_with: int | None


def run_history(application: LoanApplication) -> list[PastRun]:
    """Return the runs, newest first: two queries, however many there are."""
    runs = list(application.runs.select_related("requested_by", "partner", "decision").order_by("number"))
    dollars, history = dollars_by_run([run.pk for run in runs]), []
    decided: int | None = None
    for run in runs:
        decision: Decision | None = getattr(run, "decision", None)
        history.append(
            PastRun(
                run=run,
                asked_by=str(run.requested_by or run.partner or "the program"),
                outcome=decision.outcome if decision else "",
                seconds=_seconds(run),
                dollars=dollars.get(run.pk, Decimal(0)),
                compare_with=decided if decision else None,
            )
        )
        decided = run.number if decision else decided
    return history[::-1]


def _seconds(run: DecisionRun) -> float | None:
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None
