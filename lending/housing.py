"""What the home costs a month: the financed fee, the payment, mortgage insurance and PITIA, each as a worksheet."""

from dataclasses import dataclass
from decimal import Decimal

from lending.amortization import first_year_average_balance, monthly_payment
from lending.casefile import CaseFile
from lending.rounding import cents, whole_dollars_down
from lending.valuation import loan_to_values
from lending.vocabulary import Program
from lending.worksheets import Line, Worksheet, counted, left_out, summed

PITIA_RULE = "Fannie Mae B3-6-03"
INSURED_ABOVE = Decimal(
    80
)  # percent of value, as the agencies round it; at or below it no conventional loan is insured


@dataclass(frozen=True, slots=True)
class Charges:
    """The dated rates a program adds, as found in the rulebook; None is unknown, zero is none.

    ``financed_fee_percent``: of the base loan (UFMIP, VA funding fee, USDA guarantee fee). ``annual_mi_percent``: of
    the loan balance a year. ``residual_*``: VA only, percent of gross income and dollars a square foot a month.
    """

    financed_fee_percent: Decimal | None
    fee_citation: str
    annual_mi_percent: Decimal | None
    mi_citation: str
    residual_tax_percent: Decimal | None = None
    residual_upkeep_per_square_foot: Decimal | None = None


def in_flood_zone(zone: str | None) -> bool | None:
    """Return whether a FEMA zone is a special flood hazard area (it starts with A or V); None when it is unknown."""
    return zone.strip().upper().startswith(("A", "V")) if zone and zone.strip() else None


def loan_worksheet(case: CaseFile, charges: Charges) -> Worksheet:
    """Return the total loan in dollars: the base loan and the fee financed on top of it.

    FHA drops the cents of its premium; VA's and USDA's fees are rounded half-up to cents.
    """
    base, percent = case.loan_amount, charges.financed_fee_percent
    fee = None
    if base is not None and percent is not None:
        exact = base * percent / 100
        fee = whole_dollars_down(exact) if case.program is Program.FHA else cents(exact)
    why = f"{percent} percent of the base loan" if percent is not None else "the fee's rate is not known"
    return summed(
        "total_loan_amount",
        "dollars",
        [counted("Base loan amount", base, "as asked for"), counted("Financed fee", fee, why, charges.fee_citation)],
    )


def payment_worksheet(case: CaseFile, total_loan: Decimal | None) -> Worksheet:
    """Return principal and interest in dollars a month on the total loan, at the note rate over the term."""
    rate, months, payment = case.note_rate, case.term_months, None
    if total_loan is not None and rate is not None and months:
        payment = monthly_payment(total_loan, rate, months)
    terms = f"{rate if rate is not None else 'unknown'} percent a year over {months or 'unknown'} months"
    lines = (left_out("Total loan amount", total_loan, terms), counted("Principal and interest", payment, terms))
    return Worksheet("principal_and_interest", "dollars a month", lines, payment)


def insurance_worksheet(case: CaseFile, charges: Charges, total_loan: Decimal | None) -> Worksheet:
    """Return mortgage insurance in dollars a month.

    Conventional and jumbo: percent of the base loan, only above 80 percent LTV. FHA: of the first year's average
    balance of the base loan, USDA: of the total loan. VA: none.
    """
    line = _insurance_line(case, charges, total_loan)
    return summed("mortgage_insurance", "dollars a month", [line])


def _insurance_line(case: CaseFile, charges: Charges, total_loan: Decimal | None) -> Line:
    label, percent = "Mortgage insurance", charges.annual_mi_percent
    match case.program:
        case Program.VA:
            return counted(label, cents(Decimal(0)), "VA guarantees the loan; there is no monthly premium")
        case Program.FHA | Program.USDA:
            basis = case.loan_amount if case.program is Program.FHA else total_loan
            premium = _premium(_average_balance(case, basis), percent)
            why = f"{_shown(percent)} percent a year of the first year's average balance"
        case _:
            ltv = loan_to_values(case).ltv_rounded
            if ltv is not None and ltv <= INSURED_ABOVE:
                return counted(label, cents(Decimal(0)), f"none at {INSURED_ABOVE} percent of the value or less")
            premium = _premium(case.loan_amount, percent) if ltv is not None else None
            why = f"{_shown(percent)} percent a year of the base loan, above {INSURED_ABOVE} percent of the value"
    return counted(label, premium, why, charges.mi_citation)


def _average_balance(case: CaseFile, principal: Decimal | None) -> Decimal | None:
    if principal is None or case.note_rate is None or not case.term_months:
        return None
    return first_year_average_balance(principal, case.note_rate, case.term_months)


def _premium(balance: Decimal | None, annual_percent: Decimal | None) -> Decimal | None:
    return None if balance is None or annual_percent is None else cents(balance * annual_percent / 100 / 12)


def _shown(percent: Decimal | None) -> str:
    return "unknown" if percent is None else str(percent)


def pitia_worksheet(case: CaseFile, payment: Decimal | None, insurance: Decimal | None) -> Worksheet:
    """Return PITIA in dollars a month: every line rounded half-up to cents, so that the sheet adds up as it reads."""
    home = case.home
    lines = [
        counted("Principal and interest", payment, "on the total loan", PITIA_RULE),
        counted("Property tax", _monthly(home.annual_property_tax), "a twelfth of the year's tax", PITIA_RULE),
        counted("Hazard insurance", _monthly(home.annual_hazard_insurance), "a twelfth of the premium", PITIA_RULE),
        _flood_line(case),
        counted("Association dues", home.monthly_hoa, "dollars a month", PITIA_RULE),
        counted("Mortgage insurance", insurance, "dollars a month", PITIA_RULE),
        counted("Subordinate liens", case.subordinate_payment, "payment on liens that stay", PITIA_RULE),
    ]
    return summed("pitia", "dollars a month", lines)


def _flood_line(case: CaseFile) -> Line:
    premium, inside = _monthly(case.home.annual_flood_insurance), in_flood_zone(case.home.flood_zone)
    if inside:
        return counted("Flood insurance", premium, "required in a zone that starts with A or V", "Fannie Mae B7-3-06")
    if premium is not None:
        return counted("Flood insurance", premium, "a twelfth of the premium", PITIA_RULE)
    if inside is None:
        return counted("Flood insurance", None, "neither the flood zone nor a premium is on file", PITIA_RULE)
    return left_out("Flood insurance", None, "none is held, and none is required outside zones A and V", PITIA_RULE)


def _monthly(annual: Decimal | None) -> Decimal | None:
    return None if annual is None else cents(annual / 12)
