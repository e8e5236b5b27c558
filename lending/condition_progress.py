"""How far an application's conditions are: which count, and how many of them are met."""

from collections.abc import Sequence
from dataclasses import dataclass

from lending.models import Condition, LoanApplication
from lending.selectors import Standing
from lending.vocabulary import ConditionStatus, Outcome

MAY_CLOSE = (Outcome.APPROVED, Outcome.REVIEW)
MET = (ConditionStatus.CLEARED, ConditionStatus.WAIVED)


@dataclass(frozen=True, slots=True)
class ConditionProgress:
    """The conditions that count, in order of their stages, with how many are met, and how many wait for a reviewer."""

    conditions: Sequence[Condition]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.conditions)

    @property
    def met(self) -> int:
        """How many are cleared or waived."""
        return sum(each.status in MET for each in self.conditions)

    @property
    def received(self) -> int:
        """How many have come in and wait for a reviewer."""
        return sum(each.status == ConditionStatus.RECEIVED for each in self.conditions)

    @property
    def open(self) -> int:
        """How many are still to be brought."""
        return sum(each.status == ConditionStatus.OPEN for each in self.conditions)


def condition_progress(application: LoanApplication, standing: Standing | None) -> ConditionProgress:
    """Return the loan's conditions while it may still close; a declined or held loan asks for nothing."""
    if standing is None or standing.outcome not in MAY_CLOSE:
        return ConditionProgress(())
    counting = application.conditions.exclude(status=ConditionStatus.LAPSED)
    return ConditionProgress(list(counting.select_related("received_by", "cleared_by").prefetch_related("documents")))
