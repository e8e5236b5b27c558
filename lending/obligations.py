"""What the borrowers owe each month besides the home: which debts count, at what payment, and by whose rule."""

from decimal import Decimal

from lending.casefile import BorrowerFacts, CaseFile, Debt
from lending.rounding import cents
from lending.vocabulary import LiabilityKind, Program
from lending.worksheets import Line, Worksheet, counted, left_out, summed

DEBT_RULE = "Fannie Mae B3-6-05"
ENDING_SOON = 10  # months: an obligation with no more than these left does not count (B3-6-05)
ENDING = (LiabilityKind.INSTALMENT, LiabilityKind.ALIMONY, LiabilityKind.CHILD_SUPPORT)
FHA_SMALL = Decimal("0.05")  # of gross income: a debt that ends soon but costs more still counts (HUD 4000.1)
REVOLVING_SHARE = Decimal("0.05")  # of the balance, where no payment is reported (B3-6-05)
# Share of a student loan's balance that stands for a payment that is unknown or zero, and who says so.
STUDENT_LOAN_SHARE = {
    Program.CONVENTIONAL: (Decimal("0.01"), "1 percent", DEBT_RULE),
    Program.JUMBO: (Decimal("0.01"), "1 percent", DEBT_RULE),
    Program.FHA: (Decimal("0.005"), "0.5 percent", "HUD ML 2021-13"),
    Program.USDA: (Decimal("0.005"), "0.5 percent", "USDA HB-1-3555 chapter 11"),
    Program.VA: (Decimal("0.05") / 12, "a twelfth of 5 percent", "VA Circular 26-17-02"),
}


def debts_worksheet(case: CaseFile) -> Worksheet:
    """Return the obligations of all borrowers in dollars a month; unknown if one that counts is unknown.

    A borrower's itemised liabilities replace the total that he or she stated.
    """
    incomes = [borrower.monthly_income for borrower in case.borrowers]
    known = [income for income in incomes if income is not None]
    income = sum(known, Decimal(0)) if len(known) == len(incomes) else None
    lines = [line for borrower in case.borrowers for line in _borrower_lines(borrower, case.program, income)]
    return summed("monthly_debts", "dollars a month", lines)


def _borrower_lines(borrower: BorrowerFacts, program: Program, income: Decimal | None) -> list[Line]:
    whose = f"Borrower {borrower.position}"
    if not borrower.debts:
        return [counted(f"{whose}: stated total", borrower.monthly_debts, "no debt is itemised", DEBT_RULE)]
    replaced = left_out(f"{whose}: stated total", borrower.monthly_debts, "replaced by the itemised debts", DEBT_RULE)
    stated = [] if borrower.monthly_debts is None else [replaced]
    return [*stated, *(_debt_line(f"{whose}: {_named(debt)}", debt, program, income) for debt in borrower.debts)]


def _named(debt: Debt) -> str:
    return debt.kind.value.replace("_", " ")


def _debt_line(label: str, debt: Debt, program: Program, income: Decimal | None) -> Line:
    if debt.paid_off_at_closing:
        return left_out(label, debt.monthly_payment, "paid off at closing", DEBT_RULE)
    if _ends_soon(debt) and not (program is Program.FHA and _weighs(debt, income)):
        left = f"{debt.months_remaining} months left, no more than {ENDING_SOON}"
        return left_out(label, debt.monthly_payment, left, DEBT_RULE)
    if debt.kind is LiabilityKind.STUDENT_LOAN and not debt.monthly_payment:
        share, words, rule = STUDENT_LOAN_SHARE[program]
        return counted(label, _share_of_balance(debt, share), f"no payment reported: {words} of the balance", rule)
    if debt.kind is LiabilityKind.REVOLVING and not debt.monthly_payment:
        payment = _share_of_balance(debt, REVOLVING_SHARE)
        return counted(label, payment, "no payment reported: 5 percent of the balance", DEBT_RULE)
    return counted(label, debt.monthly_payment, _why_counted(debt), DEBT_RULE)


def _ends_soon(debt: Debt) -> bool:
    return debt.kind in ENDING and debt.months_remaining is not None and debt.months_remaining <= ENDING_SOON


def _weighs(debt: Debt, income: Decimal | None) -> bool:
    """Return whether FHA counts an instalment debt although it ends soon: it costs more than 5 percent of income."""
    if debt.kind is not LiabilityKind.INSTALMENT:
        return False
    return debt.monthly_payment is None or income is None or debt.monthly_payment > income * FHA_SMALL


def _share_of_balance(debt: Debt, share: Decimal) -> Decimal | None:
    return None if debt.balance is None else cents(debt.balance * share)


def _why_counted(debt: Debt) -> str:
    if debt.kind is LiabilityKind.LEASE:
        return "a lease counts whatever is left of it"
    if debt.kind not in ENDING:
        return "the reported payment"
    if debt.months_remaining is None:
        return "the months left are not on file, so it counts"
    if debt.months_remaining <= ENDING_SOON:
        return "it ends soon, but costs more than 5 percent of income"
    return f"{debt.months_remaining} months left, more than {ENDING_SOON}"
