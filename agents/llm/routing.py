"""Who serves which agent: its model, the one that takes over, and the rule about personal data that binds both."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Routes:
    """Which model serves which agent, which agents see personal data, which providers may have it, who takes over."""

    models: Mapping[str, str]
    pii_agents: frozenset[str] = frozenset()
    pii_providers: frozenset[str] = frozenset()
    fallbacks: Mapping[str, str] = field(default_factory=dict)

    def model_for(self, agent: str) -> str:
        """Return the ``provider/model`` of an agent, or ``template``."""
        return self.models.get(agent, TEMPLATE)

    def private(self, agent: str) -> bool:
        """Whether the agent's prompts may hold personal data."""
        return agent in self.pii_agents

    def leak(self, agent: str) -> str | None:
        """Return the provider that would wrongly get an agent's personal data, or None."""
        return self._leak_to(agent, self.model_for(agent))

    def fallback_leak(self, agent: str) -> str | None:
        """Return the provider that would wrongly get it if the fallback took over, or None."""
        return self._leak_to(agent, self.fallbacks.get(agent, TEMPLATE))

    def fallback_for(self, agent: str) -> str | None:
        """Return the model that takes over, or None; one that may not have the agent's data never does."""
        other = self.fallbacks.get(agent, TEMPLATE)
        useless = other in {TEMPLATE, self.model_for(agent)} or self._leak_to(agent, other)
        return None if useless else other

    def _leak_to(self, agent: str, model: str) -> str | None:
        provider = model.partition("/")[0]
        wrong = self.private(agent) and provider != TEMPLATE and provider not in self.pii_providers
        return provider if wrong else None


def choose(
    wishes: Mapping[str, Sequence[str]],
    *,
    usable: Collection[str],
    pii_agents: Collection[str],
    pii_providers: Collection[str],
) -> dict[str, tuple[str, str]]:
    """Return model and fallback of each agent: its first two wishes whose provider has a key and may have its data.

    ``wishes`` lists ``provider/model`` in order of preference, ``usable`` the providers with a key; ``template`` stands
    wherever no wish is left.
    """
    chosen = {}
    for agent, models in wishes.items():
        allowed = set(usable) & set(pii_providers) if agent in pii_agents else set(usable)
        open_to = [model for model in models if model.partition("/")[0] in allowed]
        first, second = [*open_to, TEMPLATE, TEMPLATE][:2]
        chosen[agent] = (first, second)
    return chosen
