"""Two models for one agent, breakers, a run's budget and kept answers, against a scripted server over real HTTP."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from agents.exceptions import BudgetSpent, FaultKind, ModelUnavailable
from agents.llm.answers import Narrative
from agents.llm.budget import Budget
from agents.llm.calls import Limits
from agents.llm.circuit import Circuits
from agents.llm.gateway import ModelGateway
from agents.llm.prices import Price, Prices
from agents.llm.providers import Access
from agents.llm.routing import Routes
from agents.prompts import Prompt
from tests.model_server import Behaviour, ModelServer, completion, cut_off, helpful, status

PROMPT = Prompt("ratio", (("facts", "Back-end DTI 36.42 percent."),))
QUICK = Limits(call_seconds=4, total_seconds=20, tries=2, least_wait=0, most_wait=0, max_tokens=77)
FIRST, SECOND = "compatible/first", "compatible/second"
PRICES = Prices({FIRST: Price(Decimal("0.005"), Decimal("0.015")), SECOND: Price(Decimal(0), Decimal(0))})


class Kept:
    """Answers kept in a dictionary."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, bool], str] = {}

    async def get(self, key: str, *, private: bool) -> str | None:
        return self.texts.get((key, private))

    async def put(self, key: str, text: str, *, private: bool) -> None:
        self.texts[key, private] = text


def broken_first(trouble: Behaviour) -> Behaviour:
    """Be in trouble for the first model and help for the other."""

    def behave(body: dict[str, Any], handler: Any) -> None:
        (trouble if body["model"] == "first" else helpful)(body, handler)

    return behave


def gateway(server: ModelServer, *, other: str = SECOND, limits: Limits = QUICK, **parts: Any) -> ModelGateway:
    routes = Routes({"ratio": FIRST}, fallbacks={"ratio": other})
    access = Access(compatible_base_url=server.address, max_tokens=limits.max_tokens, seconds=limits.call_seconds)
    return ModelGateway(routes, access, limits, prices=PRICES, **parts)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(helpful) as running:
        yield running


@pytest.mark.parametrize(
    ("trouble", "kind", "tries"),
    [
        (status(500), FaultKind.SERVER_ERROR, 2),
        (status(401), FaultKind.REFUSED, 1),
        (cut_off, FaultKind.TRUNCATED, 2),
        (completion("Sure!"), FaultKind.INVALID_JSON, 2),
        (completion(None, refusal="No."), FaultKind.REFUSED, 1),
    ],
)
async def test_another_model_takes_over_and_both_are_on_record(trouble: Behaviour, kind: FaultKind, tries: int) -> None:
    with ModelServer(broken_first(trouble)) as server:
        models = gateway(server)
        answer = await models.ask("ratio", PROMPT, Narrative)
    assert answer.model == SECOND
    assert [(call.model, call.outcome, call.tries) for call in models.calls] == [
        (FIRST, kind, tries),
        (SECOND, "ok", 1),
    ]


async def test_where_both_fail_the_first_ones_trouble_is_told() -> None:
    with ModelServer(status(500)) as server, pytest.raises(ModelUnavailable, match="compatible/first"):
        await gateway(server).ask("ratio", PROMPT, Narrative)


async def test_a_provider_that_asks_for_time_gets_it(server: ModelServer) -> None:
    server.script.append(status(429, retry_after="1"))
    models = gateway(server, other="template")
    await models.ask("ratio", PROMPT, Narrative)
    assert models.calls[0].tries == 2
    assert models.calls[0].milliseconds >= 1_000


async def test_nobody_waits_longer_than_the_question_may_take(server: ModelServer) -> None:
    server.script.append(status(429, retry_after="3600"))
    models = gateway(server)
    assert (await models.ask("ratio", PROMPT, Narrative)).model == SECOND
    assert models.calls[0].outcome == FaultKind.RATE_LIMITED
    assert models.calls[0].milliseconds < 1_000


async def test_a_model_in_lasting_trouble_is_left_alone_by_later_runs() -> None:
    circuits = Circuits(threshold=2, seconds=60)
    with ModelServer(status(503)) as server:
        for outcome in (FaultKind.SERVER_ERROR, FaultKind.CIRCUIT_OPEN):
            models = gateway(server, other="template", circuits=circuits)
            with pytest.raises(ModelUnavailable):
                await models.ask("ratio", PROMPT, Narrative)
            assert models.calls[0].outcome == outcome
    assert len(server.requests) == 2


async def test_an_answer_tells_tokens_and_dollars(server: ModelServer) -> None:
    models = gateway(server)
    await models.ask("ratio", PROMPT, Narrative)
    [call] = models.calls
    assert (call.input_tokens, call.output_tokens, call.dollars) == (20, 10, Decimal("0.000250"))
    assert models.budget.dollars_spent == Decimal("0.000250")


@pytest.mark.parametrize("spent", [Budget(tokens=60), Budget(dollars=Decimal("0.0001")), Budget(seconds=0)])
async def test_a_call_the_run_cannot_pay_is_not_made(server: ModelServer, spent: Budget) -> None:
    models = gateway(server, budget=spent)
    with pytest.raises((BudgetSpent, ModelUnavailable)):
        await models.ask("ratio", PROMPT, Narrative)
    assert [request["model"] for request in server.requests] in ([], ["second"])


async def test_the_same_question_is_paid_for_once(server: ModelServer) -> None:
    kept = Kept()
    for _ in range(2):
        models = gateway(server, responses=kept, policy_version="v1")
        assert (await models.ask("ratio", PROMPT, Narrative)).value.text == "The file is in order."
    assert len(server.requests) == 1
    assert (models.calls[0].cached, models.calls[0].tries, models.calls[0].dollars) == (True, 0, Decimal(0))


@pytest.mark.parametrize("change", [{"policy_version": "v2"}, {"prompt": Prompt("ratio", (("facts", "DTI 40."),))}])
async def test_another_question_or_policy_is_asked_anew(server: ModelServer, change: dict[str, Any]) -> None:
    kept, prompt = Kept(), change.pop("prompt", PROMPT)
    await gateway(server, responses=kept, policy_version="v1").ask("ratio", PROMPT, Narrative)
    await gateway(server, responses=kept, **{"policy_version": "v1", **change}).ask("ratio", prompt, Narrative)
    assert len(server.requests) == 2


async def test_only_usable_answers_are_kept_and_a_spoilt_one_is_asked_anew(server: ModelServer) -> None:
    kept = Kept()
    server.script += [completion("Sure!"), completion("Sure!")]
    await gateway(server, responses=kept).ask("ratio", PROMPT, Narrative)
    assert len(kept.texts) == 1  # the second model's
    kept.texts = dict.fromkeys(kept.texts, "{}")
    assert (await gateway(server, responses=kept).ask("ratio", PROMPT, Narrative)).model == FIRST
