"""What each agent of a run was given, what it gave back, and what its questions to models took."""

import json
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from audit.models import AgentTrace, ModelCall
from lending.models import DecisionRun
from lending.selectors import WAITS_FOR

WHOLE = "The whole file with names, birth dates, employers and the officer's notes, for a provider that may have them."
NAMELESS = "The file without names, birth dates, addresses, employers and notes."


@dataclass(frozen=True, slots=True)
class AgentWork:
    """One agent's part in a run: what it saw, said and cost. ``output`` is its report as JSON, for those who look."""

    name: str
    attempt: int
    given: str
    verdict: str
    summary: str
    writer: str
    milliseconds: int
    error: str
    output: str
    calls: list[ModelCall]

    @property
    def dollars(self) -> Decimal | None:
        """What its questions cost; None where the price of one is not known."""
        costs = [call.dollars for call in self.calls]
        return None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))


def agents_work(run: DecisionRun) -> list[AgentWork]:
    """Return the finished work of a run's last attempt, agent by agent in the order of the pipeline: two queries."""
    traces = {trace.agent: trace for trace in AgentTrace.objects.filter(run_id=run.pk, attempt=run.attempts)}
    calls: dict[str, list[ModelCall]] = {}
    for call in ModelCall.objects.filter(run_id=run.pk).order_by("pk"):
        calls.setdefault(call.agent, []).append(call)
    return [_work(traces[name], calls.get(name, [])) for name in settings.AGENT_NAMES if name in traces]


def _work(trace: AgentTrace, calls: list[ModelCall]) -> AgentWork:
    return AgentWork(
        name=trace.agent,
        attempt=trace.attempt,
        given=_given(trace.agent),
        verdict=trace.verdict,
        summary=trace.summary,
        writer=trace.writer,
        milliseconds=trace.milliseconds,
        error=trace.error,
        output=json.dumps(trace.details, indent=2, sort_keys=True, ensure_ascii=False) if trace.details else "",
        calls=calls,
    )


def _given(agent: str) -> str:
    """Return what an agent is shown: the file, by its data class, and the reports of those before it."""
    file = WHOLE if agent in settings.PII_AGENTS else NAMELESS
    before = [name for name in settings.AGENT_NAMES if name in _all_before(agent)]
    return f"{file} Reports of {', '.join(before)}." if before else file


def _all_before(agent: str) -> set[str]:
    direct = WAITS_FOR.get(agent, set())
    return direct.union(*(_all_before(each) for each in direct))
