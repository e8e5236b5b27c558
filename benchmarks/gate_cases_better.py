"""Random cases made better in one respect: no engine may answer one of them worse than before.

    python benchmarks/gate_cases_better.py --cases 20000

What is left out is left out by law, not by convenience: more income can cross USDA's income limit; a smaller loan at
the same charges costs more in percent, so that price tests are left open there; a higher price or value can be far from
its other half, which is a flag; a student loan that reports no payment counts by its balance; a date after the
application is a contradiction and not a past event.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.engine.assessment import assess
from benchmarks.gate_cases import AREAS, random_case
from benchmarks.gate_cases_judged import DAY
from lending.casefile import BorrowerFacts, CaseFile
from lending.rounding import cents
from lending.vocabulary import Outcome, Program
from policies.rulebook.rules import DatedRules, RuleBook

WORST_FIRST = (Outcome.DECLINED, Outcome.REVIEW, Outcome.APPROVED)  # a hold or an incomplete file is no answer yet
Change = Callable[[CaseFile, random.Random], CaseFile]


def more_income(case: CaseFile, dice: random.Random) -> CaseFile:
    """Let every source of one borrower bring in more."""
    if case.program is Program.USDA:
        return case
    factor = Decimal(dice.choice(["1.01", "1.3", "3"]))

    def richer(person: BorrowerFacts) -> BorrowerFacts:
        sources = tuple(
            replace(
                source,
                monthly_amount=_times(source.monthly_amount, factor),
                year_to_date=_times(source.year_to_date, factor),
                prior_year=_times(source.prior_year, factor),
                year_before=_times(source.year_before, factor),
            )
            for source in person.incomes
        )
        return replace(person, monthly_income=_times(person.monthly_income, factor), incomes=sources)

    return _somebody(case, dice, richer)


def better_score(case: CaseFile, dice: random.Random) -> CaseFile:
    """Raise one borrower's known score."""
    points = dice.choice([1, 20, 100, 350])

    def scored(person: BorrowerFacts) -> BorrowerFacts:
        score = person.credit_score
        return replace(person, credit_score=None if score is None else min(score + points, 850))

    return _somebody(case, dice, scored)


def less_debt(case: CaseFile, dice: random.Random) -> CaseFile:
    """Lower what one borrower owes each month, whether it is stated or itemised."""
    factor = Decimal(dice.choice(["0.99", "0.7", "0.1"]))

    def lighter(person: BorrowerFacts) -> BorrowerFacts:
        debts = tuple(
            replace(owed, monthly_payment=_times(owed.monthly_payment, factor), balance=_times(owed.balance, factor))
            for owed in person.debts
        )
        return replace(person, monthly_debts=_times(person.monthly_debts, factor), debts=debts)

    return _somebody(case, dice, lighter)


def a_debt_paid_off(case: CaseFile, dice: random.Random) -> CaseFile:
    """Pay one itemised debt of a borrower off at closing, out of nobody's pocket."""

    def freed(person: BorrowerFacts) -> BorrowerFacts:
        if not person.debts:
            return person
        paid = dice.randrange(len(person.debts))
        debts = [
            replace(owed, paid_off_at_closing=True) if place == paid else owed
            for place, owed in enumerate(person.debts)
        ]
        return replace(person, debts=tuple(debts))

    return _somebody(case, dice, freed)


def longer_at_work(case: CaseFile, dice: random.Random) -> CaseFile:
    """Lengthen one borrower's known employment."""
    years = Decimal(dice.choice(["0.5", "2", "10"]))

    def steadier(person: BorrowerFacts) -> BorrowerFacts:
        worked = person.years_employed
        return replace(person, years_employed=None if worked is None else worked + years)

    return _somebody(case, dice, steadier)


def more_assets(case: CaseFile, dice: random.Random) -> CaseFile:
    """Add to what the borrowers can show."""
    assets = case.liquid_assets
    return replace(case, liquid_assets=None if assets is None else assets + dice.choice([1, 5_000, 200_000]))


def less_to_close(case: CaseFile, dice: random.Random) -> CaseFile:
    """Lower the funds that closing takes."""
    return replace(case, funds_to_close=_times(case.funds_to_close, Decimal(dice.choice(["0.99", "0.5"]))))


