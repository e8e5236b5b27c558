"""What every agent has in common: a clock, a time limit, its safe report when it fails, and one step for the trail."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from langgraph.runtime import Runtime

from agents.context import PII_AGENTS, AgentContext
from agents.exceptions import AgentError, FaultKind
from agents.nodes.safe_reports import safe_report
from agents.state import AgentFault, CaseState, StepReport

logger = logging.getLogger(__name__)


class Node(Protocol):
    """One node of the graph, in the form that langgraph calls it."""

    async def __call__(self, state: CaseState, *, runtime: Runtime[AgentContext]) -> dict[str, Any]:
        """Return the part of the state that the agent adds."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """What an agent hands over: its report, a sentence for the trail, who wrote it, and what went wrong or unclear.

    ``doubts`` are our own sentences, never a model's, and each keeps the outcome from being an approval.
    """

    report: Any
    summary: str
    writer: str
    faults: tuple[AgentFault, ...] = ()
    doubts: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def agent(name: str, work: Callable[[CaseState, AgentContext], Awaitable[Work]]) -> Node:
    """Return the graph node of an agent. Whatever fails inside becomes the agent's safe report and a fault.

    Cancellation and other ``BaseException``s pass: they end the run, not the agent.
    """

    async def run(state: CaseState, *, runtime: Runtime[AgentContext]) -> dict[str, Any]:
        started, began = datetime.now(UTC), time.monotonic()
        done = await _guarded(name, work, _as_seen_by(name, state), runtime.context)
        step = StepReport(
            agent=name,
            verdict=done.report.verdict,
            summary=done.summary,
            writer=done.writer,
            started_at=started,
            milliseconds=round((time.monotonic() - began) * 1000),
            error=" ".join(fault.message for fault in done.faults)[:500],
            details=done.details,
        )
        return {name: done.report, "steps": [step], "errors": list(done.faults), "doubts": list(done.doubts)}

    return run


def _as_seen_by(name: str, state: CaseState) -> CaseState:
    """Take names, birth dates, employers and notes out of the case for agents that may not see them."""
    if name in PII_AGENTS:
        return state
    return {**state, "case": state["case"].without_personal_data()}


async def _guarded(
    name: str, work: Callable[[CaseState, AgentContext], Awaitable[Work]], state: CaseState, context: AgentContext
) -> Work:
    try:
        async with asyncio.timeout(context.agent_seconds):
            return await work(state, context)
    except AgentError as exc:
        return _failed(name, exc.kind, str(exc))
    except TimeoutError:
        limit = f"{context.agent_seconds:g} seconds"
        return _failed(name, FaultKind.TIMEOUT, f"TimeoutError: the {name} agent took longer than {limit}.")
    except Exception as exc:  # noqa: BLE001  (the agent's outer edge; a traceback's last line could quote the borrower)
        frames = "".join(traceback.format_tb(exc.__traceback__))
        logger.error("The %s agent failed with %s at\n%s", name, type(exc).__name__, frames)
        cause = f"{type(exc).__name__}: the {name} agent stopped on an error of ours."
        return _failed(name, FaultKind.EXCEPTION, f"{cause} The log says where.")


def _failed(name: str, kind: FaultKind, message: str) -> Work:
    return Work(
        report=safe_report(name),
        summary=f"The {name} agent could not finish; a person must look.",
        writer="template",
        faults=(AgentFault(name, kind, message),),
        doubts=(f"The {name} agent could not finish ({kind}).",),
    )
