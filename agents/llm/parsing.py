"""From a model's reply to a validated form, or a named reason why not."""

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from agents.exceptions import FaultKind
from agents.llm.providers import Reply

Form = TypeVar("Form", bound=BaseModel)
FINISHED = {"stop", "end_turn", "stop_sequence", "tool_calls", "tool_use"}


class Unusable(Exception):
    """A reply that is not in the agreed form; ``problem`` tells the model, in our words, what to mend."""

    def __init__(self, kind: FaultKind, problem: str) -> None:
        self.kind, self.problem = kind, problem
        super().__init__(problem)


def parse(reply: Reply, schema: type[Form]) -> Form:
    """Return the reply as ``schema``; raise Unusable when it is cut off, empty, not JSON or of another form."""
    if reply.finish not in FINISHED:
        raise Unusable(FaultKind.TRUNCATED, "it was cut off before its end; be shorter")
    if not reply.text.strip():
        raise Unusable(FaultKind.EMPTY, "it was empty")
    try:
        content = json.loads(_unwrapped(reply.text))
    except ValueError as exc:
        raise Unusable(FaultKind.INVALID_JSON, "it was not one JSON object") from exc
    try:
        return schema.model_validate(content)
    except ValidationError as exc:
        raise Unusable(FaultKind.WRONG_SCHEMA, _wrong_fields(exc)) from exc


def _unwrapped(text: str) -> str:
    """Take away a code fence, in which many models wrap JSON."""
    stripped = text.strip()
    if stripped.startswith("```"):
        stripped = stripped.removeprefix("```json").removeprefix("```").removesuffix("```")
    return stripped.strip()


def _wrong_fields(error: ValidationError) -> str:
    places = {
        f"{'.'.join(map(str, trouble['loc'])) or 'the object'} ({trouble['type']})"
        for trouble in error.errors(include_input=False, include_url=False, include_context=False)
    }
    return "these fields do not fit the schema: " + ", ".join(sorted(places)[:10])


def repair_request(problem: Unusable) -> str:
    """Return the one sentence that asks for the answer again."""
    return f"Your answer could not be used: {problem.problem}. Answer again with one JSON object that fits the schema."