def smaller_loan(case: CaseFile, dice: random.Random) -> CaseFile:
    """Ask for less."""
    less = _times(case.loan_amount, Decimal(dice.choice(["0.999", "0.95", "0.8", "0.5"])))
    return replace(without_prices(case), loan_amount=less)


def lower_rate(case: CaseFile, dice: random.Random) -> CaseFile:
    """Ask for a lower rate."""
    return replace(case, note_rate=_times(case.note_rate, Decimal(dice.choice(["0.99", "0.8", "0.5"]))))


def cheaper_home(case: CaseFile, dice: random.Random) -> CaseFile:
    """Lower the taxes and dues of the home."""
    factor, home = Decimal(dice.choice(["0.95", "0.5"])), case.home
    return replace(
        case,
        home=replace(
            home,
            annual_property_tax=_times(home.annual_property_tax, factor),
            monthly_hoa=_times(home.monthly_hoa, factor),
        ),
    )


def longer_ago(case: CaseFile, dice: random.Random) -> CaseFile:
    """Move everything that went wrong further into the past."""
    days = timedelta(days=dice.choice([1, 30, 400, 3_000]))
    dates = {name: getattr(case, name) for name in ("bankruptcy_date", "foreclosure_date", "short_sale_date")}
    past = {name: day for name, day in dates.items() if day and day <= case.application_date}
    return replace(case, **{name: day - days for name, day in past.items()})


BETTER: dict[str, Change] = {
    change.__name__: change
    for change in (
        *(more_income, better_score, less_debt, a_debt_paid_off, longer_at_work, more_assets),
        *(less_to_close, smaller_loan, lower_rate, cheaper_home, longer_ago),
    )
}


def without_prices(case: CaseFile) -> CaseFile:
    """Return the case before a price is known, when no price test can be made."""
    return replace(case, finance_charges=None, points_and_fees=None, apor=None)


def worsened(dice: random.Random, rules: DatedRules, names: list[str] | None = None) -> tuple[str, str]:
    """Make a random case better. Return which change worsened the answer, and how ("" if none); and the change."""
    name, areas = dice.choice(names or list(BETTER)), dice.choice(AREAS)
    case = random_case(dice)
    case = without_prices(case) if name == "smaller_loan" else case
    before = assess(case, rules, areas=areas, sanctions=False)
    if before.outcome not in WORST_FIRST:
        return "", name
    after = assess(BETTER[name](case, dice), rules, areas=areas, sanctions=False)
    if after.outcome in WORST_FIRST and WORST_FIRST.index(after.outcome) >= WORST_FIRST.index(before.outcome):
        return "", name
    held = {finding.code: finding.result for finding in before.findings}
    why = "; ".join(found.message for found in after.findings if held.get(found.code) != found.result)
    score = f"confidence {before.confidence} and {after.confidence}"
    return f"{name} made {case.program} {before.outcome} into {after.outcome}: {why or score}", name


def _somebody(case: CaseFile, dice: random.Random, better: Callable[[BorrowerFacts], BorrowerFacts]) -> CaseFile:
    lucky = dice.randrange(len(case.borrowers))
    people = (better(person) if place == lucky else person for place, person in enumerate(case.borrowers))
    return replace(case, borrowers=tuple(people))


def _times(amount: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if amount is None else cents(amount * factor)


def main() -> int:
    """Make random cases better and print what was seen; exit 1 if one was answered worse."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20261123)
    options = parser.parse_args()
    dice, seen, worse, began = random.Random(options.seed), Counter[str](), list[str](), time.monotonic()
    rules = RuleBook.load().on(DAY)
    for _ in range(options.cases):
        found, name = worsened(dice, rules)
        seen[name] += 1
        worse += [found] if found else []
    for words, number in sorted(seen.items()):
        print(f"{number:>9,}  {words}")
    seconds = time.monotonic() - began
    print(f"{options.cases:,} cases, seed {options.seed}, {seconds:.0f} s: {len(worse)} answered worse")
    print("\n".join(list(dict.fromkeys(worse))[:15]))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
