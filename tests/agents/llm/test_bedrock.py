"""Bedrock's Converse through botocore, against a local endpoint: the form as a tool, troubles by their names."""

from typing import Any

import pytest

from agents.exceptions import FaultKind, ModelOutputInvalid, ModelUnavailable
from agents.llm.answers import Narrative
from agents.llm.calls import Limits
from agents.llm.gateway import ModelGateway
from agents.llm.providers import Access
from agents.llm.routing import Routes
from agents.prompts import Prompt
from tests.bedrock_server import BedrockServer, Scripted, said

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
PROMPT = Prompt("intake", (("facts", "Back-end DTI 36.42 percent."),))
LIMITS = Limits(call_seconds=10, total_seconds=30, tries=2, least_wait=0, most_wait=0, max_tokens=77)


def error(status: int, kind: str, **headers: str) -> Scripted:
    return status, {"message": "scripted"}, {"x-amzn-ErrorType": kind, **headers}


async def asked(monkeypatch: pytest.MonkeyPatch, server: BedrockServer) -> tuple[Any, ModelGateway]:
    """Ask through the server and return the answer, or the trouble, and the gateway."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    routes = Routes({"intake": f"bedrock/{MODEL}"}, frozenset({"intake"}), frozenset({"bedrock"}))
    models = ModelGateway(routes, Access(bedrock_region="us-east-1", max_tokens=77), LIMITS)
    try:
        return await models.ask("intake", PROMPT, Narrative), models
    except (ModelUnavailable, ModelOutputInvalid) as trouble:
        return trouble, models


async def test_the_form_is_a_tool_and_its_use_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with BedrockServer() as server:
        answer, models = await asked(monkeypatch, server)
    assert answer.value.text == "The file is in order."
    [(path, body)] = server.requests
    assert path.startswith("/model/anthropic.claude-3-haiku")
    assert body["inferenceConfig"]["maxTokens"] == 77
    assert body["toolConfig"]["toolChoice"] == {"tool": {"name": "Narrative"}}
    assert (models.calls[0].input_tokens, models.calls[0].output_tokens) == (20, 10)


@pytest.mark.parametrize(
    ("trouble", "kind", "requests"),
    [
        (error(429, "ThrottlingException"), FaultKind.RATE_LIMITED, 2),
        (error(503, "ServiceUnavailableException"), FaultKind.SERVER_ERROR, 2),
        (error(403, "AccessDeniedException"), FaultKind.REFUSED, 1),
        (error(400, "ValidationException"), FaultKind.REFUSED, 1),
        ((200, said([{"text": "No."}], "guardrail_intervened"), {}), FaultKind.REFUSED, 1),
        ((200, said([{"text": '{"text": "Th'}], "max_tokens"), {}), FaultKind.TRUNCATED, 2),
        ((200, said([{"text": "Sure!"}], "end_turn"), {}), FaultKind.INVALID_JSON, 2),
    ],
)
async def test_each_trouble_has_its_name_and_its_tries(
    monkeypatch: pytest.MonkeyPatch, trouble: Scripted, kind: FaultKind, requests: int
) -> None:
    with BedrockServer(trouble, trouble) as server:
        met, models = await asked(monkeypatch, server)
    assert (met.kind, len(server.requests), models.calls[0].outcome) == (kind, requests, kind)


async def test_a_pause_that_bedrock_asks_for_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with BedrockServer(error(429, "ThrottlingException", **{"Retry-After": "1"})) as server:
        answer, models = await asked(monkeypatch, server)
    assert answer.value.text
    assert models.calls[0].milliseconds >= 1_000
