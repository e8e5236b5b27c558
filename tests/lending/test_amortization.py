"""How a loan is paid down: to the cent, to zero, and to the same cent as a schedule written out plainly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.amortization import (
    amortize,
    balance_after,
    month_at_balance,
    monthly_payment,
    payment_steps,
    year_balance_sums,
)

some_dollars = st.integers(1, 3_000_000).map(Decimal)
rates = st.integers(0, 15_000).map(lambda thousandths: Decimal(thousandths) / 1000)


def test_payment_without_interest_is_the_amount_by_the_months() -> None:
    assert monthly_payment(Decimal(100_000), Decimal(0), 360) == Decimal("277.78")


@pytest.mark.parametrize(("months", "rate"), [(0, 6), (360, -1)])
def test_a_payment_needs_a_term_and_a_rate(months: int, rate: int) -> None:
    with pytest.raises(ValueError, match="Correct the term or the rate"):
        monthly_payment(Decimal(1), Decimal(rate), months)


@settings(max_examples=60, deadline=None)
@given(some_dollars, rates, st.integers(1, 480))
def test_payments_amortise_to_zero(principal: Decimal, rate: Decimal, months: int) -> None:
    paid = list(amortize(principal, rate, months))
    assert len(paid) == months
    assert paid[-1].balance == 0
    assert sum(instalment.principal for instalment in paid) == principal


def plain_schedule(principal: Decimal, rate: Decimal, months: int) -> list[Decimal]:
    """Return the balances in dollars after each payment, one plain step after the other, in exact fractions."""
    payment, balance, owed = monthly_payment(principal, rate, months), principal, []
    for _ in range(months - 1):
        exact = Fraction(balance) * Fraction(rate) / 1200
        interest = Decimal(int(exact * 1000)).scaleb(-3).quantize(Decimal("0.01"), ROUND_HALF_UP)
        balance = max(balance + interest - payment, Decimal(0))
        owed.append(balance)
    return [*owed, Decimal(0)]


@settings(max_examples=60, deadline=None)
@given(some_dollars, rates, st.integers(1, 480), st.integers(1, 100))
def test_every_question_to_the_schedule_agrees_with_the_plain_one(
    principal: Decimal, rate: Decimal, months: int, percent: int
) -> None:
    owed, goal = plain_schedule(principal, rate, months), principal * percent / 100
    assert [instalment.balance for instalment in amortize(principal, rate, months)] == owed
    paid = [instalment.interest + instalment.principal for instalment in amortize(principal, rate, months)]
    told = [step.amount for step in payment_steps(principal, rate, months) for _ in range(step.months)]
    assert told == paid[: len(told)]
    assert not sum(paid[len(told) :])
    first = next(month for month, balance in enumerate(owed, start=1) if balance <= goal)
    assert month_at_balance(principal, rate, months, goal) == (0 if goal >= principal else first)
    assert balance_after(principal, rate, months, months // 2) == [principal, *owed][months // 2]


def test_interest_of_exactly_half_a_cent_goes_up() -> None:
    # 0.96 x 6.25 / 1,200 = 0.005
    [first, *_] = amortize(Decimal("0.96"), Decimal("6.25"), 2)
    assert first.interest == Decimal("0.01")


@pytest.mark.parametrize(("months", "average"), [(1, "1200"), (2, "900"), (12, "650"), (24, "925")])
def test_the_first_year_averages_the_balances_before_each_payment(months: int, average: str) -> None:
    # Without interest: 1,200; 1,200 and 600; 1,200 ... 100; 1,200 ... 650 over twelve of the 24 months
    year, *later = year_balance_sums(Decimal(1_200), Decimal(0), months)
    assert year.amount / year.months == Decimal(average)
    assert len(later) == (months == 24)
