"""Payment, PITIA, DTI, LTV and reserves: pure Decimal arithmetic with a worksheet for every figure."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from lending.amortization import monthly_payment
from lending.casefile import CaseFile
from lending.housing import Charges, insurance_worksheet, loan_worksheet, payment_worksheet, pitia_worksheet
from lending.obligations import debts_worksheet
from lending.rounding import TWO_PLACES, agency_rounded, cents, percent_of, two_places
from lending.valuation import LoanToValues, loan_to_values, value_worksheets
from lending.vocabulary import Program
from lending.worksheets import Line, Worksheet, counted, left_out, summed

__all__ = [
    "Charges",
    "Line",
    "LoanToValues",
    "Ratios",
    "Worksheet",
    "agency_rounded",
    "compute_ratios",
    "loan_to_values",
    "monthly_payment",
]

DTI_RULE = "Fannie Mae B3-6-02"
RESERVES_RULE = "Fannie Mae B3-4.1-01"
RESIDUAL_RULE = "VA Pamphlet 26-7 chapter 4; 38 CFR 36.4340"


@dataclass(frozen=True, slots=True)
class Ratios:
    """The figures of one case: dollars, dollars a month, percent and months with two decimals; None is unknown."""

    principal_and_interest: Decimal | None
    mortgage_insurance: Decimal | None
    pitia: Decimal | None
    monthly_income: Decimal | None
    monthly_debts: Decimal | None
    front_end_dti: Decimal | None
    back_end_dti: Decimal | None
    ltv: Decimal | None
    cltv: Decimal | None
    hcltv: Decimal | None
    reserves_months: Decimal | None
    base_loan_amount: Decimal | None
    financed_fee: Decimal | None
    total_loan_amount: Decimal | None
    residual_income: Decimal | None
    worksheets: tuple[Worksheet, ...] = ()


def compute_ratios(case: CaseFile, charges: Charges) -> Ratios:
    """Return every figure of a case with its worksheet.

    P&I is on the total loan, LTV on the base loan. Percent and months are rounded half-up to two decimals. A figure
    that needs an unknown fact is None, and its worksheet names the fact.
    """
    loan = loan_worksheet(case, charges)
    payment = payment_worksheet(case, loan.total)
    insurance = insurance_worksheet(case, charges, loan.total)
    pitia = pitia_worksheet(case, payment.total, insurance.total)
    income, debts = income_worksheet(case), debts_worksheet(case)
    front = _dti_worksheet("front_end_dti", income.total, [_line_of("PITIA", pitia)])
    back = _dti_worksheet("back_end_dti", income.total, [_line_of("PITIA", pitia), _line_of("Other debts", debts)])
    reserves = _reserves_worksheet(case, pitia.total)
    residual = _residual_worksheet(case, charges, income.total, pitia.total, debts.total)
    values = loan_to_values(case)
    return Ratios(
        principal_and_interest=payment.total,
        mortgage_insurance=insurance.total,
        pitia=pitia.total,
        monthly_income=income.total,
        monthly_debts=debts.total,
        front_end_dti=front.total,
        back_end_dti=back.total,
        ltv=values.ltv,
        cltv=values.cltv,
        hcltv=values.hcltv,
        reserves_months=reserves.total,
        base_loan_amount=case.loan_amount,
        financed_fee=loan.lines[1].amount,
        total_loan_amount=loan.total,
        residual_income=residual.total if residual else None,
        worksheets=(
            *(loan, payment, insurance, pitia, income, debts, front, back),
            *value_worksheets(case),
            *((reserves, residual) if residual else (reserves,)),
        ),
    )


def income_worksheet(case: CaseFile) -> Worksheet:
    """Return the gross qualifying income of all borrowers in dollars a month; unknown if one of them is."""
    lines = [
        counted(f"Borrower {person.position}", person.monthly_income, "gross qualifying income", "Fannie Mae B3-3.1-01")
        for person in case.borrowers
    ]
    return summed("monthly_income", "dollars a month", lines)


def _line_of(label: str, sheet: Worksheet) -> Line:
    return counted(label, sheet.total, f"see the worksheet {sheet.name}", DTI_RULE)


def _dti_worksheet(name: str, income: Decimal | None, obligations: list[Line]) -> Worksheet:
    owed = summed(name, "percent", obligations).total
    if income is None:
        why = "Unknown: an income is not on file"
    elif income <= 0:
        why = "Undefined: there is no income to measure the obligations against"
    else:
        why = "obligations in percent of this gross income"
    share = two_places(percent_of(owed, income)) if owed is not None and income is not None and income > 0 else None
    return Worksheet(name, "percent", (*obligations, left_out("Gross monthly income", income, why, DTI_RULE)), share)


def _reserves_worksheet(case: CaseFile, pitia: Decimal | None) -> Worksheet:
    """Months of PITIA that the money left after closing covers. A shortfall, however small, stays below zero."""
    lines = [
        counted("Liquid assets", case.liquid_assets, "what the borrowers can show", RESERVES_RULE),
        counted("Funds to close", _negative(case.funds_to_close), "spent at closing", RESERVES_RULE),
    ]
    left, months = summed("", "", lines).total, None
    if left is not None and pitia:
        months = two_places(left / pitia) if left >= 0 else (left / pitia).quantize(TWO_PLACES, ROUND_FLOOR)
    why = "what is left, in months of this" if pitia is not None else "Unknown: PITIA could not be computed"
    return Worksheet("reserves_months", "months", (*lines, left_out("PITIA", pitia, why, RESERVES_RULE)), months)


def _residual_worksheet(
    case: CaseFile, charges: Charges, income: Decimal | None, pitia: Decimal | None, debts: Decimal | None
) -> Worksheet | None:
    """What is left for the household each month, VA loans only: income less taxes, home, upkeep and debts."""
    if case.program is not Program.VA:
        return None
    tax, upkeep = charges.residual_tax_percent, charges.residual_upkeep_per_square_foot
    taxes = cents(income * tax / 100) if income is not None and tax is not None else None
    area = case.home.square_feet
    keeping = cents(upkeep * area) if upkeep is not None and area is not None else None
    lines = [
        counted("Gross monthly income", income, "all borrowers", RESIDUAL_RULE),
        counted("Income and payroll taxes", _negative(taxes), f"estimated at {tax} percent of income", RESIDUAL_RULE),
        counted("PITIA", _negative(pitia), "see the worksheet pitia", RESIDUAL_RULE),
        counted("Upkeep and utilities", _negative(keeping), f"{upkeep} dollars a square foot", RESIDUAL_RULE),
        counted("Other debts", _negative(debts), "see the worksheet monthly_debts", RESIDUAL_RULE),
    ]
    return summed("residual_income", "dollars a month", lines)


def _negative(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount
