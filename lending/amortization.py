"""How a level-payment loan is paid down: exact Decimal arithmetic, rounded half-up to cents each month."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import islice

from lending.rounding import cents

MONTHS_A_YEAR = 12
WORKING_DIGITS = 50  # (1 + r)^480 keeps far more digits than a cent needs


@dataclass(frozen=True, slots=True)
class Instalment:
    """One month: interest and principal paid, and the balance left after it, all in dollars."""

    interest: Decimal
    principal: Decimal
    balance: Decimal


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
    payment = monthly_payment(principal, annual_rate_percent, months)
    rate, balance = monthly_rate(annual_rate_percent), principal
    for month in range(1, months + 1):
        interest = cents(balance * rate)
        paid = balance if month == months else min(payment - interest, balance)
        balance -= paid
        yield Instalment(interest, paid, balance)


def first_year_average_balance(principal: Decimal, annual_rate_percent: Decimal, months: int) -> Decimal:
    """Return the average balance of the first year in dollars, unrounded.

    It is the mean of the balances that stand before each of the first twelve payments, as HUD computes its premium
    (hud.gov, periodic mortgage insurance premium calculation): the original balance and the eleven after it.
    """
    standing = min(months, MONTHS_A_YEAR)
    paid = islice(amortize(principal, annual_rate_percent, months), standing - 1)
    return sum((instalment.balance for instalment in paid), principal) / standing
