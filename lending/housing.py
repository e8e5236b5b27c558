"""What the home costs a month: the financed fee, the payment and PITIA, each as a worksheet."""

from decimal import Decimal

from lending.amortization import monthly_payment
from lending.casefile import CaseFile
from lending.rounding import cents, whole_dollars_down
from lending.terms import Charges
from lending.vocabulary import Program
from lending.worksheets import Line, Worksheet, counted, left_out, summed

PITIA_RULE = "Fannie Mae B3-6-03"


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


def pitia_worksheet(case: CaseFile, payment: Decimal | None, insurance: Decimal | None) -> Worksheet:
    """Return PITIA in dollars a month: every line rounded half-up to cents, so that the sheet adds up as it reads."""
    home = case.home
    lines = [
        counted("Principal and interest", payment, "on the total loan", PITIA_RULE),
        counted("Property tax", _monthly(home.annual_property_tax), "a twelfth of the year's tax", PITIA_RULE),
        counted("Hazard insurance", _monthly(home.annual_hazard_insurance), "a twelfth of the premium", PITIA_RULE),
        _flood_line(case),
        counted("Association dues", home.monthly_hoa, "dollars a month", PITIA_RULE),
        _where_owed("Ground rent", home.monthly_ground_rent),
        _where_owed("Special assessments", home.monthly_assessments),
        counted("Mortgage insurance", insurance, "dollars a month", PITIA_RULE),
        counted("Subordinate liens", case.subordinate_payment, "payment on liens that stay", PITIA_RULE),
    ]
    return summed("pitia", "dollars a month", lines)


def _where_owed(label: str, amount: Decimal | None) -> Line:
    """Return the line of a cost that few homes have: nothing on file about it means that it is not owed."""
    if amount is None:
        return left_out(label, None, "none is on file", PITIA_RULE)
    return counted(label, amount, "dollars a month", PITIA_RULE)


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
