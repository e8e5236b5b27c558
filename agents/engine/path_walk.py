"""The way through the levers: what is tried alone, what in pairs, and in which order while runs are left."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from agents.engine.assessment import Assessment
from agents.engine.path_changes import at_least_score
from agents.engine.path_levers import (
    Lever,
    Option,
    amount_levers,
    debt_options,
    own_funds_lever,
    program_options,
    term_options,
)
from agents.engine.path_search import Found, OutOfRuns, Search, Suggestion
from agents.engine.programs import ProgramAnswer, obstacles_of
from lending.casefile import CaseFile
from lending.vocabulary import Outcome

MOST_SHOWN = 8
MOST_PAIRS = 4
PAIRED_OPTIONS = 2  # debts, and programs, that are tried together with an amount
DEBTS_IN_PAIRS = 4
BEST_SCORE = 850
LOAN_LEVERS = ("down_payment", "new_down_payment", "loan_amount")
# A loan lever that brings new funds already holds this one.
OVERLAPPING = {("new_down_payment", "funds"), ("down_payment", "funds")}


class Walk:
    """One search over one case. ``best`` is the engine's answer with every change made at once."""

    def __init__(self, now: Assessment, answers: Sequence[ProgramAnswer], search: Search) -> None:
        """Take the engine's present answer, every program's, and the bounded search."""
        self._case, self._now, self._search = now.case, now, search
        self._levers = list(amount_levers(now.case, now.ratios))
        self._own = own_funds_lever(now.case)
        self._terms, self._debts = list(term_options(now.case)), list(debt_options(now.case, now.ratios))
        self._programs = list(program_options(now.case, tuple(answers)))
        self._found: dict[str, Found] = {}
        self._singles: list[Suggestion] = []
        self._pairs: list[Suggestion] = []
        self.best, self.complete = now, True
        self.score: int | None = None

    def suggestions(self) -> tuple[Suggestion, ...]:
        """Return what was found, the smallest first: every single change, and the smallest pairs."""
        try:
            self._walk()
        except OutOfRuns:
            self.complete = False
        pairs = sorted(self._pairs, key=lambda pair: pair.size)[:MOST_PAIRS]
        ranked = sorted([*self._singles, *pairs], key=lambda each: (each.size, len(each.changes)))
        return tuple(ranked[:MOST_SHOWN])

    def _walk(self) -> None:
        for option, answer in self._programs:
            if answer.assessment and answer.assessment.outcome is Outcome.APPROVED:
                self._singles.append(Suggestion((option.change,), answer.assessment))
        self.best = self._everything_at_once()
        if self.best.outcome is Outcome.APPROVED:
            self._try_singles()
            self._try_score()
            self._pairs.extend(self._lever_pairs())
            self._pairs.extend(self._debt_pairs())
        self._pairs.extend(self._option_pairs())

    def _everything_at_once(self) -> Assessment:
        """Ask with every amount at its largest and every debt paid; where that is no approval, no part of it is.

        A smaller loan, a higher income or a later day can also be in the way, so each is left out in turn.
        """
        answers: list[Assessment] = []
        for left_out in (LOAN_LEVERS, (), (*LOAN_LEVERS, "income"), (*LOAN_LEVERS, "wait")):
            answers.append(self._search.ask(self._changed_but(left_out)))
            if answers[-1].outcome is Outcome.APPROVED:
                break
        return min(answers, key=lambda answer: (answer.outcome is not Outcome.APPROVED, len(obstacles_of(answer))))

    def _changed_but(self, left_out: Sequence[str]) -> CaseFile:
        case = self._case
        for lever in self._levers:
            case = case if lever.name in left_out else lever.apply(case, lever.extent)
        for option in self._debts:
            case = option.apply(case)
        return case

    def _try_singles(self) -> None:
        own = self._search.smallest(self._case, self._own) if self._own else None
        if own:
            self._keep(own)
        for lever in self._levers:
            if lever.name in LOAN_LEVERS and own:
                continue
            if found := self._search.smallest(self._case, lever):
                self._keep(found)
        self._singles.extend(self._search.options(self._case, [*self._debts, *self._terms]))

    def _keep(self, found: Found) -> None:
        self._found[found.lever.name] = found
        self._singles.append(found.suggestion())

    def _try_score(self) -> None:
        scores = [person.credit_score for person in self._case.borrowers if person.credit_score is not None]
        lowest = min(scores, default=BEST_SCORE)
        if len(scores) < len(self._case.borrowers) or lowest >= BEST_SCORE:
            return
        found = self._search.smallest(self._case, _score_lever(lowest))
        self.score = lowest + int(found.amount) if found else None

    def _pair_levers(self) -> list[Lever]:
        own = self._found.get("down_payment")
        return [own.lever if own and lever.name in LOAN_LEVERS else lever for lever in self._levers]

    def _lever_pairs(self) -> Iterator[Suggestion]:
        """Yield pairs of amounts: half of what does alone with the rest, or both where neither does alone."""
        for first, second in combinations(self._pair_levers(), 2):
            if (first.name, second.name) in OVERLAPPING:
                continue
            known = self._found.get(first.name), self._found.get(second.name)
            if pair := self._pair(first, second, *known):
                yield pair

    def _pair(self, first: Lever, second: Lever, one: Found | None, other: Found | None) -> Suggestion | None:
        if one:
            return self._search.half_and_rest(self._case, one, second, _just_under(other))
        if other:
            return self._search.half_and_rest(self._case, other, first, None)
        return self._search.both_needed(self._case, first, second)

    def _debt_pairs(self) -> Iterator[Suggestion]:
        alone = {change.text for each in self._singles for change in each.changes}
        weak = [option for option in self._debts[:DEBTS_IN_PAIRS] if option.change.text not in alone]
        for one, other in combinations(weak, 2):
            if answer := self._search.approved(other.apply(one.apply(self._case))):
                yield Suggestion((one.change, other.change), answer)

    def _option_pairs(self) -> Iterator[Suggestion]:
        """Yield a longer term, a debt paid or another program, each with the least of an amount beside it."""
        alone = {change.text for each in self._singles for change in each.changes}
        for option in self._paired_options():
            if option.change.text in alone:
                continue
            for lever in self._pair_levers():
                most = _just_under(self._found.get(lever.name))
                if pair := self._search.with_option(self._case, option, lever, most):
                    yield pair

    def _paired_options(self) -> list[Option]:
        now = self._case.term_months or 0
        longer = [option for option in self._terms[:1] if Decimal(option.change.after) > now]
        nearest = sorted(self._programs, key=lambda each: len(each[1].obstacles))[:PAIRED_OPTIONS]
        own = [*longer, *self._debts[:PAIRED_OPTIONS]] if self.best.outcome is Outcome.APPROVED else []
        return [*own, *(option for option, _ in nearest)]


def _just_under(found: Found | None) -> Decimal | None:
    """Return one step less than what does alone: a pair that needs as much is none."""
    return found.amount - found.lever.step if found else None


def _score_lever(lowest: int) -> Lever:
    """Return the lever of a better score in points. It is told as a figure, never suggested."""
    return Lever(
        name="score",
        unit="points",
        step=Decimal(1),
        extent=Decimal(BEST_SCORE - lowest),
        whole=Decimal(lowest),
        rises=True,
        apply=lambda case, points: at_least_score(case, lowest + int(points)),
        told=lambda points: ("", str(lowest), str(lowest + int(points))),
    )
