"""What a test of the pipeline hands in: real rules, stored passages instead of a search, a gateway of its choice."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from agents.context import AgentContext, PolicySearching
from agents.llm.calls import Limits
from agents.llm.gateway import ModelGateway
from agents.llm.providers import Access, Chat
from agents.llm.routing import Routes
from agents.pipeline import decide
from agents.state import StepReport
from lending.casefile import CaseFile
from lending.conclusion import Conclusion
from policies.rulebook.rules import RuleBook
from policies.sanctions.screening import Screener
from policies.search.citations import Passage, SearchQuery, SearchResult

TODAY = date(2026, 11, 23)
BOOK = RuleBook.load()
PII_AGENTS = frozenset({"intake", "compliance", "audit"})
SHORT = Limits(call_seconds=5, total_seconds=20, tries=2, least_wait=0, most_wait=0)
TEXTS = {
    "4.2 Maximum Back-End DTI": "The back-end debt-to-income ratio of a conventional loan is at most 45.00 percent.",
    "5.1 Minimum Credit Score": "A fixed-rate conventional loan needs a credit score of at least 620.",
    "6.2 Maximum LTV": "The purchase of a primary residence may be financed up to the loan-to-value of the table.",
    "7.1 Minimum Reserves": "No reserves are required for a one-unit primary residence; a second home needs 2 months.",
}
PASSAGES = tuple(
    Passage(
        number, "conventional-lending-manual.pdf", "Conventional Lending Manual", "v1", 1, number, section, text, {}
    )
    for number, (section, text) in enumerate(TEXTS.items(), start=1)
)


def stored_search(query: SearchQuery, *, variants: Sequence[str] = ()) -> SearchResult:
    """Return the stored passages, the one that shares most words with the question first."""
    words = set(query.question.lower().split())
    best = sorted(PASSAGES, key=lambda passage: -len(words & set(passage.text.lower().split())))
    return SearchResult(tuple(best), {}, abstained=False, corpus_version="stored")


def no_passage(query: SearchQuery, *, variants: Sequence[str] = ()) -> SearchResult:
    """Find nothing."""
    return SearchResult((), {}, abstained=True, corpus_version="stored")


def gateway(
    models: Mapping[str, str] | None = None, *, address: str = "", chat: Chat | None = None, limits: Limits = SHORT
) -> ModelGateway:
    """Return a gateway; without ``models`` every agent uses the built-in writer."""
    routes = Routes(models or {}, PII_AGENTS, frozenset({"compatible"}))
    return ModelGateway(routes, chat or Access(compatible_base_url=address, seconds=limits.call_seconds), limits)


def context(
    *,
    models: ModelGateway | None = None,
    search: PolicySearching = stored_search,
    deadline_seconds: float = 60,
    **changes: Any,
) -> AgentContext:
    """Return a context with the house's rules on a fixed day and an empty sanctions list."""
    return AgentContext(
        search=search,
        rules=BOOK.on(TODAY),
        rulebook_version=BOOK.version,
        screener=Screener([]),
        models=models or gateway(),
        today=TODAY,
        deadline_seconds=deadline_seconds,
        **changes,
    )


async def run(case: CaseFile, given: AgentContext) -> tuple[Conclusion, list[StepReport]]:
    """Decide a case and return the conclusion with every step in the order it was heard of."""
    steps: list[StepReport] = []

    async def on_step(step: StepReport) -> None:
        steps.append(step)

    return await decide(case, given, on_step), steps
