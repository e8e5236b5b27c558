"""VA residual income: what is left for the household each month after taxes, home, upkeep, debts and child care."""

from decimal import Decimal

from lending.casefile import CaseFile
from lending.incomes import Earned
from lending.rounding import cents, negative, share_of
from lending.terms import Charges
from lending.vocabulary import Program
from lending.worksheets import Line, Worksheet, counted, left_out, summed

Flows = tuple[Decimal | None, Decimal | None, Decimal | None]
RESIDUAL_RULE = "VA Pamphlet 26-7 chapter 4; 38 CFR 36.4340"


def residual_worksheet(case: CaseFile, charges: Charges, earned: Earned, flows: Flows) -> Worksheet | None:
    """Return residual income in dollars a month; None for any program but VA.

    ``flows``: income, PITIA and other debts, as the debt ratio takes them. What untaxed income was raised by is taken
    off again, and no tax is reckoned on that income.
    """
    if case.program is not Program.VA:
        return None
    income, pitia, debts = flows
    upkeep, area = charges.residual_upkeep_per_square_foot, case.home.square_feet
    keeping = cents(upkeep * area) if upkeep is not None and area is not None else None
    lines = [
        counted("Gross monthly income", income, "all borrowers", RESIDUAL_RULE),
        *_raised(earned),
        _tax_line(charges, earned, income),
        counted("PITIA", negative(pitia), "at the qualifying rate", RESIDUAL_RULE),
        counted("Upkeep and utilities", negative(keeping), f"{upkeep} dollars a square foot", RESIDUAL_RULE),
        counted("Other debts", negative(debts), "see the worksheet monthly_debts", RESIDUAL_RULE),
        _child_care_line(case),
    ]
    return summed("residual_income", "dollars a month", lines)


def _raised(earned: Earned) -> list[Line]:
    if not earned.raised:
        return []
    return [counted("Untaxed income as raised", -earned.raised, "raised for the debt ratio only", RESIDUAL_RULE)]


def _tax_line(charges: Charges, earned: Earned, income: Decimal | None) -> Line:
    percent, taxes = charges.residual_tax_percent, None
    if income is not None and percent is not None:
        taxes = share_of(max(income - earned.raised - earned.untaxed, Decimal(0)), percent)
    why = f"estimated at {percent} percent of the income that is taxed"
    return counted("Income and payroll taxes", negative(taxes), why, RESIDUAL_RULE)


def _child_care_line(case: CaseFile) -> Line:
    cost = case.monthly_child_care
    if cost is None:
        return left_out("Child care and job costs", None, "none are on file", RESIDUAL_RULE)
    return counted("Child care and job costs", -cost, "what holding the job costs", RESIDUAL_RULE)
