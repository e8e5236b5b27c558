"""Conditions over several runs: merged by code, so that a new run neither doubles them nor forgets a person's tick."""

from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from lending.conclusion import Conclusion, ConditionRecord
from lending.models import Condition, ConditionStep, DecisionRun, Finding
from lending.vocabulary import ConditionStatus, Outcome

NOT_UNDERWRITTEN = (Outcome.HOLD, Outcome.INCOMPLETE)
AWAITED = (ConditionStatus.OPEN, ConditionStatus.RECEIVED)
WORKER = "worker"


def merge_conditions(run: DecisionRun, conclusion: Conclusion) -> list[str]:
    """Store a run's conditions, one per code; return the codes of awaited ones that the run no longer asks for.

    One that is there already keeps its status unless the fact behind it, or what it asks for, has changed since. Those
    that are asked for no longer lapse, or go where nobody has touched them yet, but only by a run that got as far as
    asking.
    """
    existing = {condition.code: condition for condition in Condition.objects.filter(application=run.application)}
    for record in conclusion.conditions:
        _merge(run, record, existing.get(record.code))
    if conclusion.outcome in NOT_UNDERWRITTEN:
        return []
    wanted = {record.code for record in conclusion.conditions}
    stale = [old for code, old in existing.items() if code not in wanted and old.status in AWAITED]
    for condition in stale:
        _drop(run, condition)
    return sorted(condition.code for condition in stale)


def _merge(run: DecisionRun, record: ConditionRecord, condition: Condition | None) -> None:
    if condition is None:
        condition = Condition(application=run.application, code=record.code)
        _update(condition, run, record)
        return
    why = _why_again(condition, run, record)
    _update(condition, run, record)
    if why and condition.status != ConditionStatus.OPEN:
        _step(run, condition, ConditionStatus.OPEN, why)


def _why_again(condition: Condition, run: DecisionRun, record: ConditionRecord) -> str:
    """Return why a condition must be met anew; "" where it need not."""
    if condition.status == ConditionStatus.LAPSED:
        return f"Run {run.number} asks for it again."
    if condition.text != record.text:
        return f"Run {run.number} asks for something else."
    if _fact(condition.run_id, condition.finding_code) != _fact(run.pk, record.finding_code):
        return f"What run {run.number} found behind it has changed."
    return ""


def _drop(run: DecisionRun, condition: Condition) -> None:
    if condition.steps.exists() or condition.documents.exists():
        _step(run, condition, ConditionStatus.LAPSED, f"Run {run.number} asks for it no longer.")
    else:
        condition.delete()


def _step(run: DecisionRun, condition: Condition, status: ConditionStatus, reason: str) -> None:
    before = condition.status
    put(condition, status, None)
    ConditionStep.objects.create(condition=condition, before=before, after=status, actor=WORKER, reason=reason)


def _update(condition: Condition, run: DecisionRun, record: ConditionRecord) -> None:
    condition.run, condition.text = run, record.text
    condition.stage, condition.finding_code = record.stage, record.finding_code
    condition.save()


def _fact(run_id: UUID, code: str) -> tuple[str, str] | None:
    """Return what a run found under a code: the result and the fact's value."""
    return Finding.objects.filter(run_id=run_id, code=code).values_list("result", "value").first()


def put(condition: Condition, status: ConditionStatus, by: User | None) -> None:
    """Save a condition in a status, with who brought it there and when; going back forgets who closed or received."""
    condition.status, now = status, timezone.now()
    if status is ConditionStatus.RECEIVED:
        condition.received_by, condition.received_at = by, now
    if status in (ConditionStatus.OPEN, ConditionStatus.LAPSED):
        condition.received_by = condition.received_at = None
        condition.waive_reason = ""
    closes = status in (ConditionStatus.CLEARED, ConditionStatus.WAIVED)
    condition.cleared_by, condition.cleared_at = (by, now) if closes else (None, None)
    condition.save()
