"""What the borrowers owe each month besides the home: which debts count, at what payment, and by whose rule."""

from collections.abc import Sequence
from decimal import Decimal

from lending.amortization import MONTHS_A_YEAR
from lending.casefile import BorrowerFacts, CaseFile, Debt
from lending.rounding import cents, share_of
from lending.terms import Terms
from lending.vocabulary import LiabilityKind
from lending.worksheets import Line, Worksheet, counted, left_out, summed

DEBT_RULE = "Fannie Mae B3-6-05"
ENDING = (LiabilityKind.INSTALMENT, LiabilityKind.ALIMONY, LiabilityKind.CHILD_SUPPORT)


def debts_worksheet(case: CaseFile, terms: Terms, income: Decimal | None, rental_losses: Sequence[Line]) -> Worksheet:
    """Return the obligations of all borrowers in dollars a month; unknown if one that counts is unknown.

    A borrower's itemised liabilities replace the total that he or she stated. ``income``: gross, of all borrowers, in
    dollars a month. ``rental_losses``: what other homes, or this one if it is let, take beyond their rent.
    """
    small = _ending_debts_are_small(case, terms, income)
    lines = [line for borrower in case.borrowers for line in _borrower_lines(borrower, terms, small)]
    return summed("monthly_debts", "dollars a month", [*lines, *rental_losses] if lines else [])


def _borrower_lines(borrower: BorrowerFacts, terms: Terms, small: bool) -> list[Line]:
    whose = f"Borrower {borrower.position}"
    if not borrower.debts:
        return [counted(f"{whose}: stated total", borrower.monthly_debts, "no debt is itemised", DEBT_RULE)]
    replaced = left_out(f"{whose}: stated total", borrower.monthly_debts, "replaced by the itemised debts", DEBT_RULE)
    stated = [] if borrower.monthly_debts is None else [replaced]
    return [*stated, *(_debt_line(f"{whose}: {_named(debt)}", debt, terms, small) for debt in borrower.debts)]


def _named(debt: Debt) -> str:
    return debt.kind.value.replace("_", " ")


def _debt_line(label: str, debt: Debt, terms: Terms, small: bool) -> Line:
    if debt.paid_off_at_closing:
        return left_out(label, debt.monthly_payment, "paid off at closing", DEBT_RULE)
    if debt.counted_with_home:
        return left_out(label, debt.monthly_payment, "part of what its own home costs", DEBT_RULE)
    if _ends_soon(debt, terms) and (small or debt.kind is not LiabilityKind.INSTALMENT):
        soon = terms.debt_ends_soon_months
        left = f"{debt.months_remaining} months left, no more than {soon.value}"
        return left_out(label, debt.monthly_payment, left, soon.citation)
    if debt.kind is LiabilityKind.STUDENT_LOAN and not debt.monthly_payment:
        return _student_loan_line(label, debt, terms)
    if debt.kind is LiabilityKind.REVOLVING and not debt.monthly_payment:
        share = terms.revolving_payment_share
        payment = None if debt.balance is None else share_of(debt.balance, share.value)
        return counted(label, payment, f"no payment reported: {share.value} percent of the balance", share.citation)
    return counted(label, debt.monthly_payment, _why_counted(debt, terms), DEBT_RULE)


def _student_loan_line(label: str, debt: Debt, terms: Terms) -> Line:
    share = terms.student_loan_year_share
    payment = None if debt.balance is None else cents(debt.balance * share.value / 100 / MONTHS_A_YEAR)
    why = f"no payment reported: a twelfth of {share.value} percent of the balance"
    return counted(label, payment, why, share.citation)


def _ends_soon(debt: Debt, terms: Terms) -> bool:
    left = debt.months_remaining
    return debt.kind in ENDING and left is not None and left <= terms.debt_ends_soon_months.value


def _ending_debts_are_small(case: CaseFile, terms: Terms, income: Decimal | None) -> bool:
    """Return whether instalment debts that end soon may be left out: FHA wants them small together, others do not."""
    share = terms.ending_debt_income_share
    if share is None:
        return True
    payments = [
        debt.monthly_payment
        for borrower in case.borrowers
        for debt in borrower.debts
        if debt.kind is LiabilityKind.INSTALMENT
        and _ends_soon(debt, terms)
        and not (debt.paid_off_at_closing or debt.counted_with_home)
    ]
    known = [payment for payment in payments if payment is not None]
    if income is None or len(known) < len(payments):
        return not payments
    return sum(known, Decimal(0)) <= income * share.value / 100


def _why_counted(debt: Debt, terms: Terms) -> str:
    soon = terms.debt_ends_soon_months.value
    if debt.kind is LiabilityKind.LEASE:
        return "a lease counts whatever is left of it"
    if debt.kind not in ENDING:
        return "the reported payment"
    if debt.months_remaining is None:
        return "the months left are not on file, so it counts"
    if debt.months_remaining <= soon:
        share = terms.ending_debt_income_share
        return f"it ends soon, but such debts cost more than {share.value if share else 0} percent of income"
    return f"{debt.months_remaining} months left, more than {soon}"
