"""What one run may spend: calls side by side hold what they may cost, and none passes a limit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exceptions import BudgetSpent
from agents.llm.budget import Budget, estimated_tokens
from agents.llm.prices import Price

PRICE = Price(Decimal("0.005"), Decimal("0.015"))


def test_a_call_holds_the_most_it_can_cost_until_it_is_counted() -> None:
    budget = Budget(tokens=3_000)
    with budget.hold(1_000, 1_000, PRICE) as held:
        with pytest.raises(BudgetSpent, match="3,000 tokens"), budget.hold(1_000, 1_000, PRICE):
            pass
        held.used(900, 100, PRICE)
    assert budget.tokens_spent == 1_000
    with budget.hold(1_000, 1_000, PRICE):
        assert budget.tokens_spent == 3_000


def test_a_call_that_was_never_counted_keeps_what_it_held() -> None:
    budget = Budget(dollars=Decimal("0.03"))
    with pytest.raises(TimeoutError), budget.hold(1_000, 1_000, PRICE):
        raise TimeoutError
    assert budget.dollars_spent == Decimal("0.020000")
    with pytest.raises(BudgetSpent, match=r"0\.03 dollars"), budget.hold(1_000, 1_000, PRICE):
        pass


def test_time_runs_out_for_the_run_as_a_whole() -> None:
    now = [0.0]
    budget = Budget(seconds=10, clock=lambda: now[0])
    now[0] = 4
    assert budget.seconds_left() == 6
    now[0] = 11
    with pytest.raises(BudgetSpent, match="10 seconds"), budget.hold(1, 1, None):
        pass


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 1_000)), max_size=30))
def test_no_row_of_calls_passes_a_limit(calls: list[tuple[int, int]]) -> None:
    budget = Budget(tokens=5_000, dollars=Decimal("0.02"))
    for given_in, out in calls:
        try:
            with budget.hold(given_in, out, PRICE) as held:
                held.used(given_in, out, PRICE)
        except BudgetSpent:
            continue
    assert budget.tokens_spent <= 5_000
    assert budget.dollars_spent <= Decimal("0.02")


def test_the_estimate_is_above_what_texts_usually_take() -> None:
    assert estimated_tokens("The back-end debt-to-income ratio is 36.42 percent.") > 12
