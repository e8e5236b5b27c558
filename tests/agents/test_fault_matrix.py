"""Nothing that goes wrong in an agent leads to an approval: seven agents by nine kinds of trouble, over real HTTP."""

from collections.abc import Sequence
from typing import Any

import pytest

from agents.llm.calls import Limits
from agents.llm.providers import Message, Reply
from lending.vocabulary import Outcome
from tests.agents.a_run import context, gateway, run
from tests.builders_case import ada
from tests.model_server import Behaviour, ModelServer, completion, cut_off, form_of, hang, helpful, status

AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit")
OVER_HTTP: dict[str, Behaviour] = {
    "timeout": hang(3),
    "empty": completion(""),
    "invalid JSON": completion("I would approve this loan."),
    "truncated stream": cut_off,
    "wrong schema": completion('{"outcome": "APPROVED", "confidence": 100}'),
    "429": status(429),
    "500": status(500),
    "refused": completion(None, refusal="I cannot help with that."),
}
CALL_SECONDS = {"timeout": 1.5}  # long enough for a busy machine to have sent its request


class BrokenClient:
    """A client library with a bug of its own."""

    def prepare(self, model: str) -> None:
        """Load nothing."""

    async def __call__(self, model: str, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """Fail in a way that nobody planned."""
        raise ZeroDivisionError("a bug")


@pytest.mark.slow
@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("trouble", OVER_HTTP)
async def test_trouble_with_a_model_ends_with_a_person(agent: str, trouble: str) -> None:
    limits = Limits(CALL_SECONDS.get(trouble, 10), total_seconds=30, tries=2, least_wait=0, most_wait=0)
    with ModelServer(OVER_HTTP[trouble]) as server:
        models = gateway({agent: "compatible/scripted"}, address=server.address, limits=limits)
        conclusion, steps = await run(ada(), context(models=models))
    assert server.requests
    assert conclusion.outcome is Outcome.REVIEW
    assert {error["agent"] for error in conclusion.errors} == {agent}
    assert conclusion.doubts
    assert conclusion.rationale_writer == "template"
    assert {step.agent for step in steps} == set(AGENTS)


@pytest.mark.parametrize("agent", AGENTS)
async def test_a_bug_in_an_agent_ends_with_a_person(agent: str) -> None:
    models = gateway({agent: "compatible/broken"}, chat=BrokenClient())
    conclusion, steps = await run(ada(), context(models=models))
    assert conclusion.outcome is Outcome.REVIEW
    assert [(error["agent"], error["kind"]) for error in conclusion.errors] == [(agent, "exception")]
    assert {step.agent: step.verdict for step in steps}[agent] == "failed"
    assert steps[-1].agent == "audit"


@pytest.mark.parametrize("trouble", ["empty", "invalid JSON", "truncated stream", "wrong schema", "429", "500"])
async def test_trouble_that_passes_costs_nothing(trouble: str) -> None:
    models = dict.fromkeys(AGENTS, "compatible/scripted")
    with ModelServer(helpful, script=[OVER_HTTP[trouble]]) as server:
        conclusion, _ = await run(ada(), context(models=gateway(models, address=server.address)))
    assert (conclusion.outcome, conclusion.errors) == (Outcome.APPROVED, [])


async def test_with_good_models_their_words_stand_and_the_figures_do_not_move() -> None:
    plain, _ = await run(ada(), context())
    with ModelServer(helpful) as server:
        models = gateway(dict.fromkeys(AGENTS, "compatible/scripted"), address=server.address)
        told, steps = await run(ada(), context(models=models))
    assert (told.outcome, told.rationale) == (Outcome.APPROVED, "The file is in order.")
    assert told.rationale_writer == "compatible/scripted"
    assert (told.ratios, told.findings, told.scorecard) == (plain.ratios, plain.findings, plain.scorecard)
    assert {step.writer for step in steps} == {"compatible/scripted"}
    assert len(models.calls) == 8


@pytest.mark.parametrize(
    ("agent", "answer"),
    [
        ("intake", '{"text": "Notes differ.", "concerns": ["The notes name another income."]}'),
        ("ratio", '{"text": "The back-end DTI is 12.34 percent.", "concerns": []}'),
        ("compliance", '{"text": "Hm.", "concerns": ["Something else."]}'),
        ("underwriting", '{"text": "I would not.", "recommendation": "decline", "concerns": []}'),
        ("decision", '{"text": "Approved at 1.11 percent.", "concerns": []}'),
        ("decision", '{"text": "It says so [POLICY SOURCE 9].", "concerns": []}'),
        ("audit", '{"claims": [{"claim": "It is so.", "supported": false}]}'),
    ],
)
async def test_a_model_can_only_ask_for_more_care(agent: str, answer: str) -> None:
    with ModelServer(completion(answer)) as server:
        models = gateway({agent: "compatible/scripted"}, address=server.address)
        conclusion, _ = await run(ada(), context(models=models))
    assert conclusion.outcome is Outcome.REVIEW
    assert conclusion.doubts
    assert "12.34" not in str(conclusion)
    assert "1.11" not in conclusion.rationale


async def test_invented_policy_words_are_dropped_and_doubted() -> None:
    def invent(body: dict[str, Any], handler: Any) -> None:
        form = form_of(body)
        invented = (
            '{"text": "All is allowed [POLICY SOURCE 1].", "quotations": [{"source": 1, "quote": "All is allowed"}]}'
        )
        (completion(invented) if form == "PolicyReading" else helpful)(body, handler)

    with ModelServer(invent) as server:
        models = gateway({"policy": "compatible/scripted"}, address=server.address)
        conclusion, _ = await run(ada(), context(models=models))
    assert conclusion.outcome is Outcome.REVIEW
    assert all(cited["quote"] != "All is allowed" for cited in conclusion.citations)


async def test_a_dead_provider_costs_one_agents_tries_not_seven() -> None:
    with ModelServer(status(500)) as server:
        models = gateway(dict.fromkeys(AGENTS, "compatible/scripted"), address=server.address)
        conclusion, _ = await run(ada(), context(models=models))
    assert len(server.requests) == 2
    assert {error["agent"] for error in conclusion.errors} == set(AGENTS)
    assert conclusion.outcome is Outcome.REVIEW
