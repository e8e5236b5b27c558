"""What a run's agents need from outside, handed in so that a test can hand in its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from agents.faithfulness import Likeness, unlike
from agents.llm.gateway import ModelGateway
from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.reading.machine_talk import by_words_alone
from policies.reading.poisoning import Meaning
from policies.rulebook.rules import DatedRules
from policies.sanctions.screening import Screener
from policies.search.citations import SearchQuery, SearchResult

# Only these agents may see names, birth dates, employers and officers' notes.
PII_AGENTS = frozenset({"intake", "compliance", "audit"})


class PolicySearching(Protocol):
    """How agents search the policies; ``variants`` are further wordings of the question."""

    def __call__(self, query: SearchQuery, *, variants: Sequence[str] = ()) -> SearchResult:
        """Return passages best first, or none with a reason."""
        ...


@dataclass(frozen=True, slots=True)
class AgentContext:
    """Search, dated rules, sanctions list (None where none is loaded), models, the day, and limits in seconds.

    ``meaning`` tells how far a title that stands beside a passage means talk to a machine, ``likeness`` how near claims
    come to evidence.

    ``agent_seconds`` bounds one agent and is longer than a model's tries, so that a slow model costs the text and
    not the figures; ``deadline_seconds`` bounds the run.
    """

    search: PolicySearching
    rules: DatedRules
    rulebook_version: str
    screener: Screener | None
    models: ModelGateway
    today: date
    deadline_seconds: float
    agent_seconds: float = 105.0
    areas: AreaLimits = NO_AREAS
    meaning: Meaning = by_words_alone
    likeness: Likeness = unlike
