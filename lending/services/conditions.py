"""Conditions over several runs: merged by code, so that a new run neither doubles them nor forgets a person's tick."""

from uuid import UUID

from lending.conclusion import Conclusion, ConditionRecord
from lending.models import Condition, DecisionRun, Finding
from lending.vocabulary import ConditionStatus, Outcome

NOT_UNDERWRITTEN = (Outcome.HOLD, Outcome.INCOMPLETE)


def merge_conditions(run: DecisionRun, conclusion: Conclusion) -> list[str]:
    """Store a run's conditions, one per code; return the codes of open ones that the run no longer asks for.

    One that is there already keeps its status unless the fact behind it, or what it asks for, has changed since. Open
    ones that are asked for no longer are removed, but only by a run that got as far as asking.
    """
    existing = {condition.code: condition for condition in Condition.objects.filter(application=run.application)}
    for record in conclusion.conditions:
        condition = existing.get(record.code)
        if condition is None:
            condition = Condition(application=run.application, code=record.code)
        elif condition.text != record.text or (
            _fact(condition.run_id, condition.finding_code) != _fact(run.pk, record.finding_code)
        ):
            condition.status, condition.cleared_by, condition.cleared_at = ConditionStatus.OPEN, None, None
        _update(condition, run, record)
    if conclusion.outcome in NOT_UNDERWRITTEN:
        return []
    wanted = {record.code for record in conclusion.conditions}
    stale = [code for code, old in existing.items() if code not in wanted and old.status == ConditionStatus.OPEN]
    Condition.objects.filter(application=run.application, code__in=stale).delete()
    return sorted(stale)


def _update(condition: Condition, run: DecisionRun, record: ConditionRecord) -> None:
    condition.run, condition.text = run, record.text
    condition.stage, condition.finding_code = record.stage, record.finding_code
    condition.save()


def _fact(run_id: UUID, code: str) -> tuple[str, str] | None:
    """Return what a run found under a code: the result and the fact's value."""
    return Finding.objects.filter(run_id=run_id, code=code).values_list("result", "value").first()
