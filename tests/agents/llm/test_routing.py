"""Who serves which agent, and who takes over, by which providers have a key and which may have personal data."""

from typing import Any

import pytest

from agents.llm.routing import TEMPLATE, Routes, choose

WISHES = {"intake": ("bedrock/b", "compatible/c"), "policy": ("openai/o", "bedrock/b"), "ratio": ("compatible/c",)}
PII = {"pii_agents": ("intake",), "pii_providers": ("bedrock",)}


@pytest.mark.parametrize(
    ("usable", "intake", "policy"),
    [
        ([], (TEMPLATE, TEMPLATE), (TEMPLATE, TEMPLATE)),
        (["openai"], (TEMPLATE, TEMPLATE), ("openai/o", TEMPLATE)),
        (["compatible"], (TEMPLATE, TEMPLATE), (TEMPLATE, TEMPLATE)),
        (["openai", "bedrock"], ("bedrock/b", TEMPLATE), ("openai/o", "bedrock/b")),
    ],
)
def test_an_agent_gets_its_first_wish_that_is_usable_and_allowed(
    usable: list[str], intake: tuple[str, str], policy: tuple[str, str]
) -> None:
    chosen = choose(WISHES, usable=usable, **PII)
    assert (chosen["intake"], chosen["policy"]) == (intake, policy)


def routes(**fallbacks: str) -> Routes:
    models: dict[str, Any] = {"intake": "bedrock/b", "policy": "openai/o"}
    return Routes(models, frozenset({"intake"}), frozenset({"bedrock"}), fallbacks)


def test_what_takes_over_is_another_model_that_may_have_the_data() -> None:
    assert routes(policy="bedrock/b").fallback_for("policy") == "bedrock/b"
    assert routes(policy="openai/o").fallback_for("policy") is None
    assert routes().fallback_for("policy") is None


def test_nothing_takes_over_that_may_not_have_personal_data() -> None:
    assert routes(intake="openai/o").fallback_for("intake") is None
    assert routes(intake="openai/o").fallback_leak("intake") == "openai"
