"""The annual percentage rate by the actuarial method of 12 CFR 1026 appendix J, and what it is measured against."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from lending.amortization import MONTHS_A_YEAR, SCHEDULES_KEPT, Step, balance_after, monthly_payment, payment_steps
from lending.casefile import CaseFile
from lending.qualifying_rate import fully_indexed
from lending.rounding import negative, percent_of, three_places, three_places_up
from lending.vocabulary import Amortization
from lending.worksheets import Line, Worksheet, counted, left_out, total_of

RULE = "12 CFR 1026 appendix J"
FEES_RULE = "12 CFR 1026.32(b)"
NEARBY = Decimal("1e-9")  # a monthly rate this far away starts the secant
EXACT = Decimal("1e-9")  # a step of the secant as short leaves an error far below a thousandth of a percent
TRIES = 200


def apr_worksheet(
    case: CaseFile, total_loan: Decimal | None, fee: Decimal | None, premiums: Sequence[Step] | None
) -> Worksheet:
    """Return the APR in percent, half-up to three decimals.

    Amount financed: the total loan less the ``fee`` financed in it and the other finance charges, in dollars.
    Payments: one a month from the first month on, ``premiums`` of mortgage insurance as long as they last.
    """
    lines = _amount_financed(case, total_loan, fee)
    amount = total_of(lines)
    if amount is None:
        return Worksheet("apr", "percent", tuple(lines), None)
    payments = loan_payments(case, total_loan)
    if amount <= 0:
        return _without_apr(lines, "the charges leave nothing of the loan")
    if payments is None:
        return _without_apr(lines, "the terms of the payments are not all on file")
    if premiums is None:
        return _without_apr(lines, "the premium of mortgage insurance, or how long it is paid, is not known")
    paid = together(payments, premiums)
    in_all = left_out("Payments", sum((step.months * step.amount for step in paid), Decimal(0)), "in all", RULE)
    apr = annual_percentage_rate(amount, paid, case.note_rate or Decimal(0))
    return Worksheet("apr", "percent", (*lines, in_all), apr)


def _without_apr(lines: Sequence[Line], why: str) -> Worksheet:
    return Worksheet("apr", "percent", (*lines, left_out("Payments", None, f"Unknown: {why}", RULE)), None)


def _amount_financed(case: CaseFile, total_loan: Decimal | None, fee: Decimal | None) -> list[Line]:
    return [
        counted("Total loan amount", total_loan, "see the worksheet total_loan_amount", RULE),
        counted("Financed fee", negative(fee), "a finance charge as well", "12 CFR 1026.4(b)(5)"),
        counted("Prepaid finance charges", negative(case.finance_charges), "points and fees of the APR", RULE),
    ]


@lru_cache(maxsize=SCHEDULES_KEPT)
def annual_percentage_rate(amount: Decimal, payments: tuple[Step, ...], near_percent: Decimal) -> Decimal:
    """Return the rate in percent a year, half-up to three decimals, at which the payments are worth ``amount`` dollars.

    The secant method from ``near_percent``. ArithmeticError if it finds no rate, as for an amount of zero or below.
    """
    before = near_percent / 100 / MONTHS_A_YEAR
    rate, worth_before = before + NEARBY, present_value(payments, before)
    for _ in range(TRIES):
        worth = present_value(payments, rate)
        if worth == worth_before:
            break
        step = (worth - amount) * (rate - before) / (worth_before - worth)
        before, worth_before, rate = rate, worth, rate + step
        if abs(step) < EXACT:
            return three_places(rate * 100 * MONTHS_A_YEAR)
    raise ArithmeticError(f"No rate makes the payments worth {amount} dollars. Correct the finance charges.")


def present_value(payments: Sequence[Step], monthly_rate: Decimal) -> Decimal:
    """Return what the payments are worth today, in dollars, at a rate a month such as 0.005; one is due each month."""
    worth, factors = Decimal(0), dict[int, tuple[Decimal, Decimal]]()
    for step in reversed(payments):
        if step.months not in factors:
            discount = (1 + monthly_rate) ** -step.months
            factors[step.months] = discount, (1 - discount) / monthly_rate if monthly_rate else Decimal(step.months)
        discount, annuity = factors[step.months]
        worth = worth * discount + annuity * step.amount
    return worth


def together(payments: Sequence[Step], premiums: Sequence[Step]) -> tuple[Step, ...]:
    """Return what is paid each month in all; premiums may end before the payments do, never after."""
    steps, waiting, insured, premium = [], iter(premiums), 0, Decimal(0)
    for months, amount in payments:
        left = months
        while left:
            if not insured:
                insured, premium = next(waiting, Step(left, Decimal(0)))
            part = min(left, insured)
            steps.append(Step(part, amount + premium))
            left, insured = left - part, insured - part
    return tuple(steps)


def loan_payments(case: CaseFile, total_loan: Decimal | None) -> tuple[Step, ...] | None:
    """Return principal and interest month by month; None where a term of the loan is unknown.

    An adjustable loan keeps its index: after the fixed period the rate moves to the fully indexed one as fast and as
    far as its caps allow (comment 17(c)(1)-10).
    """
    rate, months = case.note_rate, case.term_months
    if total_loan is None or rate is None or not months:
        return None
    if case.amortization is Amortization.ARM:
        return _adjustable(case, total_loan, rate, months)
    return payment_steps(total_loan, rate, months)


def _adjustable(case: CaseFile, total_loan: Decimal, rate: Decimal, months: int) -> tuple[Step, ...] | None:
    indexed, fixed, period = fully_indexed(case), case.arm_fixed_months, case.arm_adjustment_months
    first, later, life = case.arm_first_cap, case.arm_periodic_cap, case.arm_lifetime_cap
    if indexed is None or not fixed or not period or first is None or later is None or life is None:
        return None
    goal, cap, span = max(min(indexed, rate + life), Decimal(0)), first, fixed
    steps, owed = [], total_loan
    while span < months and rate != goal:
        steps.append(Step(span, monthly_payment(owed, rate, months)))
        owed, months = balance_after(owed, rate, months, span), months - span
        rate, cap, span = max(rate - cap, min(rate + cap, goal)), later, period
    return (*steps, *payment_steps(owed, rate, months))


def spread_worksheet(case: CaseFile, apr: Decimal | None) -> Worksheet:
    """Return the APR less the average prime offer rate, in percentage points with three decimals."""
    apor = case.apor
    lines = (
        counted("APR", apr, "see the worksheet apr", RULE, unit="percent"),
        counted("APOR", negative(apor), "of the lock day and a like loan", "12 CFR 1026.35(a)(2)", unit="percent"),
    )
    spread = total_of(lines)
    return Worksheet("apr_spread", "percent", lines, None if spread is None else three_places(spread))


def fees_worksheet(case: CaseFile) -> Worksheet:
    """Return points and fees in percent of the total loan amount, any rest beyond three decimals going up.

    The total loan amount of 12 CFR 1026.32(b)(4) is the amount financed: here the base loan less the finance charges.
    """
    lines = [
        counted("Base loan amount", case.loan_amount, "without financed fees, which are finance charges", FEES_RULE),
        counted("Prepaid finance charges", negative(case.finance_charges), "not financed", FEES_RULE),
    ]
    amount, fees = total_of(lines), case.points_and_fees
    share = three_places_up(percent_of(fees, amount)) if fees is not None and amount and amount > 0 else None
    why = "in percent of what is left" if fees is not None else "Unknown: points and fees are not on file"
    lines.append(left_out("Points and fees", fees, why, FEES_RULE))
    return Worksheet("points_and_fees_percent", "percent", tuple(lines), share)
