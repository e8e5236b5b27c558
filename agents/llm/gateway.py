"""The one door to every model: who may be asked, how often, how long, and whether the answer has the agreed form."""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from agents.exceptions import AgentError, FaultKind, ModelOutputInvalid, ModelUnavailable, ProviderNotAllowed
from agents.llm.parsing import Unusable, parse, repair_request
from agents.llm.providers import TEMPLATE, Chat, Message, Reply, split_model, trouble
from agents.prompts import PROMPT_VERSION, Prompt

logger = logging.getLogger(__name__)
Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds a call and all its tries may take, tries, back-off in seconds, calls in flight, tokens of a reply."""

    call_seconds: float = 30.0
    total_seconds: float = 100.0
    tries: int = 3
    least_wait: float = 4.0
    most_wait: float = 10.0
    in_flight: int = 10
    max_tokens: int = 1_000


@dataclass(frozen=True, slots=True)
class Routes:
    """Which model serves which agent, which agents see personal data, and which providers may have it."""

    models: Mapping[str, str]
    pii_agents: frozenset[str] = frozenset()
    pii_providers: frozenset[str] = frozenset()

    def leak(self, agent: str) -> str | None:
        """Return the provider that would wrongly get an agent's personal data, or None."""
        provider = self.models.get(agent, TEMPLATE).partition("/")[0]
        wrong = agent in self.pii_agents and provider != TEMPLATE and provider not in self.pii_providers
        return provider if wrong else None


@dataclass(frozen=True, slots=True)
class Answer(Generic[Form]):
    """A validated answer and the ``provider/model`` that gave it."""

    value: Form
    model: str


@dataclass(slots=True)
class CallRecord:
    """What one question cost and how it ended, for the trail; never what was said."""

    agent: str
    model: str
    prompt_version: str = PROMPT_VERSION
    outcome: str = "ok"
    tries: int = 0
    milliseconds: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None


class _TryAgain(Exception):
    """A provider's trouble that may pass."""

    def __init__(self, kind: FaultKind) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(slots=True)
class ModelGateway:
    """Routes one run's questions to models and keeps the record of them.

    A model that could not be reached is not asked again in the same run, so one dead provider costs one agent's time.
    """

    routes: Routes
    chat: Chat
    limits: Limits = field(default_factory=Limits)
    calls: list[CallRecord] = field(default_factory=list)
    _down: dict[str, FaultKind] = field(default_factory=dict)
    _slots: asyncio.Semaphore | None = None

    def model_for(self, agent: str) -> str:
        """Return the ``provider/model`` of an agent, or ``template``."""
        return self.routes.models.get(agent, TEMPLATE)

    def has_model(self, agent: str) -> bool:
        """Whether the agent's texts come from a model rather than from the built-in writer."""
        return self.model_for(agent) != TEMPLATE

    async def ask(self, agent: str, prompt: Prompt, schema: type[Form]) -> Answer[Form]:
        """Return the agent's model's answer in the given form.

        Raises ProviderNotAllowed, UnknownProvider, ModelUnavailable or ModelOutputInvalid.
        """
        model = self.model_for(agent)
        split_model(model)
        if provider := self.routes.leak(agent):
            raise ProviderNotAllowed(agent, provider)
        if model in self._down:
            raise ModelUnavailable(model, self._down[model], 0)
        self.chat.prepare(model)
        record, began = CallRecord(agent, model), time.monotonic()
        self.calls.append(record)
        try:
            async with asyncio.timeout(self.limits.total_seconds):
                return Answer(await self._checked(record, prompt, schema), model)
        except TimeoutError as exc:
            self._down[model] = FaultKind.TIMEOUT
            record.outcome = FaultKind.TIMEOUT
            raise ModelUnavailable(model, FaultKind.TIMEOUT, record.tries) from exc
        except AgentError as exc:
            record.outcome = exc.kind
            raise
        except BaseException:
            record.outcome = FaultKind.EXCEPTION
            raise
        finally:
            record.milliseconds = round((time.monotonic() - began) * 1000)

    async def _checked(self, record: CallRecord, prompt: Prompt, schema: type[Form]) -> Form:
        messages = [Message("system", f"{prompt.system()}\n\nSchema: {_shape(schema)}"), Message("user", prompt.user())]
        reply = await self._send(record, messages, schema)
        try:
            return parse(reply, schema)
        except Unusable as first:
            messages += [
                Message("assistant", reply.text[:2_000] or "(nothing)"),
                Message("user", repair_request(first)),
            ]
        reply = await self._send(record, messages, schema)
        try:
            return parse(reply, schema)
        except Unusable as second:
            raise ModelOutputInvalid(record.model, second.kind) from second

    async def _send(self, record: CallRecord, messages: list[Message], schema: type[BaseModel]) -> Reply:
        """Send with retries on trouble that may pass; refusals and bad keys are final at once."""
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self.limits.tries),
            wait=wait_random_exponential(self.limits.least_wait, self.limits.most_wait, min=self.limits.least_wait),
            retry=retry_if_exception_type(_TryAgain),
            reraise=True,
        )
        try:
            reply: Reply = await retrying(self._send_once, record, messages, schema)
        except _TryAgain as exc:
            self._down[record.model] = exc.kind
            raise ModelUnavailable(record.model, exc.kind, record.tries) from exc
        self._count(record, reply)
        if reply.refused:
            raise ModelUnavailable(record.model, FaultKind.REFUSED, record.tries)
        return reply

    async def _send_once(self, record: CallRecord, messages: list[Message], schema: type[BaseModel]) -> Reply:
        self._slots = self._slots or asyncio.Semaphore(self.limits.in_flight)
        async with self._slots:
            record.tries += 1
            try:
                async with asyncio.timeout(self.limits.call_seconds):
                    return await self.chat(record.model, messages, schema.model_json_schema())
            except Exception as exc:  # vendors share no base class; what is not theirs is raised again
                known = trouble(exc)
                if known is None:
                    raise
                kind, may_pass = known
                logger.warning("%s: %s failed (%s, try %d)", record.agent, record.model, kind, record.tries)
                if may_pass:
                    raise _TryAgain(kind) from exc
                raise ModelUnavailable(record.model, kind, record.tries) from exc

    def _count(self, record: CallRecord, reply: Reply) -> None:
        record.input_tokens = (record.input_tokens or 0) + (reply.input_tokens or 0) or None
        record.output_tokens = (record.output_tokens or 0) + (reply.output_tokens or 0) or None
        if (reply.output_tokens or 0) > self.limits.max_tokens:
            logger.warning(
                "%s wrote %d tokens, above its cap of %d", record.model, reply.output_tokens, self.limits.max_tokens
            )


def _shape(schema: type[BaseModel]) -> str:
    return json.dumps(schema.model_json_schema(), separators=(",", ":"))
