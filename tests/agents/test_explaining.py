"""A decision explained by a model that streams: only sentences that the decision bears out are told."""

from decimal import Decimal

import pytest

from agents.exceptions import FaultKind
from agents.explaining import Sentence, Told, explanation, stands
from agents.llm.calls import Limits
from agents.llm.gateway import ModelGateway
from agents.llm.prices import Price, Prices
from agents.llm.providers import Access
from agents.llm.routing import Routes
from agents.state import Citation
from tests.model_server import Behaviour, ModelServer, hang, status, writing

MODEL = "compatible/scripted"
QUOTE = "The back-end debt-to-income ratio is at most 45.00 percent."
TOLD = Told(
    "DECLINED",
    "The application is declined. The back-end DTI is 51.20 percent, above the limit of 45.00 percent.",
    "back end dti: 51.20\nltv: 80.00",
    (Citation(1, 7, "manual.pdf", 1, 9, "4.2 Maximum Back-End DTI", QUOTE),),
)
GOOD = (
    "The loan was declined. Its DTI of 51.20 percent is above 45.00 percent. [POLICY SOURCE 1] Paying off debts helps."
)


async def told_by(behaviour: Behaviour, *, seconds: float = 10) -> tuple[list[Sentence], ModelGateway]:
    limits = Limits(call_seconds=seconds, total_seconds=20)
    prices = Prices({MODEL: Price(Decimal("0.005"), Decimal("0.015"))})
    with ModelServer(behaviour) as server:
        models = ModelGateway(Routes({"decision": MODEL}), Access(), limits, prices=prices)
        chat = Access(compatible_base_url=server.address, seconds=seconds)
        return [sentence async for sentence in explanation(TOLD, models, chat)], models


async def test_checked_sentences_are_told_in_the_models_words_with_their_cost() -> None:
    sentences, models = await told_by(writing(GOOD))
    assert " ".join(sentence.text for sentence in sentences) == GOOD
    assert {sentence.writer for sentence in sentences} == {MODEL}
    [call] = models.calls
    assert (call.prompt, call.outcome, call.dollars) == ("explain", "ok", Decimal("0.000250"))


@pytest.mark.parametrize(
    "wrong",
    [
        "The DTI is 44.10 percent.",
        "The loan is approved.",
        "It says so. [POLICY SOURCE 2]",
        "The manual asks for 12 months. [POLICY SOURCE 1]",
    ],
)
async def test_a_sentence_the_decision_does_not_bear_out_is_left_out_and_that_is_said(wrong: str) -> None:
    sentences, _ = await told_by(writing(f"The loan was declined. {wrong} Paying off debts helps."))
    text = " ".join(sentence.text for sentence in sentences)
    assert wrong not in text
    assert "could not be checked" in text
    assert text.endswith(TOLD.rationale)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (status(500), FaultKind.SERVER_ERROR),
        (writing("The loan was", finish=None), FaultKind.TRUNCATED),
        (writing("The loan was", finish="length"), FaultKind.TRUNCATED),
        (hang(3), FaultKind.TIMEOUT),
    ],
)
async def test_where_the_model_fails_the_decisions_own_words_are_told(trouble: Behaviour, kind: FaultKind) -> None:
    sentences, models = await told_by(trouble, seconds=1)
    assert " ".join(sentence.text for sentence in sentences) == TOLD.rationale
    assert {sentence.writer for sentence in sentences} == {"template"}
    assert models.calls[0].outcome == kind


async def test_without_a_model_nobody_is_asked() -> None:
    models = ModelGateway(Routes({}), Access())
    sentences = [sentence async for sentence in explanation(TOLD, models, Access())]
    assert " ".join(sentence.text for sentence in sentences) == TOLD.rationale
    assert models.calls == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The loan could be approved if the debts were paid off.",
        "It is not approved.",
        "Section 4.2 limits the ratio to 45.00 percent. [POLICY SOURCE 1]",
        "The LTV of 80 percent is fine.",
    ],
)
def test_what_follows_from_the_decision_may_be_said(sentence: str) -> None:
    assert stands(sentence, TOLD)
