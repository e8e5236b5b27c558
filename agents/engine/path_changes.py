"""The same case with one thing different: a smaller loan, more income, a debt paid, a later day. Pure.

An unknown figure stays unknown: nothing here puts a number where the file has none.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from lending.casefile import BorrowerFacts, CaseFile, IncomeSource
from lending.vocabulary import Employment, IncomeKind, Program

DAYS_A_YEAR = Decimal("365.25")


def with_own_funds(case: CaseFile, amount: Decimal) -> CaseFile:
    """Return the case with ``amount`` dollars less borrowed and brought to closing from the funds on file."""
    return replace(case, loan_amount=_less(case.loan_amount, amount), funds_to_close=_more(case.funds_to_close, amount))


def with_new_funds(case: CaseFile, amount: Decimal) -> CaseFile:
    """Return the case with ``amount`` dollars less borrowed and brought to closing from new funds."""
    return with_more_funds(with_own_funds(case, amount), amount)


def with_less_cash(case: CaseFile, amount: Decimal) -> CaseFile:
    """Return a cash-out refinance that takes ``amount`` dollars less."""
    return replace(case, loan_amount=_less(case.loan_amount, amount))


def with_more_funds(case: CaseFile, amount: Decimal) -> CaseFile:
    """Return the case with ``amount`` dollars more of liquid assets."""
    return replace(case, liquid_assets=_more(case.liquid_assets, amount))


def with_income(case: CaseFile, amount: Decimal) -> CaseFile:
    """Return the case with ``amount`` dollars a month more of lasting income of the first borrower."""
    first, *others = case.borrowers
    if first.incomes:  # itemised sources replace the stated income, so the new one must be a source too
        more = replace(first, incomes=(*first.incomes, IncomeSource(IncomeKind.BASE, amount)))
    else:
        more = replace(first, monthly_income=_more(first.monthly_income, amount))
    return replace(case, borrowers=(more, *others))


def with_fewer_debts(case: CaseFile, amount: Decimal) -> CaseFile:
    """Return the case with ``amount`` dollars a month less of stated debts, the first borrower's first."""
    people: list[BorrowerFacts] = []
    for person in case.borrowers:
        paid = Decimal(0) if person.debts else min(amount, person.monthly_debts or Decimal(0))
        amount -= paid
        people.append(replace(person, monthly_debts=_less(person.monthly_debts, paid)))
    return replace(case, borrowers=tuple(people))


def after_waiting(case: CaseFile, days: Decimal) -> CaseFile:
    """Return the case as applied for ``days`` later; whoever works has worked that much longer."""
    years = (days / DAYS_A_YEAR).quantize(Decimal("0.01"), ROUND_FLOOR)
    people = (
        replace(person, years_employed=_more(person.years_employed, years)) if _works(person) else person
        for person in case.borrowers
    )
    later = case.application_date + timedelta(days=int(days))
    return replace(case, application_date=later, borrowers=tuple(people))


def with_term(months: int) -> Callable[[CaseFile], CaseFile]:
    """Return the change to a term of ``months`` at the same rate."""
    return lambda case: replace(case, term_months=months)


def with_program(program: Program) -> Callable[[CaseFile], CaseFile]:
    """Return the change to another program."""
    return lambda case: replace(case, program=program)


def with_debt_paid(who: int, which: int) -> Callable[[CaseFile], CaseFile]:
    """Return the payoff at closing of one debt, by the places of borrower and debt; it costs what is owed, if known."""

    def paid_off(case: CaseFile) -> CaseFile:
        person = case.borrowers[who]
        debt = person.debts[which]
        debts = (*person.debts[:which], replace(debt, paid_off_at_closing=True), *person.debts[which + 1 :])
        people = (*case.borrowers[:who], replace(person, debts=debts), *case.borrowers[who + 1 :])
        return replace(case, borrowers=people, funds_to_close=_more(case.funds_to_close, debt.balance or Decimal(0)))

    return paid_off


def at_least_score(case: CaseFile, score: int) -> CaseFile:
    """Return the case with no borrower's known score below ``score`` points."""
    people = (
        replace(person, credit_score=max(score, person.credit_score)) if person.credit_score is not None else person
        for person in case.borrowers
    )
    return replace(case, borrowers=tuple(people))


def _works(person: BorrowerFacts) -> bool:
    return person.employment in (Employment.EMPLOYED, Employment.SELF_EMPLOYED)


def _more(amount: Decimal | None, by: Decimal) -> Decimal | None:
    return None if amount is None else amount + by


def _less(amount: Decimal | None, by: Decimal) -> Decimal | None:
    return None if amount is None else amount - by
