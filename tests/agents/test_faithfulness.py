"""Claim by claim: what the evidence bears out, by its words, by its meaning, or by a judge."""

import json
from collections.abc import Sequence
from decimal import Decimal

import pytest

from agents.faithfulness import Claim, faithfulness_of, judged, measured, unlike
from agents.llm.answers import ClaimCheck
from policies.embedding.nearness import nearest
from tests.agents.a_run import context, gateway, run
from tests.builders_case import ada
from tests.model_server import ModelServer, completion

EVIDENCE = ("Back-end DTI: 36.42 percent.", "The limit of the back-end DTI is 45.00 percent.", "Score 768.")


def scores(text: str, likeness: object = unlike) -> list[tuple[Decimal, str]]:
    return [(claim.score, claim.by) for claim in measured(text, EVIDENCE, likeness)]  # type: ignore[arg-type]


def test_a_claim_in_the_words_of_the_evidence_is_borne_out() -> None:
    assert scores("The back-end DTI is 36.42 percent. The limit is 45.00 percent.") == [(Decimal("1.000"), "words")] * 2


@pytest.mark.parametrize("figure", ["36.43", "12", "-45.01"])
def test_a_figure_that_no_evidence_holds_undoes_the_claim(figure: str) -> None:
    assert scores(f"The back-end DTI is {figure} percent.", lambda *_: [1.0]) == [(Decimal(0), "words")]


def test_meaning_is_asked_only_where_words_leave_doubt() -> None:
    asked: list[Sequence[str]] = []

    def sure(claims: Sequence[str], evidence: Sequence[str]) -> list[float]:
        asked.append(claims)
        return [0.9 for _ in claims]

    text = "Score 768. Monthly obligations swallow little income."
    assert scores(text, sure) == [(Decimal("1.000"), "words"), (Decimal("0.900"), "meaning")]
    assert asked == [["Monthly obligations swallow little income."]]


def test_the_real_model_of_meaning_tells_near_from_far() -> None:
    near, far = nearest(["The debt ratio is below its maximum.", "The weather was fine in Lisbon."], EVIDENCE)
    assert near > far + 0.2
    assert nearest([], EVIDENCE) == []
    assert nearest(["x"], []) == [0.0]


def test_a_judge_counts_claims_as_it_finds_them() -> None:
    check = ClaimCheck.model_validate(
        {"claims": [{"claim": "It is so.", "supported": True}, {"claim": "It is not.", "supported": False}]}
    )
    assert faithfulness_of(judged(check)) == Decimal("0.500")
    assert faithfulness_of([]) is None
    assert Claim(1, Decimal(1), "model").as_plain() == {"claim": 1, "score": "1", "by": "model"}


async def test_a_models_rationale_is_kept_with_the_score_of_each_claim() -> None:
    text = "The application is approved. Penguins walk to the sea."
    with ModelServer(completion(json.dumps({"text": text, "concerns": []}))) as server:
        models = gateway({"decision": "compatible/scripted"}, address=server.address)
        conclusion, _ = await run(ada(), context(models=models, likeness=nearest))
    checks = conclusion.evidence["checks"]
    assert [claim["claim"] for claim in checks["claims"]] == [1, 2]
    good, bad = (Decimal(claim["score"]) for claim in checks["claims"])
    assert good > bad + Decimal("0.3")
    assert Decimal(checks["faithfulness"]) == (good + bad) / 2


async def test_the_built_in_rationale_is_scored_by_its_citations() -> None:
    conclusion, _ = await run(ada(), context())
    checks = conclusion.evidence["checks"]
    assert (checks["claims"], checks["faithfulness"]) == ([], "1.000")
