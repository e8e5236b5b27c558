"""What calls cost: to a millionth of a dollar, or unknown, never nothing by mistake."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.llm.prices import Price, prices_on

TODAY = prices_on(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("openai/gpt-4o", "0.020000"),
        ("openai/gpt-4o-2024-08-06", "0.020000"),
        ("openai/gpt-4o-mini", "0.000750"),
        ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "0.018000"),
        ("bedrock/anthropic.claude-3-haiku-20240307-v1:0", "0.001550"),
        ("compatible/anything", "0.000000"),
    ],
)
def test_a_thousand_tokens_each_way(model: str, dollars: str) -> None:
    price = TODAY.of(model)
    assert price is not None
    assert price.dollars(1_000, 1_000) == Decimal(dollars)


@pytest.mark.parametrize("model", ["openai/gpt-9", "openai/gpt-4o-audio", "bedrock/amazon.nova-pro-v1:0"])
def test_a_model_nobody_priced_has_no_price(model: str) -> None:
    assert TODAY.of(model) is None


def test_no_price_holds_before_its_day() -> None:
    assert prices_on(date(2020, 1, 1)).of("openai/gpt-4o") is None


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_tokens_never_cost_less(one: int, more: int) -> None:
    price = Price(Decimal("0.003"), Decimal("0.015"))
    assert price.dollars(one + more, one) >= price.dollars(one, one)
    assert price.dollars(one, one + more) >= price.dollars(one, one)
