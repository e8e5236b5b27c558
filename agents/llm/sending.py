"""One conversation to one model: through the budget, the breaker and a free slot, with tries on what may pass."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from agents.exceptions import FaultKind, ModelUnavailable
from agents.llm.budget import Budget, Hold, estimated_tokens
from agents.llm.calls import CallRecord, Limits
from agents.llm.circuit import Circuits, Pass
from agents.llm.prices import Price, Prices
from agents.llm.providers import Chat, Message, Reply
from agents.llm.slots import slot
from agents.llm.tracing import traced
from agents.llm.trouble import FREE, Trouble, trouble

logger = logging.getLogger(__name__)
HEADROOM = 0.05  # seconds by which the last call ends before its question does, so that its own trouble is known


class _TryAgain(Exception):
    """A provider's trouble that may pass."""

    def __init__(self, met: Trouble) -> None:
        self.met = met
        super().__init__(met.kind)


@dataclass(frozen=True, slots=True)
class Sender:
    """How a run reaches models: the client, its limits, the process's breakers, the run's budget, the day's prices."""

    chat: Chat
    limits: Limits
    circuits: Circuits
    budget: Budget
    prices: Prices

    async def send(
        self, record: CallRecord, messages: Sequence[Message], schema: dict[str, Any], seconds: float, *, private: bool
    ) -> Reply:
        """Return the model's reply and count it in ``record``; tries and waits fit into ``seconds``.

        Of a ``private`` conversation no tracer hears.

        Raises ModelUnavailable, after tries where the trouble may pass and at once where it is final; BudgetSpent.
        """
        until = time.monotonic() + seconds
        wait = wait_random_exponential(self.limits.least_wait, self.limits.most_wait, min=self.limits.least_wait)

        def as_asked(state: RetryCallState) -> float:
            error = state.outcome and state.outcome.exception()
            asked = error.met.retry_after if isinstance(error, _TryAgain) else None
            return max(wait(state), asked or 0.0)

        retrying = AsyncRetrying(
            stop=stop_after_attempt(self.limits.tries) | stop_before_delay(seconds),
            wait=as_asked,
            retry=retry_if_exception_type(_TryAgain),
            reraise=True,
        )
        try:
            with traced(private=private):
                reply: Reply = await retrying(self._send_once, record, messages, schema, until)
        except _TryAgain as exc:
            raise ModelUnavailable(record.model, exc.met.kind, record.tries) from exc
        if reply.refused:
            raise ModelUnavailable(record.model, FaultKind.REFUSED, record.tries)
        return reply

    async def _send_once(
        self, record: CallRecord, messages: Sequence[Message], schema: dict[str, Any], until: float
    ) -> Reply:
        price = self.prices.of(record.model)
        leave = self.circuits.of(record.model).enter()
        if leave is None:
            raise ModelUnavailable(record.model, FaultKind.CIRCUIT_OPEN, record.tries)
        asked = sum(estimated_tokens(message.text) for message in messages)
        with leave, self.budget.hold(asked, self.limits.max_tokens, price) as held:
            async with slot(record.model.partition("/")[0], self.limits.in_flight):
                record.tries += 1
                with _named(record, leave, held):
                    left = min(until - time.monotonic() - HEADROOM, self.budget.seconds_left())
                    async with asyncio.timeout(min(self.limits.call_seconds, left)):
                        reply = await self.chat(record.model, messages, schema)
            leave.worked()
            self._count(record, reply, held, price)
            return reply

    def _count(self, record: CallRecord, reply: Reply, held: Hold, price: Price | None) -> None:
        if reply.input_tokens is None or reply.output_tokens is None:
            return  # nobody counted: what was held stays held, and the record says nothing
        held.used(reply.input_tokens, reply.output_tokens, price)
        record.input_tokens = (record.input_tokens or 0) + reply.input_tokens
        record.output_tokens = (record.output_tokens or 0) + reply.output_tokens
        if price is not None:
            record.dollars = (record.dollars or 0) + held.dollars
        if reply.output_tokens > self.limits.max_tokens:
            logger.warning(
                "%s wrote %d tokens, above its cap of %d", record.model, reply.output_tokens, self.limits.max_tokens
            )


@contextmanager
def _named(record: CallRecord, leave: Pass, held: Hold) -> Iterator[None]:
    """Give a vendor's error its name; vendors share no base class, and what is not theirs passes through."""
    try:
        yield
    except Exception as exc:
        met = trouble(exc)
        if met is None:
            raise
        logger.warning("%s: %s failed (%s, try %d)", record.agent, record.model, met.kind, record.tries)
        if met.may_pass or met.kind is FaultKind.UNREACHABLE:
            leave.failed()
        if met.kind in FREE:
            held.used(0, 0, None)
        if met.may_pass:
            raise _TryAgain(met) from exc
        raise ModelUnavailable(record.model, met.kind, record.tries) from exc
