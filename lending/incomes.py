"""What the borrowers earn each month: each source by its own rule, averaged, raised or left out, as worksheet lines."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lending.amortization import MONTHS_A_YEAR
from lending.casefile import BorrowerFacts, CaseFile, IncomeSource
from lending.rounding import cents, share_of
from lending.terms import Terms
from lending.vocabulary import IncomeKind
from lending.worksheets import Line, counted, left_out

INCOME_RULE = "Fannie Mae B3-3.1-01"
SELF_EMPLOYMENT_RULE = "Fannie Mae B3-3.5-01"
VARIABLE = (IncomeKind.OVERTIME, IncomeKind.BONUS, IncomeKind.COMMISSION)
FALLING = "falling: only the present level counts, and a person must confirm that it has settled"


@dataclass(frozen=True, slots=True)
class Monthly:
    """Dollars a month of one source (None is unknown), why so much, by whose rule, and whether its level falls."""

    amount: Decimal | None
    why: str
    citation: str
    falls: bool = False
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Earned:
    """The lines of all incomes; of them, in dollars a month, what is untaxed cash and what it was raised by."""

    lines: tuple[Line, ...]
    untaxed: Decimal
    raised: Decimal


def earned_income(case: CaseFile, terms: Terms) -> Earned:
    """Return the gross incomes of all borrowers in dollars a month, rental income aside.

    A borrower's itemised incomes replace the total that he or she stated.
    """
    lines: list[Line] = []
    untaxed = raised = Decimal(0)
    for person in case.borrowers:
        lines.extend(_stated(person))
        for source in person.incomes:
            line = _source_line(person, source, case.application_date, terms)
            lines.append(line)
            if source.nontaxable and line.included and line.amount is not None and line.amount > 0:
                more = share_of(line.amount, terms.untaxed_gross_up.value)
                lines.append(_raise_line(line, more, terms))
                untaxed, raised = untaxed + line.amount, raised + more
    return Earned(tuple(lines), untaxed, raised)


def falling_incomes(case: CaseFile, terms: Terms) -> tuple[str, ...]:
    """Return the labels of the incomes that count at a level that falls, which a person must confirm."""
    return tuple(
        _label(person, source)
        for person in case.borrowers
        for source in person.incomes
        if monthly_income(source, case.application_date, terms).falls
    )


def monthly_income(source: IncomeSource, on: date, terms: Terms) -> Monthly:
    """Return what one source brings a month on the day of the application, which stands for the note's.

    Self-employment: the mean of two returns, or the later one where it is lower. Variable pay: year to date and prior
    year over their months, or year to date alone where it is lower. Any other source: its steady amount.
    """
    lasts = int(terms.income_lasts_months.value)
    if source.ends_on is not None and source.ends_on < _months_later(on, lasts):
        why = f"it ends on {source.ends_on}, less than {lasts} months from now"
        return Monthly(source.monthly_amount, why, terms.income_lasts_months.citation, counts=False)
    if source.kind is IncomeKind.SELF_EMPLOYMENT and _has_returns(source):
        return _self_employed(source)
    if (source.kind in VARIABLE or source.monthly_amount is None) and _has_history(source):
        return _variable(source, terms)
    why = "the steady amount" if source.kind not in VARIABLE else "as stated: its history is not itemised"
    return Monthly(source.monthly_amount, why, INCOME_RULE)


def _stated(person: BorrowerFacts) -> Iterator[Line]:
    label = f"Borrower {person.position}"
    if not person.incomes:
        yield counted(label, person.monthly_income, "gross qualifying income", INCOME_RULE)
    elif person.monthly_income is not None:
        yield left_out(f"{label}: stated total", person.monthly_income, "replaced by the itemised incomes", INCOME_RULE)


def _source_line(person: BorrowerFacts, source: IncomeSource, on: date, terms: Terms) -> Line:
    told = monthly_income(source, on, terms)
    make = counted if told.counts else left_out
    return make(_label(person, source), told.amount, told.why, told.citation)


def _raise_line(line: Line, more: Decimal, terms: Terms) -> Line:
    share = terms.untaxed_gross_up
    return counted(f"{line.label}, raised", more, f"not taxed: {share.value} percent more", share.citation)


def _label(person: BorrowerFacts, source: IncomeSource) -> str:
    return f"Borrower {person.position}: {source.kind.value.replace('_', ' ')}"


def _has_returns(source: IncomeSource) -> bool:
    return source.prior_year is not None or source.year_before is not None


def _has_history(source: IncomeSource) -> bool:
    return source.year_to_date is not None or source.prior_year is not None


def _self_employed(source: IncomeSource) -> Monthly:
    later, earlier = source.prior_year, source.year_before
    if later is None or earlier is None:
        return Monthly(None, "two years' returns are needed, and one is not on file", SELF_EMPLOYMENT_RULE)
    if later >= earlier:
        why = f"the mean of two years, ${earlier:,} and ${later:,}"
        return Monthly(cents((earlier + later) / (2 * MONTHS_A_YEAR)), why, SELF_EMPLOYMENT_RULE)
    why = f"${later:,} after ${earlier:,} the year before, {FALLING}"
    return Monthly(cents(later / MONTHS_A_YEAR), why, SELF_EMPLOYMENT_RULE, falls=True)


def _variable(source: IncomeSource, terms: Terms) -> Monthly:
    rule, paid, months, prior = (
        *(terms.income_history_months.citation, source.year_to_date),
        *(source.months_to_date, source.prior_year),
    )
    if paid is None or months is None or (prior is None and months < terms.income_history_months.value):
        return Monthly(None, "its year to date, the months of it and the prior year are not all on file", rule)
    if not prior and months < terms.income_history_months.value:
        return Monthly(cents(paid / months) if months else paid, "its history is too short", rule, counts=False)
    if prior and months and paid / months < prior / MONTHS_A_YEAR:
        why = f"${paid:,} in {_plain(months)} months after ${prior:,} in the prior year, {FALLING}"
        return Monthly(cents(paid / months), why, rule, falls=True)
    span = months + (MONTHS_A_YEAR if prior else 0)
    return Monthly(cents((paid + (prior or 0)) / span), f"year to date and prior year over {_plain(span)} months", rule)


def _plain(months: Decimal) -> str:
    return f"{months.normalize():f}"


def _months_later(day: date, months: int) -> date:
    """Return the same day some months on, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
