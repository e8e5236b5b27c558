"""A condition's life: received by an officer, cleared by a reviewer who did not receive it, or waived with a reason.

One place says who may do what now, for the services, and for the page that shows the buttons and why not the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction

from audit import log
from lending.condition_exceptions import (
    CannotWaive,
    ConditionElsewhere,
    ConditionNotYours,
    ConditionReasonMissing,
    ReceiverCannotClear,
)
from lending.exceptions import LendingError
from lending.models import Condition, ConditionStep, Finding
from lending.services.conditions import put
from lending.services.running import shortened
from lending.vocabulary import ConditionMove, ConditionStatus, Severity

if TYPE_CHECKING:
    from lending.models import BorrowerDocument

NEVER_WAIVED = (Severity.HARD, Severity.STOP)
RECEIVE, CLEAR, WAIVE = "lending.receive_condition", "lending.clear_condition", "lending.waive_condition"
BEGINS = {
    ConditionMove.RECEIVE: (ConditionStatus.OPEN,),
    ConditionMove.CLEAR: (ConditionStatus.RECEIVED,),
    ConditionMove.WAIVE: (ConditionStatus.OPEN, ConditionStatus.RECEIVED),
    ConditionMove.REOPEN: (ConditionStatus.RECEIVED, ConditionStatus.CLEARED, ConditionStatus.WAIVED),
}
ENDS = {
    ConditionMove.RECEIVE: ConditionStatus.RECEIVED,
    ConditionMove.CLEAR: ConditionStatus.CLEARED,
    ConditionMove.WAIVE: ConditionStatus.WAIVED,
    ConditionMove.REOPEN: ConditionStatus.OPEN,
}
NEEDS_REASON = (ConditionMove.WAIVE, ConditionMove.REOPEN)


@dataclass(frozen=True, slots=True)
class Offer:
    """One step and whether this person may take it now; ``why_not`` is a sentence, empty where they may."""

    move: ConditionMove
    why_not: str

    @property
    def allowed(self) -> bool:
        """Whether the step may be taken."""
        return not self.why_not


def offers(condition: Condition, by: User) -> list[Offer]:
    """Return every step with whether this person may take it now, and why not."""
    return [Offer(move, str(refusal(condition, move, by) or "")) for move in ConditionMove]


def refusal(condition: Condition, move: ConditionMove, by: User) -> LendingError | None:
    """Return what stands against a person's step on a condition as it is; None where nothing does."""
    permissions, who = _needed(condition, move)
    if ConditionStatus(condition.status) not in BEGINS[move]:
        return ConditionElsewhere(condition, move)
    if not any(by.has_perm(permission) for permission in permissions):
        return ConditionNotYours(by, move, who)
    if move is ConditionMove.CLEAR and condition.received_by_id == by.pk:
        return ReceiverCannotClear(by, condition)
    if move is ConditionMove.WAIVE and (severity := _severity(condition)) in NEVER_WAIVED:
        return CannotWaive(condition, severity)
    return None


def _needed(condition: Condition, move: ConditionMove) -> tuple[Iterable[str], str]:
    """Return the permissions of which one is needed, and whom to turn to."""
    if move is ConditionMove.RECEIVE:
        return (RECEIVE,), "a loan officer"
    if move is ConditionMove.WAIVE:
        return (WAIVE,), "a reviewer"
    if move is ConditionMove.REOPEN and condition.status == ConditionStatus.RECEIVED:
        return (RECEIVE, CLEAR), "a loan officer or a reviewer"
    return (CLEAR,), "a reviewer"


def _severity(condition: Condition) -> str:
    found = Finding.objects.filter(run_id=condition.run_id, code=condition.finding_code)
    return found.values_list("severity", flat=True).first() or ""


def receive_condition(
    *, condition: Condition, by: User, document: "BorrowerDocument | None" = None, note: str = ""
) -> Condition:
    """Mark a condition received, with the document that meets it, if one does. Raises what ``refusal`` returns."""
    return _move(condition, ConditionMove.RECEIVE, by, note, document)


def clear_condition(*, condition: Condition, by: User, note: str = "") -> Condition:
    """Say that what was received meets the condition. Raises what ``refusal`` returns."""
    return _move(condition, ConditionMove.CLEAR, by, note)


def waive_condition(*, condition: Condition, by: User, reason: str) -> Condition:
    """Do without a condition, never one behind a hard or stop rule.

    Raises ``ConditionReasonMissing`` and what ``refusal`` returns; the database refuses the same.
    """
    return _move(condition, ConditionMove.WAIVE, by, reason)


def reopen_condition(*, condition: Condition, by: User, reason: str) -> Condition:
    """Ask for a condition again. Raises ``ConditionReasonMissing`` and what ``refusal`` returns."""
    return _move(condition, ConditionMove.REOPEN, by, reason)


@transaction.atomic
def _move(
    condition: Condition, move: ConditionMove, by: User, reason: str, document: "BorrowerDocument | None" = None
) -> Condition:
    own = Condition.objects.select_for_update(of=("self",), no_key=True).select_related("application")
    locked = own.get(pk=condition.pk)
    if refused := refusal(locked, move, by):
        raise refused
    reason = shortened(reason.strip())
    if move in NEEDS_REASON and not reason:
        raise ConditionReasonMissing(move)
    before = locked.status
    locked.waive_reason = reason if move is ConditionMove.WAIVE else ""
    put(locked, ENDS[move], by)
    ConditionStep.objects.create(
        condition=locked,
        before=before,
        after=locked.status,
        by=by,
        actor=by.get_username(),
        reason=reason,
        document=document,
    )
    log.record(
        f"condition.{'reopened' if move is ConditionMove.REOPEN else locked.status}",
        subject=locked.application.audit_subject,
        actor=by.get_username(),
        condition=locked.code,
        before=before,
        **({"document": document.pk} if document else {}),
    )
    return locked
