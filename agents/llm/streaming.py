"""A model's plain text while it is being written: through the same door and limits as any question, with one try."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

from agents.exceptions import AgentError, FaultKind, ModelUnavailable, ProviderNotAllowed
from agents.llm.budget import estimated_tokens
from agents.llm.calls import CallRecord
from agents.llm.circuit import Pass
from agents.llm.gateway import ModelGateway
from agents.llm.parsing import FINISHED
from agents.llm.providers import Message, Piece, split_model
from agents.llm.slots import slot
from agents.llm.tracing import traced
from agents.llm.trouble import trouble
from agents.prompts import Prompt


class Streaming(Protocol):
    """A client that can tell a reply while it is written."""

    def prepare(self, model: str) -> None:
        """Load what the model's provider needs."""
        ...

    def stream(self, model: str, messages: Sequence[Message]) -> AsyncGenerator[Piece, None]:
        """Yield the reply's pieces; raise the vendor's own errors."""
        ...


async def streamed(models: ModelGateway, chat: Streaming, agent: str, prompt: Prompt) -> AsyncGenerator[str, None]:
    """Yield the text of the agent's model as it comes, and put the question on the gateway's record.

    Raises ProviderNotAllowed, UnknownProvider, BudgetSpent, or ModelUnavailable: also after some text has come.
    """
    model = models.model_for(agent)
    split_model(model)
    if provider := models.routes.leak(agent):
        raise ProviderNotAllowed(agent, provider)
    record, began = CallRecord(agent, model, prompt.task, prompt.contract.version, tries=1), time.monotonic()
    models.calls.append(record)
    try:
        async with aclosing(_text(models, chat, record, prompt)) as text:
            async for piece in text:
                yield piece
    except AgentError as exc:
        record.outcome = exc.kind
        raise
    finally:
        record.milliseconds = round((time.monotonic() - began) * 1000)


async def _text(models: ModelGateway, chat: Streaming, record: CallRecord, prompt: Prompt) -> AsyncGenerator[str, None]:
    leave = models.circuits.of(record.model).enter()
    if leave is None:
        raise ModelUnavailable(record.model, FaultKind.CIRCUIT_OPEN, 0)
    messages = [Message("system", prompt.system()), Message("user", prompt.user())]
    price = models.prices.of(record.model)
    asked = sum(estimated_tokens(message.text) for message in messages)
    last = Piece("")
    with leave, models.budget.hold(asked, models.limits.max_tokens, price) as held:
        async with slot(record.model.partition("/")[0], models.limits.in_flight):
            chat.prepare(record.model)
            async with aclosing(_pieces(models, chat, record, messages, leave)) as pieces:
                async for piece in pieces:
                    last = _joined(last, piece)
                    if piece.text:
                        yield piece.text
        if last.finish not in FINISHED:
            raise ModelUnavailable(record.model, FaultKind.TRUNCATED, 1)
        leave.worked()
        if last.input_tokens is not None and last.output_tokens is not None:
            held.used(last.input_tokens, last.output_tokens, price)
            record.input_tokens, record.output_tokens = last.input_tokens, last.output_tokens
            record.dollars = held.dollars if price else None


async def _pieces(
    models: ModelGateway, chat: Streaming, record: CallRecord, messages: Sequence[Message], leave: Pass
) -> AsyncGenerator[Piece, None]:
    """Yield the pieces, each within a call's time and all within a question's; name a vendor's error."""
    stream = chat.stream(record.model, messages)
    until = time.monotonic() + models.limits.total_seconds
    try:
        while True:
            left = min(models.limits.call_seconds, until - time.monotonic())
            with traced(private=models.routes.private(record.agent)):
                async with asyncio.timeout(left):
                    piece = await anext(stream, None)
            if piece is None:
                return
            yield piece
    except Exception as exc:
        met = trouble(exc)
        if met is None:
            raise
        leave.failed()
        raise ModelUnavailable(record.model, met.kind, 1) from exc
    finally:
        await stream.aclose()


def _joined(before: Piece, piece: Piece) -> Piece:
    return Piece(
        "",
        piece.finish or before.finish,
        piece.input_tokens if piece.input_tokens is not None else before.input_tokens,
        piece.output_tokens if piece.output_tokens is not None else before.output_tokens,
    )
