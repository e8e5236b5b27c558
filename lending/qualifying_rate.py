"""The rate and payment a loan qualifies at: the note rate, or for an adjustable loan what Fannie Mae B3-6-04 asks."""

from dataclasses import dataclass
from decimal import Decimal

from lending.amortization import monthly_payment
from lending.casefile import CaseFile
from lending.terms import Terms
from lending.vocabulary import Amortization
from lending.worksheets import Worksheet, counted, left_out

RULE = "Fannie Mae B3-6-04"


@dataclass(frozen=True, slots=True)
class QualifyingRate:
    """Percent a year (None is unknown), why it is so much, and the text that asks for it."""

    percent: Decimal | None
    why: str
    citation: str = RULE


def qualifying_rate(case: CaseFile, terms: Terms, apr_spread: Decimal | None) -> QualifyingRate:
    """Return the rate that the payment is judged at. ``apr_spread``: percentage points over APOR, None if unknown.

    A short first period: the highest rate possible in the first years. A middle one: the greater of note rate plus
    first cap and fully indexed rate. A long one: the note rate, or on a higher-priced loan the fully indexed rate if
    that is greater.
    """
    note, fixed = case.note_rate, case.arm_fixed_months
    if case.amortization is not Amortization.ARM or note is None:
        return QualifyingRate(note, "the note rate")
    if fixed is None:
        return QualifyingRate(None, "the first fixed period of the adjustable rate is not on file")
    if fixed <= terms.arm_short_fixed_months.value:
        return _short(case, terms, note, fixed)
    if fixed <= terms.arm_middle_fixed_months.value:
        return _middle(case, terms, note)
    return _long(case, terms, note, apr_spread)


def qualifying_worksheet(case: CaseFile, rate: QualifyingRate, total_loan: Decimal | None) -> Worksheet:
    """Return principal and interest in dollars a month on the total loan at the qualifying rate over the term.

    Where the rate cannot be told, it is taken at the note rate, below which no loan qualifies: a limit that fails even
    so has failed, and one that passes is left to a person, since ``qualifying_rate`` stays unknown.
    """
    payment, months, known = None, case.term_months, rate.percent is not None
    used = rate.percent if known else case.note_rate
    if total_loan is not None and used is not None and months:
        payment = monthly_payment(total_loan, used, months)
    why = rate.why if known else f"Unknown: {rate.why}; at least the note rate, which is used"
    lines = (
        left_out("Qualifying rate", used, why, rate.citation, unit="percent"),
        counted("Qualifying payment", payment, f"on the total loan over {months or 'unknown'} months", rate.citation),
    )
    return Worksheet("qualifying_payment", "dollars a month", lines, payment)


def fully_indexed(case: CaseFile) -> Decimal | None:
    """Return index plus margin in percent a year; None where one is not on file."""
    index, margin = case.arm_index_rate, case.arm_margin
    return None if index is None or margin is None else index + margin


def _short(case: CaseFile, terms: Terms, note: Decimal, fixed: int) -> QualifyingRate:
    watched = int(terms.arm_highest_rate_months.value)
    rise, life = _highest_rise(case, watched - fixed), case.arm_lifetime_cap
    if rise is None or life is None:
        return QualifyingRate(None, "caps or adjustment period of the adjustable rate are not on file")
    why = f"the highest rate possible in the first {watched} months"
    return QualifyingRate(note + min(rise, life), why, terms.arm_highest_rate_months.citation)


def _highest_rise(case: CaseFile, months: int) -> Decimal | None:
    """Return by how many points the rate can rise in the months after its fixed period, the lifetime cap aside."""
    first, period, later = case.arm_first_cap, case.arm_adjustment_months, case.arm_periodic_cap
    if first is None or not period:
        return None
    more = -(-months // period) - 1  # changes after the first; one on the last day is not within the months
    if more > 0:
        return None if later is None else first + more * later
    return first


def _middle(case: CaseFile, terms: Terms, note: Decimal) -> QualifyingRate:
    indexed, cap = fully_indexed(case), case.arm_first_cap
    if indexed is None or cap is None:
        return QualifyingRate(None, "index, margin or first cap of the adjustable rate is not on file")
    why = f"the greater of note rate plus first cap, {note + cap}, and fully indexed rate, {indexed}"
    return QualifyingRate(max(note + cap, indexed), why, terms.arm_middle_fixed_months.citation)


def _long(case: CaseFile, terms: Terms, note: Decimal, apr_spread: Decimal | None) -> QualifyingRate:
    indexed, cite = fully_indexed(case), terms.arm_middle_fixed_months.citation
    if indexed is not None and indexed <= note:
        return QualifyingRate(note, f"the note rate, which the fully indexed rate of {indexed} does not pass", cite)
    if apr_spread is None:
        return QualifyingRate(None, "whether the loan is higher-priced hangs on an APR or APOR not on file", cite)
    if apr_spread < terms.higher_priced_spread.value:
        return QualifyingRate(note, f"the note rate, its first period being longer than that of {RULE}", cite)
    if indexed is None:
        return QualifyingRate(None, "index or margin of the adjustable rate is not on file", cite)
    return QualifyingRate(indexed, "the fully indexed rate, as the loan is higher-priced", cite)
