"""The search for the smallest change: every candidate is a full run of the engine, and their number is bounded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from agents.engine.assessment import Assessment
from agents.engine.path_levers import Change, Lever, Option
from lending.casefile import CaseFile
from lending.vocabulary import Outcome

RUNGS = (Decimal("0.125"), Decimal("0.25"), Decimal("0.5"), Decimal(1))  # of the extent, where more may also be worse


class OutOfRuns(Exception):
    """The bound on runs of the engine is reached."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One or two changes with which the engine approves the case, and what it then says.

    ``size`` is the sum of their shares in percent: the measure by which suggestions are ranked, the smallest first.
    """

    changes: tuple[Change, ...]
    assessment: Assessment

    @property
    def size(self) -> Decimal:
        """The sum of the changes' shares, in percent."""
        return sum((change.share for change in self.changes), Decimal(0))


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest amount of a lever that is approved, in its unit."""

    lever: Lever
    amount: Decimal
    assessment: Assessment

    def suggestion(self, *others: Change) -> Suggestion:
        """Return it as a suggestion, after ``others`` if there are any."""
        return Suggestion((*others, self.lever.change(self.amount)), self.assessment)


class Search:
    """Asks the engine about changed cases, at most ``most`` times."""

    def __init__(self, engine: Callable[[CaseFile], Assessment], most: int) -> None:
        """Take what assesses a case and the bound on how often it may."""
        self._engine, self._most, self.runs = engine, most, 0

    def ask(self, case: CaseFile) -> Assessment:
        """Return the engine's answer. Raises OutOfRuns when the bound is reached."""
        if self.runs >= self._most:
            raise OutOfRuns
        self.runs += 1
        return self._engine(case)

    def approved(self, case: CaseFile) -> Assessment | None:
        """Return the engine's answer if it is an approval."""
        answer = self.ask(case)
        return answer if answer.outcome is Outcome.APPROVED else None

    def smallest(self, case: CaseFile, lever: Lever, most: Decimal | None = None) -> Found | None:
        """Return the smallest amount up to ``most`` that makes a case approved, to the lever's step; None if none does.

        ``case`` itself must not be approved. One step less than what is returned is not approved either. A lever that
        may also make things worse is tried at four rungs, and between the first that is approved and the one before.
        """
        steps = int((lever.extent if most is None else min(most, lever.extent)) / lever.step)
        below = 0
        for above in [steps] if lever.rises else sorted({int(steps * rung) for rung in RUNGS}):
            if above < 1:
                continue
            if answer := self.approved(lever.apply(case, above * lever.step)):
                return self._between(case, lever, below, above, answer)
            below = above
        return None

    def _between(self, case: CaseFile, lever: Lever, below: int, above: int, answer: Assessment) -> Found:
        """Halve the steps between one that is not approved and one that is, until they are neighbours."""
        while above - below > 1:
            middle = (below + above) // 2
            better = self.approved(lever.apply(case, middle * lever.step))
            if better:
                above, answer = middle, better
            else:
                below = middle
        return Found(lever, above * lever.step, answer)

    def half_and_rest(self, case: CaseFile, half: Found, other: Lever, most: Decimal | None) -> Suggestion | None:
        """Return half of one lever's amount with as little as possible of another; None where that needs ``most``."""
        lever = half.lever
        amount = (half.amount / 2 / lever.step).to_integral_value() * lever.step
        if not 0 < amount < half.amount:
            return None
        partly = lever.apply(case, amount)
        if self.approved(partly):
            return None  # the lever is not even along the way; what is found then would not be the smallest
        found = self.smallest(partly, other, most)
        return found.suggestion(lever.change(amount)) if found else None

    def both_needed(self, case: CaseFile, first: Lever, second: Lever) -> Suggestion | None:
        """Return the least of ``first`` that any of ``second`` can complete, then the least of ``second``."""
        least = self.smallest(second.apply(case, second.extent), first)
        if least is None:
            return None
        partly = first.apply(case, least.amount)
        found = self.smallest(partly, second)
        return found.suggestion(first.change(least.amount)) if found else None

    def with_option(self, case: CaseFile, option: Option, lever: Lever, most: Decimal | None) -> Suggestion | None:
        """Return a choice with as little as possible of a lever beside it."""
        found = self.smallest(option.apply(case), lever, most)
        return found.suggestion(option.change) if found else None

    def options(self, case: CaseFile, options: list[Option]) -> Iterator[Suggestion]:
        """Yield the choices that are approved alone."""
        for option in options:
            if answer := self.approved(option.apply(case)):
                yield Suggestion((option.change,), answer)
