"""A run as a row of events that anybody may read from any point on, as often as they like.

Every event is made of rows that stay, so the same run tells the same story to everybody who asks: first its ratios,
then each agent's finished step, and only after the gate has decided the words of the rationale and the decision. An
agent's own summary is not told, for before the gate it could read like a decision.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection

from audit.models import AgentTrace
from lending.models import Decision, DecisionRun
from lending.run_signals import moments
from lending.vocabulary import RunStatus

_PIECE = re.compile(r"\s*\S+|\s+\Z")
_NAME = re.compile(r"([0-9a-f]{32})\.([0-3])\.([0-9]{1,18})")


class EventKind(StrEnum):
    """What can happen, in this order; a run ends with one of the last two."""

    RATIOS = "ratios"
    STEP = "step"
    TOKEN = "token"  # noqa: S105  (a piece of text)
    FINAL_DECISION = "final_decision"
    FAILED = "failed"


class Place(NamedTuple):
    """Where an event stands in its run: ``stage`` 0 ratios, 1 steps, 2 tokens, 3 the end; ``number`` within it."""

    stage: int
    number: int


START = Place(-1, 0)


@dataclass(frozen=True, slots=True)
class EventName:
    """The name of an event, to resume behind it: run and place as ``RUN.STAGE.NUMBER``."""

    run: UUID
    place: Place

    def __str__(self) -> str:
        return f"{self.run.hex}.{self.place.stage}.{self.place.number}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the name that was written so; raises ValueError for anything else."""
        parts = _NAME.fullmatch(text)
        if parts is None:
            raise ValueError("Not the id of an event. Send the id of the last event you got, or none.")
        return cls(UUID(parts[1]), Place(int(parts[2]), int(parts[3])))


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event. The end carries no decision: whoever tells it reads ``run``'s own."""

    kind: EventKind
    name: EventName
    data: dict[str, Any]

    @property
    def ends(self) -> bool:
        """Whether nothing comes after it."""
        return self.kind in (EventKind.FINAL_DECISION, EventKind.FAILED)


async def follow(run_id: UUID, after: Place = START) -> AsyncGenerator[RunEvent, None]:
    """Yield the run's events behind a place, each once and in order, as they happen, until the run has ended.

    Nobody's listening changes the run, and between two looks no connection is held.
    """
    async with aclosing(moments(run_id)) as looks:
        async for _ in looks:
            for event in await sync_to_async(_look, thread_sensitive=False)(run_id):
                if event.name.place > after:
                    yield event
                    after = event.name.place
                if event.ends:
                    return


def _look(run_id: UUID) -> list[RunEvent]:
    try:
        return events_so_far(run_id)
    finally:
        connection.close()  # back to the pool: many may follow, few may hold a connection


def events_so_far(run_id: UUID) -> list[RunEvent]:
    """Return every event of the run's current attempt up to now, in order; none before its ratios are known."""
    run = DecisionRun.objects.get(pk=run_id)  # before its steps: a run that has ended has them all
    steps = [] if run.status == RunStatus.QUEUED else _steps(run)
    decision = Decision.objects.filter(run=run).first()
    ratios = _ratios(run, steps, decision)
    if ratios is None:
        return []
    events = [(EventKind.RATIOS, Place(0, 0), ratios)]
    events += [(EventKind.STEP, Place(1, step.pk), _told(step)) for step in steps]
    if decision is not None:
        pieces = enumerate(pieces_of(decision.rationale))
        events += [(EventKind.TOKEN, Place(2, number), {"text": piece}) for number, piece in pieces]
        events.append((EventKind.FINAL_DECISION, Place(3, 0), {}))
    elif run.status == RunStatus.FAILED:
        events.append((EventKind.FAILED, Place(3, 0), {"detail": "The run failed; a person decides."}))
    return [RunEvent(kind, EventName(run.pk, place), data) for kind, place, data in events]


def _steps(run: DecisionRun) -> list[AgentTrace]:
    return list(AgentTrace.objects.filter(run_id=run.pk, attempt=run.attempts).order_by("pk"))


def _ratios(run: DecisionRun, steps: list[AgentTrace], decision: Decision | None) -> dict[str, Any] | None:
    """Return the ratio agent's figures as soon as it has them, the decision's where it did not run, else None."""
    computed = next((step.details.get("ratios") for step in steps if step.agent == "ratio"), None)
    if computed is not None:
        return dict(computed)
    if decision is not None:
        return dict(decision.ratios)
    return {} if run.status == RunStatus.FAILED else None


def _told(step: AgentTrace) -> dict[str, Any]:
    return {"agent": step.agent, "verdict": step.verdict, "ms": step.milliseconds, "attempt": step.attempt}


def pieces_of(text: str) -> list[str]:
    """Return a text word by word; put together again, the pieces are the text."""
    return _PIECE.findall(text)
