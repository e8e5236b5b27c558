"""System checks: may each agent's provider have its data, can it be called, and does the queued task exist?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils import timezone
from django.utils.module_loading import import_string

from agents.exceptions import ProviderNotAllowed, UnknownProvider
from agents.llm.prices import Prices, prices_on
from agents.llm.providers import Access, split_model
from agents.llm.routing import TEMPLATE, Routes
from agents.llm.structured import WAYS

HANDED_IN = ("LOANIQ_DECISION_TASK", "LOANIQ_IMPACT_TASK", "LOANIQ_EXPLAINER")
NEEDED = {"openai": "OPENAI_API_KEY", "compatible": "COMPATIBLE_BASE_URL", "bedrock": "BEDROCK_REGION"}


def routes() -> Routes:
    """Return who serves which agent, from the settings."""
    return Routes(
        models=settings.AGENT_MODELS,
        pii_agents=frozenset(settings.PII_AGENTS),
        pii_providers=frozenset(settings.PII_PROVIDERS),
        fallbacks=settings.AGENT_FALLBACKS,
    )


def prices_now() -> Prices:
    """Return the prices of today, those in ``MODEL_PRICES`` before the shipped ones. Raises OSError and ValueError."""
    return prices_on(timezone.localdate(), Path(settings.MODEL_PRICES) if settings.MODEL_PRICES else None)


def access() -> Access:
    """Return keys, addresses and caps of the providers, from the settings."""
    return Access(
        openai_api_key=settings.OPENAI_API_KEY,
        openai_base_url=settings.OPENAI_BASE_URL,
        compatible_base_url=settings.COMPATIBLE_BASE_URL,
        compatible_api_key=settings.COMPATIBLE_API_KEY,
        compatible_structured=settings.COMPATIBLE_STRUCTURED,
        bedrock_region=settings.BEDROCK_REGION,
        max_tokens=settings.MODEL_MAX_TOKENS,
        seconds=settings.MODEL_CALL_SECONDS,
    )


@register()
def personal_data_stays_with_allowed_providers(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """agents.E001: an agent that sees personal data, or what takes over for it, is a provider that may not have it."""
    table = routes()
    leaks = [(agent, table.leak(agent) or table.fallback_leak(agent)) for agent in settings.AGENT_MODELS]
    return [
        Error(
            f"Agent {agent} sees personal data, and provider {provider} is not in PII_PROVIDERS.",
            hint=str(ProviderNotAllowed(agent, provider)),
            id="agents.E001",
        )
        for agent, provider in leaks
        if provider
    ]


@register()
def models_have_a_provider_that_can_be_called(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """agents.E002: a model without a known provider or without a name; agents.E003: one without its key or address."""
    named = [
        (agent, model) for table in (settings.AGENT_MODELS, settings.AGENT_FALLBACKS) for agent, model in table.items()
    ]
    return [problem for agent, model in named if model != TEMPLATE for problem in _problems(agent, model)]


def _problems(agent: str, model: str) -> list[CheckMessage]:
    try:
        provider, _ = split_model(model)
    except UnknownProvider as exc:
        return [Error(f"Agent {agent}: {exc}", id="agents.E002")]
    needed = NEEDED.get(provider)
    if not needed or getattr(settings, needed):
        return []
    return [Error(f"Agent {agent} uses {model}, but {needed} is empty.", hint=f"Set {needed}.", id="agents.E003")]


@register()
def every_model_is_a_known_one(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """agents.E006: a model in no table of prices, so a wrong name or an unknown cost; agents.E007: no such table."""
    try:
        prices = prices_now()
    except (OSError, ValueError) as error:
        return [Error(f"MODEL_PRICES cannot be read: {error}", hint="Name a table of prices.", id="agents.E007")]
    named = {*settings.AGENT_MODELS.values(), *settings.AGENT_FALLBACKS.values()} - {TEMPLATE}
    hint = "Correct the name, or add a line for it to a table of prices and name that in MODEL_PRICES."
    return [Error(f"Model {m} is not known.", hint=hint, id="agents.E006") for m in sorted(named) if not prices.of(m)]


@register()
def structured_answers_are_asked_for_in_a_known_way(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """agents.E005: COMPATIBLE_STRUCTURED is none of the ways."""
    if settings.COMPATIBLE_STRUCTURED in WAYS:
        return []
    return [
        Error(
            f"COMPATIBLE_STRUCTURED is {settings.COMPATIBLE_STRUCTURED!r}.",
            hint=f"Write one of {', '.join(WAYS)}.",
            id="agents.E005",
        )
    ]


@register()
def queued_task_exists(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """agents.E004: a name under which the pipeline is handed to the rest of the program leads nowhere."""
    return [
        Error(
            f"{setting} {getattr(settings, setting)!r} cannot be imported.", hint="Name a function.", id="agents.E004"
        )
        for setting in HANDED_IN
        if not _leads_somewhere(getattr(settings, setting))
    ]


def _leads_somewhere(name: str) -> bool:
    try:
        import_string(name)
    except ImportError:
        return False
    return True
