"""System checks: may each agent's provider have its data, can it be called, and does the queued task exist?"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from agents.exceptions import ProviderNotAllowed, UnknownProvider
from agents.llm.gateway import Routes
from agents.llm.providers import TEMPLATE, Access, split_model

NEEDED = {"openai": "OPENAI_API_KEY", "compatible": "COMPATIBLE_BASE_URL"}


def routes() -> Routes:
    """Return who serves which agent, from the settings."""
    return Routes(
        models=settings.AGENT_MODELS,
        pii_agents=frozenset(settings.PII_AGENTS),
        pii_providers=frozenset(settings.PII_PROVIDERS),
    )


def access() -> Access:
    """Return keys, addresses and caps of the providers, from the settings."""
    return Access(
        openai_api_key=settings.OPENAI_API_KEY,
        openai_base_url=settings.OPENAI_BASE_URL,
        compatible_base_url=settings.COMPATIBLE_BASE_URL,
        compatible_api_key=settings.COMPATIBLE_API_KEY,
        max_tokens=settings.MODEL_MAX_TOKENS,
        seconds=settings.MODEL_CALL_SECONDS,
    )


@register()
def personal_data_stays_with_allowed_providers(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """agents.E001: an agent that sees personal data is routed to a provider that may not have it."""
    table = routes()
    leaks = [(agent, table.leak(agent)) for agent in settings.AGENT_MODELS]
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
    """agents.E002: an unknown provider; agents.E003: a provider without its key or address."""
    problems: list[CheckMessage] = []
    for agent, model in settings.AGENT_MODELS.items():
        if model == TEMPLATE:
            continue
        try:
            provider, _ = split_model(model)
        except UnknownProvider as exc:
            problems.append(Error(f"Agent {agent}: {exc}", id="agents.E002"))
            continue
        needed = NEEDED.get(provider)
        if needed and not getattr(settings, needed):
            problems.append(
                Error(f"Agent {agent} uses {model}, but {needed} is empty.", hint=f"Set {needed}.", id="agents.E003")
            )
    return problems


@register()
def queued_task_exists(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """agents.E004: the name under which decisions are queued leads nowhere."""
    name = settings.LOANIQ_DECISION_TASK
    try:
        import_string(name)
    except ImportError:
        return [Error(f"LOANIQ_DECISION_TASK {name!r} cannot be imported.", hint="Name a function.", id="agents.E004")]
    return []
