"""What a case cannot be computed without. Pure."""

from collections.abc import Iterator

from lending.casefile import BorrowerFacts, CaseFile
from lending.vocabulary import Program, Purpose


def missing_facts(case: CaseFile) -> tuple[str, ...]:
    """Return what payment, PITIA, DTI and LTV cannot do without, named as the CSV columns name it.

    Other blanks leave single rules unknown. A missing flood premium is not among them: first compliance must say
    whether the home can be insured at all.
    """
    return tuple(_missing(case))


def _missing(case: CaseFile) -> Iterator[str]:
    home = case.home
    needed: dict[str, object] = {
        "loan_amount": case.loan_amount,
        "occupancy": case.occupancy,
        "term_months": case.term_months,
        "note_rate": case.note_rate,
        "appraised_value": home.appraised_value,
        "annual_property_tax": home.annual_property_tax,
        "annual_hazard_insurance": home.annual_hazard_insurance,
        "monthly_hoa": home.monthly_hoa,
        "subordinate_payment": case.subordinate_payment,
    }
    if case.purpose is Purpose.PURCHASE:
        needed["purchase_price"] = home.purchase_price
    if case.program is Program.VA:
        needed["va_use"] = case.va_use  # without it the funding fee, and with it the payment, is unknown
    yield from sorted(name for name, value in needed.items() if value is None)
    if not case.borrowers:
        yield from ("b1_monthly_income", "b1_monthly_debts")
    for borrower in case.borrowers:
        yield from _missing_of(borrower)


def _missing_of(borrower: BorrowerFacts) -> Iterator[str]:
    if borrower.monthly_income is None and not borrower.incomes:
        yield f"b{borrower.position}_monthly_income"
    if borrower.monthly_debts is None and not borrower.debts:
        yield f"b{borrower.position}_monthly_debts"
