"""Mortgage insurance: the premium now, the month it ends and why, and what is paid year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from lending.amortization import MONTHS_A_YEAR, SCHEDULES_KEPT, Step, month_at_balance, year_balance_sums
from lending.casefile import CaseFile
from lending.rounding import cents
from lending.terms import Charges, Terms
from lending.valuation import LoanToValues, original_value
from lending.vocabulary import Occupancy, Program
from lending.worksheets import Line, Worksheet, counted, left_out, summed

LABEL = "Mortgage insurance"
PROTECTION_ACT = "12 USC 4901-4902"
ANNUAL_FEE = "USDA HB-1-3555 chapter 16"


@dataclass(frozen=True, slots=True)
class MortgageInsurance:
    """What insurance costs: ``premium`` in dollars a month now, ``lasts`` in months, ``paid`` in dollars in all.

    ``steps`` holds the premiums from the first month to the last; None where premium or end is unknown.
    """

    premium: Worksheet
    lasts: Worksheet
    paid: Worksheet
    steps: tuple[Step, ...] | None


def mortgage_insurance(
    case: CaseFile, charges: Charges, values: LoanToValues, total_loan: Decimal | None
) -> MortgageInsurance:
    """Return the insurance of a case.

    Conventional and jumbo: percent of the base loan, only above the loan-to-value that needs it, until the schedule
    ends it. FHA: of the year's average balance of the base loan, USDA: of the total loan, each year. VA: none.
    """
    line = _premium_line(case, charges, values, total_loan)
    premium = summed("mortgage_insurance", "dollars a month", [line])
    lasts = _lasting(case, charges.terms, values, premium.total)
    steps = _steps(case, charges, premium.total, lasts.total, total_loan)
    return MortgageInsurance(premium, lasts, _paid_worksheet(steps), steps)


def premium_in_month(steps: Sequence[Step], month: int) -> Decimal:
    """Return the premium of one month in dollars, the first being month 1; zero once the premiums have ended."""
    if month < 1:
        raise ValueError(f"Month {month} lies before the first payment. Ask for month 1 or later.")
    for step in steps:
        if month <= step.months:
            return step.amount
        month -= step.months
    return Decimal(0)


def _premium_line(case: CaseFile, charges: Charges, values: LoanToValues, total_loan: Decimal | None) -> Line:
    percent = charges.annual_mi_percent
    match case.program:
        case Program.VA:
            return counted(LABEL, cents(Decimal(0)), "VA guarantees the loan; there is no monthly premium")
        case Program.FHA | Program.USDA:
            yearly = _yearly_premiums(case, percent, total_loan)
            premium = yearly[0].amount if yearly else None
            why = f"{_shown(percent)} percent a year of the first year's average balance"
        case _:
            bound, ltv = charges.terms.insured_above_ltv, values.ltv_rounded
            if ltv is not None and ltv <= bound.value:
                return counted(LABEL, cents(Decimal(0)), f"none at {bound.value} percent of the value or less")
            premium = _of_base_loan(case.loan_amount, percent) if ltv is not None else None
            why = f"{_shown(percent)} percent a year of the base loan, above {bound.value} percent of the value"
    return counted(LABEL, premium, why, charges.mi_citation)


def _of_base_loan(loan: Decimal | None, percent: Decimal | None) -> Decimal | None:
    return None if loan is None or percent is None else cents(loan * percent / 100 / MONTHS_A_YEAR)


def _yearly_premiums(case: CaseFile, percent: Decimal | None, total_loan: Decimal | None) -> tuple[Step, ...] | None:
    """Return FHA's or USDA's premium of each year of the term, dollars a month; it falls with the balance."""
    basis = case.loan_amount if case.program is Program.FHA else total_loan
    if basis is None or percent is None or case.note_rate is None or not case.term_months:
        return None
    return _stepping_down(basis, case.note_rate, case.term_months, percent)


@lru_cache(maxsize=SCHEDULES_KEPT)
def _stepping_down(basis: Decimal, rate: Decimal, months: int, percent: Decimal) -> tuple[Step, ...]:
    return tuple(
        Step(year.months, cents(year.amount * percent / (100 * MONTHS_A_YEAR * year.months)))
        for year in year_balance_sums(basis, rate, months)
    )


def _lasting(case: CaseFile, terms: Terms, values: LoanToValues, premium: Decimal | None) -> Worksheet:
    """Return for how many months the premium is paid, with the dates that could end it."""
    name, unit, term = "mortgage_insurance_months", "months", case.term_months
    if premium == 0:
        return summed(name, unit, [counted("No premium", Decimal(0), "nothing is insured", unit=unit)])
    if not term:
        return summed(name, unit, [counted("Term", None, "the term is not on file", unit=unit)])
    match case.program:
        case Program.FHA:
            return summed(name, unit, [_fha_end(terms, values.ltv, term)])
        case Program.USDA:
            why = "the annual fee is owed as long as the loan"
            return summed(name, unit, [counted("Whole term", Decimal(term), why, ANNUAL_FEE, unit)])
        case _:
            return summed(name, unit, _conventional_ends(case, terms, term))


def _fha_end(terms: Terms, ltv: Decimal | None, term: int) -> Line:
    bound, short = terms.short_premium_ltv, terms.short_premium_months
    if ltv is None:
        return counted("Premium ends", None, "it hangs on the original loan-to-value", bound.citation, "months")
    if ltv > bound.value:
        why = f"the whole term, as the original loan-to-value is above {bound.value} percent"
        return counted("Whole term", Decimal(term), why, bound.citation, "months")
    why = f"the original loan-to-value is no more than {bound.value} percent"
    return counted("Premium ends", min(short.value, Decimal(term)), why, short.citation, "months")


def _conventional_ends(case: CaseFile, terms: Terms, term: int) -> list[Line]:
    """List what may end a conventional premium: the one that comes first counts."""
    loan, rate, value = case.loan_amount, case.note_rate, original_value(case)
    if case.occupancy is not Occupancy.PRIMARY or case.home.units != 1:
        why = "the law sets an end for one-unit principal residences only; the insurer's own is not on file"
        return [counted("Premium ends", None, why, PROTECTION_ACT, "months")]
    if loan is None or rate is None or value is None:
        return [counted("Premium ends", None, "loan, rate or value is not on file", PROTECTION_ACT, "months")]
    by_schedule, on_request = (
        Decimal(month_at_balance(loan, rate, term, value * bound.value / 100))
        for bound in (terms.insurance_ends_at_ltv, terms.insurance_request_at_ltv)
    )
    middle = Decimal((term + 1) // 2)
    make = (counted, left_out) if by_schedule <= middle else (left_out, counted)
    ends, asks = terms.insurance_ends_at_ltv, terms.insurance_request_at_ltv
    schedule = f"the schedule reaches {ends.value} percent of the original value of ${value:,}"
    request = f"from here, at {asks.value} percent, the borrower may ask for the end"
    return [
        left_out("On request", min(on_request, middle), request, asks.citation, "months"),
        make[0]("By the schedule", by_schedule, schedule, ends.citation, "months"),
        make[1]("Midpoint of the term", middle, "the last month at the latest", PROTECTION_ACT, "months"),
    ]


def _steps(
    case: CaseFile, charges: Charges, premium: Decimal | None, months: Decimal | None, total_loan: Decimal | None
) -> tuple[Step, ...] | None:
    if premium is None or months is None:
        return None
    if case.program not in (Program.FHA, Program.USDA) or not premium:
        return (Step(int(months), premium),) if premium and months else ()
    left, steps = int(months), []
    for year in _yearly_premiums(case, charges.annual_mi_percent, total_loan) or ():
        steps.append(Step(min(year.months, left), year.amount))
        left -= year.months
        if left <= 0:
            break
    return tuple(steps)


@lru_cache(maxsize=SCHEDULES_KEPT)
def _paid_worksheet(steps: tuple[Step, ...] | None) -> Worksheet:
    """Return what the premiums come to over their months, in dollars: a line for each amount that is paid."""
    if steps is None:
        lines = [counted("Premiums", None, "premium or months are not known")]
        return summed("mortgage_insurance_in_all", "dollars", lines)
    lines, first = [], 1
    for step in steps:
        last = first + step.months - 1
        why = f"{step.months} premiums of ${step.amount}"
        lines.append(counted(f"Months {first} to {last}", step.months * step.amount, why))
        first = last + 1
    return summed("mortgage_insurance_in_all", "dollars", lines or [counted("No premium", cents(Decimal(0)), "none")])


def _shown(percent: Decimal | None) -> str:
    return "unknown" if percent is None else str(percent)
