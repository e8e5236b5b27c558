"""The dated numbers that arithmetic reads, each with the text it comes from. Filled from the rulebook by the engine."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Term:
    """One dated number, in the unit of the field that holds it, and the text it comes from."""

    value: Decimal
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a program's arithmetic turns on, on one day. Percent, percentage points, months or a count, as said.

    A field that is None has no such term in the program.
    """

    # Mortgage insurance: percent of value, months
    insured_above_ltv: Term
    insurance_ends_at_ltv: Term
    insurance_request_at_ltv: Term
    short_premium_ltv: Term
    short_premium_months: Term
    # Debts: months, percent of gross income, of the balance, and of the balance a year
    debt_ends_soon_months: Term
    ending_debt_income_share: Term | None = None
    revolving_payment_share: Term
    student_loan_year_share: Term
    # Incomes: percent of rent and of untaxed income, months
    rent_share: Term
    untaxed_gross_up: Term
    income_lasts_months: Term
    income_history_months: Term
    # Adjustable rates: months of the first fixed period, months watched, percentage points over APOR
    arm_short_fixed_months: Term
    arm_middle_fixed_months: Term
    arm_highest_rate_months: Term
    higher_priced_spread: Term
    # Reserves for other financed homes: percent of what is owed on them, and up to how many homes it holds
    other_homes_few: Term
    other_homes_few_share: Term
    other_homes_some: Term
    other_homes_some_share: Term
    other_homes_many: Term
    other_homes_many_share: Term
    # Contributions of interested parties: percent of price or value; the bounds are rounded combined loan-to-values
    contribution_high_above: Term
    contribution_high_share: Term
    contribution_middle_above: Term
    contribution_middle_share: Term
    contribution_low_share: Term
    contribution_investment_share: Term


@dataclass(frozen=True, slots=True)
class Charges:
    """What a program adds to a loan on its day, as found in the rulebook; None is unknown, zero is none.

    ``financed_fee_percent``: of the base loan (UFMIP, VA funding fee, USDA guarantee fee). ``annual_mi_percent``: of
    the loan balance a year. ``residual_*``: VA only, percent of gross income and dollars a square foot a month.
    """

    terms: Terms
    financed_fee_percent: Decimal | None
    fee_citation: str
    annual_mi_percent: Decimal | None
    mi_citation: str
    residual_tax_percent: Decimal | None = None
    residual_upkeep_per_square_foot: Decimal | None = None
