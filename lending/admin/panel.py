"""What stands above an application's form: what is missing, what was decided and why, what happens now."""

from dataclasses import dataclass

from lending.casefile import CaseFile
from lending.completeness import missing_facts
from lending.condition_progress import ConditionProgress, condition_progress
from lending.display import fact_shown, fact_words
from lending.explaining import ordered, sentence, telling
from lending.freshness import changes_since, frozen_case
from lending.models import Decision, DecisionRun, Finding, LoanApplication, Review
from lending.models.review import UNRESOLVED
from lending.selectors import Standing, newest_decision, standing_outcome


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel's template shows; ``run`` is the newest one.

    ``changes`` are the facts that differ from those of the decision shown, each with both values, or None; empty where
    only personal data differs, which no run stores.
    """

    application: LoanApplication
    missing: tuple[str, ...]
    standing: Standing | None
    decision: Decision | None
    why: str
    telling: list[Finding]
    run: DecisionRun | None
    review: Review | None
    conditions: ConditionProgress
    decided: int
    has_case: bool
    changes: list[tuple[str, str, str]] | None

    @property
    def changed_since(self) -> bool:
        """Whether the file says something else than the facts on which the decision shown was made."""
        return self.changes is not None

    @property
    def live(self) -> bool:
        """Whether the newest run still waits or works."""
        return self.run is not None and self.run.is_live


def application_panel(application: LoanApplication) -> Panel:
    """Return the panel of one application: a fixed number of queries."""
    decision = newest_decision(application)
    findings = ordered(decision.run.findings.all()) if decision else []
    standing = standing_outcome(application)
    open_cases = Review.objects.filter(application=application, status__in=UNRESOLVED)
    why = sentence(decision, findings) if decision else ""
    case = frozen_case(application.pk)
    return Panel(
        application=application,
        missing=missing_facts(case),
        standing=standing,
        decision=decision,
        why=why,
        telling=[each for each in telling(findings) if each.message not in why],
        run=application.runs.order_by("-number").first(),
        review=open_cases.select_related("assigned_to").first(),
        decided=application.decisions.count(),
        has_case=decision is not None and Review.objects.filter(run=decision.run_id).exists(),
        conditions=condition_progress(application, standing),
        changes=shown_changes(decision.run, case) if decision else None,
    )


def shown_changes(run: DecisionRun, case: CaseFile) -> list[tuple[str, str, str]] | None:
    """Return what changed in the file since a run, in words: the fact, its value then, and now; None where nothing."""
    changes = changes_since(run, case)
    if changes is None:
        return None
    return [
        (fact_words(each.name), fact_shown(each.name, each.before), fact_shown(each.name, each.after))
        for each in changes
    ]
