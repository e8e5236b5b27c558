"""The one door to every model: who may be asked, what is kept, who takes over, and whether an answer has its form."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from agents.exceptions import AgentError, FaultKind, ModelOutputInvalid, ModelUnavailable, ProviderNotAllowed
from agents.llm.budget import Budget, estimated_tokens
from agents.llm.calls import CallRecord, Limits
from agents.llm.circuit import Circuits
from agents.llm.compression import compressed
from agents.llm.parsing import Unusable, parse, repair_request
from agents.llm.prices import Prices
from agents.llm.providers import Chat, Message, split_model
from agents.llm.response_cache import ResponseStore, response_key
from agents.llm.routing import TEMPLATE, Routes
from agents.llm.sending import Sender
from agents.prompts import Prompt

Form = TypeVar("Form", bound=BaseModel)
EXPENSIVE = Decimal("0.001")  # dollars per 1,000 tokens in; from here on, and where nobody knows, prompts are shortened


@dataclass(frozen=True, slots=True)
class Answer(Generic[Form]):
    """A validated answer and the ``provider/model`` that gave it."""

    value: Form
    model: str


@dataclass(slots=True)
class ModelGateway:
    """Routes one run's questions to models and keeps the record of them.

    A model that could not be reached is not asked again in the same run, so one dead provider costs one agent's time.
    ``circuits`` belongs to the process, ``budget`` to the run; ``policy_version`` is part of what an answer rests on.
    """

    routes: Routes
    chat: Chat
    limits: Limits = field(default_factory=Limits)
    circuits: Circuits = field(default_factory=Circuits)
    budget: Budget = field(default_factory=Budget)
    prices: Prices = field(default_factory=lambda: Prices({}))
    responses: ResponseStore | None = None
    policy_version: str = ""
    calls: list[CallRecord] = field(default_factory=list)
    _down: dict[str, FaultKind] = field(default_factory=dict)

    def model_for(self, agent: str) -> str:
        """Return the ``provider/model`` of an agent, or ``template``."""
        return self.routes.model_for(agent)

    def has_model(self, agent: str) -> bool:
        """Whether the agent's texts come from a model rather than from the built-in writer."""
        return self.model_for(agent) != TEMPLATE

    async def ask(self, agent: str, prompt: Prompt, schema: type[Form]) -> Answer[Form]:
        """Return the agent's model's answer in the given form, or that of the model that takes over.

        Raises ProviderNotAllowed, UnknownProvider, BudgetSpent, ModelUnavailable or ModelOutputInvalid; where both
        models failed, the first one's trouble.
        """
        model, other = self.model_for(agent), self.routes.fallback_for(agent)
        split_model(model)
        if provider := self.routes.leak(agent):
            raise ProviderNotAllowed(agent, provider)
        seconds = self.limits.total_seconds * (self.limits.first_share if other else 1)
        try:
            return await self._answer(agent, model, prompt, schema, seconds)
        except (ModelUnavailable, ModelOutputInvalid) as trouble:
            if other is None:
                raise
            first = trouble
        try:
            return await self._answer(agent, other, prompt, schema, self.limits.total_seconds - seconds)
        except (ModelUnavailable, ModelOutputInvalid) as second:
            raise first from second

    async def _answer(self, agent: str, model: str, prompt: Prompt, schema: type[Form], seconds: float) -> Answer[Form]:
        if model in self._down:
            raise ModelUnavailable(model, self._down[model], 0)
        record = CallRecord(agent, model, prompt.task, prompt.contract.version)
        asked = self._shortened(record, prompt)
        with self._recorded(record):
            private = self.routes.private(agent)
            key = response_key(model, asked, schema.__name__, policy_version=self.policy_version, private=private)
            if (kept := await self._kept(key, schema, private=private)) is not None:
                record.cached, record.dollars = True, Decimal(0)
                return Answer(kept, model)
            self.chat.prepare(model)
            value = await self._asked_for(record, asked, schema, seconds)
            if self.responses:
                await self.responses.put(key, value.model_dump_json(), private=private)
            return Answer(value, model)

    async def _kept(self, key: str, schema: type[Form], *, private: bool) -> Form | None:
        """Return the answer that was kept for a question, or None; one that no longer fits its form is none."""
        kept = await self.responses.get(key, private=private) if self.responses else None
        try:
            return None if kept is None else schema.model_validate_json(kept)
        except ValidationError:
            return None

    def _shortened(self, record: CallRecord, prompt: Prompt) -> Prompt:
        """Return the prompt for this model: shorter where tokens are dear."""
        price = self.prices.of(record.model)
        if price is not None and price.input < EXPENSIVE:
            return prompt
        shorter = replace(prompt, material=compressed(prompt.material))
        record.tokens_saved = max(estimated_tokens(prompt.user()) - estimated_tokens(shorter.user()), 0)
        return shorter

    async def _asked_for(self, record: CallRecord, prompt: Prompt, schema: type[Form], seconds: float) -> Form:
        """Ask, and once more where the answer cannot be used, all within ``seconds`` and the run's own time."""
        seconds = min(seconds, self.budget.seconds_left())
        try:
            async with asyncio.timeout(seconds):
                return await self._checked(record, prompt, schema, seconds)
        except TimeoutError as exc:
            self._down[record.model] = FaultKind.TIMEOUT
            raise ModelUnavailable(record.model, FaultKind.TIMEOUT, record.tries) from exc
        except ModelUnavailable as exc:
            if exc.kind is not FaultKind.REFUSED:
                self._down[record.model] = exc.kind
            raise

    async def _checked(self, record: CallRecord, prompt: Prompt, schema: type[Form], seconds: float) -> Form:
        until = time.monotonic() + seconds
        sender = Sender(self.chat, self.limits, self.circuits, self.budget, self.prices)
        form = schema.model_json_schema()
        messages = [Message("system", f"{prompt.system()}\n\nSchema: {_short(form)}"), Message("user", prompt.user())]
        private = self.routes.private(record.agent)
        reply = await sender.send(record, messages, form, seconds, private=private)
        try:
            return parse(reply, schema)
        except Unusable as first:
            messages += [
                Message("assistant", reply.text[:2_000] or "(nothing)"),
                Message("user", repair_request(first)),
            ]
        reply = await sender.send(record, messages, form, until - time.monotonic(), private=private)
        try:
            return parse(reply, schema)
        except Unusable as second:
            raise ModelOutputInvalid(record.model, second.kind) from second

    @contextmanager
    def _recorded(self, record: CallRecord) -> Iterator[None]:
        """Keep the record of a question, however it ends."""
        self.calls.append(record)
        began = time.monotonic()
        try:
            yield
        except AgentError as exc:
            record.outcome = exc.kind
            raise
        except BaseException:
            record.outcome = FaultKind.EXCEPTION
            raise
        finally:
            record.milliseconds = round((time.monotonic() - began) * 1000)


def _short(form: object) -> str:
    return json.dumps(form, separators=(",", ":"))
