"""Many questions in one batch, answered within a day at half the price: OpenAI's batch interface, for evaluations."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from agents.exceptions import FaultKind, ModelUnavailable, UnknownProvider
from agents.llm.parsing import Unusable, parse
from agents.llm.providers import Access, Reply, split_model
from agents.llm.structured import asked_for
from agents.llm.trouble import trouble
from agents.prompts import Prompt

Form = TypeVar("Form", bound=BaseModel)
ADDRESS: Literal["/v1/chat/completions"] = "/v1/chat/completions"
WINDOW: Literal["24h"] = "24h"
ENDED_BADLY = {"failed", "expired", "cancelled", "cancelling"}


class NoBatches(UnknownProvider):
    """The provider of a model takes no batches."""

    def __init__(self, model: str) -> None:
        super(UnknownProvider, self).__init__(f"{model} takes no batches; only openai/ models do. Leave out --batch.")


async def ask_in_batch(
    model: str,
    prompts: Sequence[Prompt],
    schema: type[Form],
    access: Access,
    *,
    poll: float = 30.0,
    most: float = 90_000,
) -> list[Form | None]:
    """Return the answers in the order of the prompts, None where one is unusable; looks every ``poll`` seconds.

    Raises NoBatches for a model of another provider, ModelUnavailable where the batch fails or takes longer than
    ``most`` seconds.
    """
    provider, name = split_model(model)
    if provider != "openai":
        raise NoBatches(model)
    from openai import AsyncOpenAI

    lines = [json.dumps(_line(number, name, prompt, schema, access)) for number, prompt in enumerate(prompts)]
    async with AsyncOpenAI(api_key=access.openai_api_key, base_url=access.openai_base_url or None) as client:
        try:
            file = await client.files.create(file=("questions.jsonl", "\n".join(lines).encode()), purpose="batch")
            batch = await client.batches.create(input_file_id=file.id, endpoint=ADDRESS, completion_window=WINDOW)
            until = time.monotonic() + most
            while batch.status != "completed":
                if batch.status in ENDED_BADLY or time.monotonic() > until:
                    raise ModelUnavailable(model, FaultKind.SERVER_ERROR, 1)
                await asyncio.sleep(poll)
                batch = await client.batches.retrieve(batch.id)
            told = (await client.files.content(batch.output_file_id)).text if batch.output_file_id else ""
        except Exception as exc:
            met = trouble(exc)
            if met is None:
                raise
            raise ModelUnavailable(model, met.kind, 1) from exc
    return _answers(told, len(prompts), schema)


def _line(number: int, name: str, prompt: Prompt, schema: type[BaseModel], access: Access) -> dict[str, Any]:
    messages = [{"role": "system", "content": prompt.system()}, {"role": "user", "content": prompt.user()}]
    form = asked_for(schema.model_json_schema(), "json_schema")
    body = {"model": name, "messages": messages, "max_completion_tokens": access.max_tokens, **form}
    return {"custom_id": str(number), "method": "POST", "url": ADDRESS, "body": body}


def _answers(told: str, count: int, schema: type[Form]) -> list[Form | None]:
    answers: list[Form | None] = [None] * count
    for line in filter(None, told.splitlines()):
        row = json.loads(line)
        body = (row.get("response") or {}).get("body") or {}
        for choice in body.get("choices", [])[:1]:
            message = choice["message"]
            reply = Reply(message.get("content") or "", choice["finish_reason"], refused=bool(message.get("refusal")))
            try:
                answers[int(row["custom_id"])] = parse(reply, schema)
            except Unusable:
                continue
    return answers
