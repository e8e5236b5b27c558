"""How a level-payment loan is paid down, rounded half-up to cents each month.

The schedule is worked in whole cents and an exact fraction of a rate, so that no half cent is lost to a decimal cut.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from lending.rounding import cents

MONTHS_A_YEAR = 12
WORKING_DIGITS = 50  # (1 + r)^480 keeps far more digits than a cent needs
SCHEDULES_KEPT = 256  # a schedule of 30 years takes about 12 kB


@dataclass(frozen=True, slots=True)
class Instalment:
    """One month: interest and principal paid, and the balance left after it, all in dollars."""

    interest: Decimal
    principal: Decimal
    balance: Decimal


class Step(NamedTuple):
    """So many months at the same amount, dollars a month."""

    months: int
    amount: Decimal


@lru_cache(maxsize=SCHEDULES_KEPT)
def monthly_payment(principal: Decimal, annual_rate_percent: Decimal, months: int) -> Decimal:
    """Return the level payment, dollars a month: P r / (1 - (1 + r)^-n), or P / n at no interest; half-up to cents.

    ``principal`` in dollars, ``annual_rate_percent`` such as 6.375, ``months`` at least 1; else ValueError.
    """
    if months < 1 or principal < 0 or annual_rate_percent < 0:
        raise ValueError(
            f"A payment needs at least one month and no negative amount, but got {months} months at "
            f"{annual_rate_percent} percent. Correct the term or the rate."
        )
    with localcontext() as context:
        context.prec = WORKING_DIGITS
        rate = monthly_rate(annual_rate_percent)
        exact = principal / months if rate == 0 else principal * rate / (1 - (1 + rate) ** -months)
    return cents(exact)


def monthly_rate(annual_rate_percent: Decimal) -> Decimal:
    """Return the rate of one month as a fraction: 6 percent a year is 0.005."""
    return annual_rate_percent / 100 / MONTHS_A_YEAR


def amortize(principal: Decimal, annual_rate_percent: Decimal, months: int) -> Iterator[Instalment]:
    """Yield every month of the loan. The last payment takes whatever the rounding left, so the balance ends at zero."""
    numerator, denominator = _monthly_fraction(annual_rate_percent)
    before = _in_cents(principal)
    for after in _balances(before, annual_rate_percent, months):
        interest = _half_up(before * numerator, denominator)
        yield Instalment(_in_dollars(interest), _in_dollars(before - after), _in_dollars(after))
        before = after


def balance_after(principal: Decimal, annual_rate_percent: Decimal, months: int, paid: int) -> Decimal:
    """Return the dollars owed after ``paid`` of the loan's ``months`` payments."""
    if paid == 0:
        return cents(principal)
    return _in_dollars(_balances(_in_cents(principal), annual_rate_percent, months)[paid - 1])


def month_at_balance(principal: Decimal, annual_rate_percent: Decimal, months: int, balance: Decimal) -> int:
    """Return after which payment no more than ``balance`` dollars are owed by the schedule; 0: from the start."""
    if principal <= balance:
        return 0
    owed = _balances(_in_cents(principal), annual_rate_percent, months)
    return bisect_left(owed, -balance * 100, key=lambda left: Decimal(-left)) + 1


def payment_steps(principal: Decimal, annual_rate_percent: Decimal, months: int) -> tuple[Step, ...]:
    """Return what is paid on the loan: the level payment, and the last one, which takes what the rounding left.

    On a loan of a few dollars the rounding can pay it off before its ``months`` are over.
    """
    level = monthly_payment(principal, annual_rate_percent, months)
    count = month_at_balance(principal, annual_rate_percent, months, Decimal(0))
    owed = balance_after(principal, annual_rate_percent, months, count - 1)
    numerator, denominator = _monthly_fraction(annual_rate_percent)
    last = Step(1, owed + _in_dollars(_half_up(_in_cents(owed) * numerator, denominator)))
    return (Step(count - 1, level), last) if count > 1 else (last,)


def year_balance_sums(principal: Decimal, annual_rate_percent: Decimal, months: int) -> tuple[Step, ...]:
    """Return for each year its months and the sum in dollars of the balances before each of its payments.

    The sum by the months is the average balance of the year, as HUD computes its premium (hud.gov, periodic mortgage
    insurance premium calculation).
    """
    before = (_in_cents(principal), *_balances(_in_cents(principal), annual_rate_percent, months)[:-1])
    years = [before[start : start + MONTHS_A_YEAR] for start in range(0, months, MONTHS_A_YEAR)]
    return tuple(Step(len(year), _in_dollars(sum(year))) for year in years)


@lru_cache(maxsize=SCHEDULES_KEPT)
def _balances(principal: int, annual_rate_percent: Decimal, months: int) -> tuple[int, ...]:
    """Return the cents owed after each payment of a loan of ``principal`` cents."""
    payment = _in_cents(monthly_payment(_in_dollars(principal), annual_rate_percent, months))
    numerator, denominator = _monthly_fraction(annual_rate_percent)
    twice_up, twice_down, balance, owed = 2 * numerator, 2 * denominator, principal, []
    for _ in range(months - 1):
        balance += (balance * twice_up + denominator) // twice_down - payment
        if balance <= 0:
            break
        owed.append(balance)
    return (*owed, *[0] * (months - len(owed)))


def _monthly_fraction(annual_rate_percent: Decimal) -> tuple[int, int]:
    numerator, denominator = annual_rate_percent.as_integer_ratio()
    return numerator, denominator * 100 * MONTHS_A_YEAR


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)


def _in_cents(dollars: Decimal) -> int:
    return int(cents(dollars) * 100)


def _in_dollars(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)
