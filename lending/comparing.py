"""The decided runs of an application as they are compared: which two, and what each stored."""

from collections.abc import Sequence

from lending.exceptions import NothingToCompare
from lending.models import Decision, DecisionRun, LoanApplication
from lending.run_diff import RuleResult, RunDiff, RunView, compare_runs
from lending.vocabulary import RunStatus


def decided_runs(application: LoanApplication) -> list[DecisionRun]:
    """Return the application's decided runs with their decisions, newest first."""
    runs = application.runs.filter(status=RunStatus.DECIDED).select_related("decision")
    return list(runs.order_by("-number"))


def comparison(
    application: LoanApplication, earlier: int | None = None, later: int | None = None
) -> tuple[RunDiff, Sequence[DecisionRun]]:
    """Return what differs between two runs by their numbers, and all decided runs; the newest two if none are named.

    A fixed number of queries. Raises NothingToCompare where a number is not a decided run's, or fewer than two are.
    """
    runs = decided_runs(application)
    by_number = {run.number: run for run in runs}
    last = later if later is not None else max(by_number, default=0)
    first = earlier if earlier is not None else max((number for number in by_number if number < last), default=0)
    if first not in by_number or last not in by_number or first == last:
        raise NothingToCompare(application, sorted(by_number))
    first, last = sorted((first, last))
    tolerances = by_number[last].decision.evidence.get("tolerances", {})
    return compare_runs(_view(by_number[first]), _view(by_number[last]), tolerances), runs


def _view(run: DecisionRun) -> RunView:
    decision: Decision = run.decision
    confidence = "" if decision.confidence is None else str(decision.confidence)
    return RunView(
        number=run.number,
        results={
            "outcome": decision.outcome,
            "risk": decision.risk,
            "eligibility": decision.eligibility,
            "confidence": confidence,
        },
        ratios=decision.ratios,
        facts=run.facts,
        rules=[
            RuleResult(found.code, found.result, found.value, found.limit, found.unit, found.message)
            for found in run.findings.all()
        ],
        versions={
            "rulebook": run.rulebook_version,
            "policies": run.policy_version,
            "prompts": run.prompt_version,
        },
    )
