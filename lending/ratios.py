"""Payment, PITIA, DTI, LTV, reserves and APR: pure Decimal arithmetic with a worksheet for every figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lending.amortization import monthly_payment
from lending.annual_percentage_rate import apr_worksheet, fees_worksheet, spread_worksheet
from lending.casefile import CaseFile
from lending.housing import loan_worksheet, payment_worksheet, pitia_worksheet
from lending.incomes import Earned, earned_income
from lending.mortgage_insurance import mortgage_insurance
from lending.obligations import debts_worksheet
from lending.qualifying_rate import qualifying_rate, qualifying_worksheet
from lending.rentals import Rentals, rentals
from lending.reserves import reserves_worksheet
from lending.residual import residual_worksheet
from lending.rounding import agency_rounded, percent_of, two_places
from lending.terms import Charges, Term, Terms
from lending.valuation import LoanToValues, loan_to_values, value_worksheets
from lending.worksheets import Line, Worksheet, counted, left_out, summed

__all__ = [
    "Charges",
    "Line",
    "LoanToValues",
    "Ratios",
    "Term",
    "Terms",
    "Worksheet",
    "agency_rounded",
    "compute_ratios",
    "loan_to_values",
    "monthly_payment",
]

DTI_RULE = "Fannie Mae B3-6-02"


@dataclass(frozen=True, slots=True)
class Ratios:
    """The figures of one case: dollars, dollars a month, percent and months with two decimals; None is unknown.

    ``principal_and_interest`` and ``pitia`` are at the note rate; ratios and reserves are at ``qualifying_rate``
    (percent), whose payment is ``qualifying_payment``. ``apr`` and ``points_and_fees_percent`` are percent,
    ``apr_spread`` percentage points, with three decimals. ``mortgage_insurance_months``: how long the premium is paid,
    0 for none. The rounded loan-to-values are in whole percent.
    """

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
    qualifying_rate: Decimal | None = None
    qualifying_payment: Decimal | None = None
    apr: Decimal | None = None
    apr_spread: Decimal | None = None
    points_and_fees_percent: Decimal | None = None
    mortgage_insurance_months: Decimal | None = None
    ltv_rounded: Decimal | None = None
    cltv_rounded: Decimal | None = None
    hcltv_rounded: Decimal | None = None


def compute_ratios(case: CaseFile, charges: Charges) -> Ratios:
    """Return every figure of a case with its worksheet.

    P&I is on the total loan, LTV on the base loan. Percent and months are rounded half-up to two decimals. A figure
    that needs an unknown fact is None, and its worksheet names the fact.
    """
    terms, values = charges.terms, loan_to_values(case, charges.terms)
    loan = loan_worksheet(case, charges)
    payment = payment_worksheet(case, loan.total)
    insured = mortgage_insurance(case, charges, values, loan.total)
    pitia = pitia_worksheet(case, payment.total, insured.premium.total)
    apr = apr_worksheet(case, loan.total, loan.lines[1].amount, insured.steps)
    spread, fees = spread_worksheet(case, apr.total), fees_worksheet(case)
    rate = qualifying_rate(case, terms, spread.total)
    qualifying = qualifying_worksheet(case, rate, loan.total)
    housing = _housing_lines(pitia, payment.total, qualifying.total)
    cost = summed("", "", housing).total
    earned, rents = earned_income(case, terms), rentals(case, terms, cost)
    income = income_worksheet(earned, rents)
    debts = debts_worksheet(case, terms, income.total, rents.losses)
    front = _dti_worksheet("front_end_dti", income.total, housing)
    owed = [*_owed_on_home(housing, rents), _line_of("Other debts", debts)]
    back = _dti_worksheet("back_end_dti", income.total, owed)
    reserves = reserves_worksheet(case, terms, cost)
    residual = residual_worksheet(case, charges, earned, (income.total, cost, debts.total))
    return Ratios(
        principal_and_interest=payment.total,
        mortgage_insurance=insured.premium.total,
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
            *(loan, payment, insured.premium, insured.lasts, insured.paid, pitia, qualifying),
            *(income, debts, front, back),
            *value_worksheets(case, terms, values),
            *((reserves, residual) if residual else (reserves,)),
            *(apr, spread, fees),
        ),
        qualifying_rate=rate.percent,
        qualifying_payment=qualifying.total,
        apr=apr.total,
        apr_spread=spread.total,
        points_and_fees_percent=fees.total,
        mortgage_insurance_months=insured.lasts.total,
        ltv_rounded=values.ltv_rounded,
        cltv_rounded=values.cltv_rounded,
        hcltv_rounded=values.hcltv_rounded,
    )


def income_worksheet(earned: Earned, rents: Rentals) -> Worksheet:
    """Return the gross qualifying income of all borrowers in dollars a month; unknown if one of them is."""
    return summed("monthly_income", "dollars a month", [*earned.lines, *rents.gains] if earned.lines else [])


def _line_of(label: str, sheet: Worksheet) -> Line:
    return counted(label, sheet.total, f"see the worksheet {sheet.name}", DTI_RULE)


def _housing_lines(pitia: Worksheet, payment: Decimal | None, qualifying: Decimal | None) -> list[Line]:
    """List PITIA and, where the loan qualifies at another rate than its note's, by how much that payment differs."""
    lines = [_line_of("PITIA", pitia)]
    if payment is None or payment == qualifying:
        return lines
    more = None if qualifying is None else qualifying - payment
    return [*lines, counted("Qualifying payment above it", more, "see the worksheet qualifying_payment", DTI_RULE)]


def _owed_on_home(housing: Sequence[Line], rents: Rentals) -> list[Line]:
    if not rents.nets_subject:
        return list(housing)
    return [left_out(line.label, line.amount, "netted against this home's rent", DTI_RULE) for line in housing]


def _dti_worksheet(name: str, income: Decimal | None, obligations: Sequence[Line]) -> Worksheet:
    owed = summed(name, "percent", obligations).total
    if income is None:
        why = "Unknown: an income is not on file"
    elif income <= 0:
        why = "Undefined: there is no income to measure the obligations against"
    else:
        why = "obligations in percent of this gross income"
    share = two_places(percent_of(owed, income)) if owed is not None and income is not None and income > 0 else None
    return Worksheet(name, "percent", (*obligations, left_out("Gross monthly income", income, why, DTI_RULE)), share)
