"""Configurations that the program refuses to start with."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from agents import checks


def found(settings: Settings, **models: str) -> list[str | None]:
    """Return the ids of what the checks of this app say with these models."""
    settings.AGENT_MODELS = {**dict.fromkeys(settings.AGENT_MODELS, "template"), **models}
    each = (checks.personal_data_stays_with_allowed_providers, checks.models_have_a_provider_that_can_be_called)
    return [message.id for check in each for message in check(None)]


def test_the_default_configuration_is_clean() -> None:
    assert [message for message in run_checks() if (message.id or "").startswith("agents.")] == []


@pytest.mark.parametrize("agent", ["intake", "compliance", "audit"])
def test_personal_data_may_not_go_to_a_provider_that_is_not_listed(settings: Settings, agent: str) -> None:
    settings.OPENAI_API_KEY = "key"
    assert found(settings, **{agent: "openai/some-model"}) == ["agents.E001"]
    settings.PII_PROVIDERS = ["openai"]
    assert found(settings, **{agent: "openai/some-model"}) == []


def test_agents_without_personal_data_may_use_any_provider(settings: Settings) -> None:
    settings.OPENAI_API_KEY, settings.BEDROCK_REGION = "key", "us-east-1"
    assert found(settings, ratio="openai/some-model", policy="bedrock/some-model") == []


@pytest.mark.parametrize("model", ["gpt", "openai/", "somebody/else"])
def test_an_unknown_provider_is_named(settings: Settings, model: str) -> None:
    assert found(settings, ratio=model) == ["agents.E002"]


def test_a_provider_without_its_address_is_named(settings: Settings) -> None:
    settings.COMPATIBLE_BASE_URL = ""
    assert found(settings, ratio="compatible/local") == ["agents.E003"]


def test_what_takes_over_is_checked_as_well(settings: Settings) -> None:
    settings.OPENAI_API_KEY = "key"
    settings.AGENT_FALLBACKS = {"intake": "openai/some-model", "ratio": "somebody/else"}
    assert found(settings) == ["agents.E001", "agents.E002"]


def test_a_model_nobody_knows_is_refused_until_it_has_a_price(settings: Settings, tmp_path: Path) -> None:
    settings.AGENT_MODELS = {**settings.AGENT_MODELS, "ratio": "openai/gpt-9", "policy": "openai/gpt-4o"}
    [error] = checks.every_model_is_a_known_one(None)
    assert (error.id, "openai/gpt-9" in error.msg) == ("agents.E006", True)
    table = tmp_path / "prices.toml"
    settings.MODEL_PRICES = str(table)
    assert [message.id for message in checks.every_model_is_a_known_one(None)] == ["agents.E007"]
    table.write_text('[models]\n"openai/gpt-9" = [{ from = 2026-01-01, in = "0.01", out = "cheap" }]')
    assert [message.id for message in checks.every_model_is_a_known_one(None)] == ["agents.E007"]
    settings.MODEL_PRICES = str(tmp_path / "right.toml")
    Path(settings.MODEL_PRICES).write_text(
        '[models]\n"openai/gpt-9" = [{ from = 2026-01-01, in = "0.01", out = "0.03" }]'
    )
    assert checks.every_model_is_a_known_one(None) == []


def test_an_unknown_way_of_asking_for_a_form_is_named(settings: Settings) -> None:
    settings.COMPATIBLE_STRUCTURED = "yaml"
    assert [message.id for message in checks.structured_answers_are_asked_for_in_a_known_way(None)] == ["agents.E005"]


def test_the_queued_task_must_exist(settings: Settings) -> None:
    assert checks.queued_task_exists(None) == []
    settings.LOANIQ_DECISION_TASK = "agents.tasks.run_decison"
    assert [message.id for message in checks.queued_task_exists(None)] == ["agents.E004"]
