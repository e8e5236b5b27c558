"""One case through the graph, to a conclusion. Knows no database and no settings."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from agents.concluding import conclude
from agents.context import AgentContext
from agents.exceptions import DecisionTimedOut
from agents.graph import STEP_LIMIT, decision_graph
from agents.llm.tracing import traced
from agents.state import CaseState, StepReport
from lending.casefile import CaseFile
from lending.conclusion import Conclusion

OnStep = Callable[[StepReport], Awaitable[None]]


async def decide(case: CaseFile, context: AgentContext, on_step: OnStep) -> Conclusion:
    """Run every agent and return what the run concluded; ``on_step`` hears of each agent as it finishes.

    An agent that fails costs an approval, not the run. Raises DecisionTimedOut past ``context.deadline_seconds``,
    and whatever ``on_step`` raises.
    """
    try:
        async with asyncio.timeout(context.deadline_seconds) as deadline:
            state = await _run(case, context, on_step)
    except TimeoutError as exc:
        if not deadline.expired():
            raise
        raise DecisionTimedOut(context.deadline_seconds) from exc
    return conclude(state, context)


async def _run(case: CaseFile, context: AgentContext, on_step: OnStep) -> CaseState:
    start: CaseState = {"case": case, "steps": [], "errors": [], "doubts": []}
    state: Any = start
    with traced(private=True):  # the state holds the borrowers; the gateway opens up for calls that may be heard
        stream = decision_graph().astream(
            start, {"recursion_limit": STEP_LIMIT}, context=context, stream_mode=["updates", "values"]
        )
        async for mode, seen in stream:
            if mode == "values":
                state = seen
            else:
                for step in _finished_steps(seen):
                    await on_step(step)
    return state  # type: ignore[no-any-return]


def _finished_steps(update: Any) -> list[StepReport]:
    return [step for part in update.values() if part for step in part.get("steps", ())]
