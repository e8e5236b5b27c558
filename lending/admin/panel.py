"""What stands above an application's form: what is missing, what was decided and why, what happens now."""

from dataclasses import dataclass

from lending.casefile import build_case_file
from lending.completeness import missing_facts
from lending.explaining import ordered, sentence, telling
from lending.models import Decision, DecisionRun, Finding, LoanApplication, Review
from lending.models.review import UNRESOLVED
from lending.selectors import Standing, newest_decision, standing_outcome
from lending.vocabulary import ConditionStatus, Outcome


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel's template shows; ``run`` is the newest one, ``conditions`` how many are still open."""

    application: LoanApplication
    missing: tuple[str, ...]
    standing: Standing | None
    decision: Decision | None
    why: str
    telling: list[Finding]
    run: DecisionRun | None
    review: Review | None
    conditions: int
    decided: int

    @property
    def live(self) -> bool:
        """Whether the newest run still waits or works."""
        return self.run is not None and self.run.is_live


def application_panel(application: LoanApplication) -> Panel:
    """Return the panel of one application: a fixed number of queries."""
    decision = newest_decision(application)
    findings = ordered(decision.run.findings.all()) if decision else []
    standing, open_conditions = (
        standing_outcome(application),
        application.conditions.filter(status=ConditionStatus.OPEN),
    )
    open_cases = Review.objects.filter(application=application, status__in=UNRESOLVED)
    why = sentence(decision, findings) if decision else ""
    return Panel(
        application=application,
        missing=missing_facts(build_case_file(application)),
        standing=standing,
        decision=decision,
        why=why,
        telling=[each for each in telling(findings) if each.message not in why],
        run=application.runs.order_by("-number").first(),
        review=open_cases.select_related("assigned_to").first(),
        decided=application.decisions.count(),
        conditions=open_conditions.count() if standing and standing.outcome == Outcome.APPROVED else 0,
    )
