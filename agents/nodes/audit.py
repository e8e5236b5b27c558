"""Audit: the evidence pack, and whether the rationale says only what the evidence holds. It runs in every case."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agents.citing import FAITHFULNESS, Proof, prove, sentences
from agents.concluding import answer_of, rationale_of
from agents.context import AgentContext
from agents.faithfulness import Claim, faithfulness_of, judged, measured
from agents.llm.answers import ClaimCheck
from agents.material import (
    facts_text,
    findings_by_agent,
    findings_of,
    findings_text,
    known_figures,
    labels,
    passages_of,
    passages_text,
)
from agents.narratives import WRITER
from agents.nodes.agent import Work, agent
from agents.nodes.writing import asked
from agents.prompts import Prompt, prompts_version
from agents.state import AuditReport, CaseState, Citation, Verdict


async def work(state: CaseState, context: AgentContext) -> Work:
    """Check every figure, citation and cited sentence of the rationale, and pack what the decision rests on."""
    decision = state.get("decision")
    rationale = decision.rationale.text if decision else rationale_of(state, answer_of(state))
    citations = _citations(state)
    proof = prove(
        rationale,
        known=known_figures(state),
        labels=labels(state),
        citations=citations,
        passages=passages_of(state),
    )
    given, faults, doubts = await _claims(state, context, rationale)
    check = given.value if given else None
    claims = _claims_of(state, context, rationale, check)
    score = faithfulness_of(claims) if claims else proof.faithfulness
    doubts = (*_doubts(proof), *doubts, *_unsupported(check))
    verdict = Verdict.NEEDS_REVIEW if doubts or faults else Verdict.CLEAR
    return Work(
        report=AuditReport(
            verdict, _evidence(state, context, citations, proof, claims), doubts, faithfulness_of(claims)
        ),
        summary=" ".join(doubts) or "Every figure, citation and cited sentence of the rationale holds.",
        writer=given.model if given else WRITER,
        faults=faults,
        doubts=doubts,
        details={"faithfulness": _text(score), "claims": len(claims)},
    )


def _claims_of(state: CaseState, context: AgentContext, rationale: str, check: ClaimCheck | None) -> tuple[Claim, ...]:
    """Return a model's rationale claim by claim: as the audit's own model judges, else against what it was given.

    The built-in rationale is code's own words; of it only the sentences that cite are scored, by their citations. What
    is measured here sends nobody to a person: a paraphrase scores low and may be right.
    """
    if check is not None:
        return judged(check)
    decision = state.get("decision")
    if decision is None or decision.rationale.writer == WRITER:
        return ()
    pieces = [*facts_text(state).splitlines(), *findings_text(findings_of(state)).splitlines()]
    pieces += [sentence for passage in passages_of(state) for sentence in sentences(passage.text)]
    pieces += sentences(rationale_of(state, answer_of(state)))
    return measured(rationale, pieces, context.likeness, labels=labels(state))


def _text(score: Decimal | None) -> str | None:
    return None if score is None else str(score)


def _citations(state: CaseState) -> tuple[Citation, ...]:
    policy = state.get("policy")
    return policy.citations if policy else ()


async def _claims(state: CaseState, context: AgentContext, rationale: str) -> Any:
    material = (
        ("rationale", rationale),
        ("facts", facts_text(state)),
        ("findings", findings_text(findings_of(state))),
        ("passages", passages_text(passages_of(state))),
    )
    return await asked("audit", context, Prompt("audit", material), ClaimCheck)


def _doubts(proof: Proof) -> tuple[str, ...]:
    found = []
    if proof.strange_figures:
        found.append("Audit: the rationale held a figure that was not computed; the built-in text replaces it.")
    if proof.uncited_figures:
        found.append("Audit: a cited sentence held a figure that its quoted words lack; the built-in text replaces it.")
    if proof.broken_citations:
        found.append("Audit: the rationale held a citation that does not stand; the built-in text replaces it.")
    if proof.faithfulness is not None and proof.faithfulness < FAITHFULNESS["fail"]:
        found.append(
            f"Audit: faithfulness {proof.faithfulness} is below {FAITHFULNESS['fail']}; the built-in text replaces it."
        )
    return tuple(found)


def _unsupported(answer: ClaimCheck | None) -> tuple[str, ...]:
    wrong = [claim for claim in answer.claims if not claim.supported] if answer else []
    return (f"Audit: the model finds {len(wrong)} of the rationale's claims without support.",) if wrong else ()


def _evidence(
    state: CaseState,
    context: AgentContext,
    citations: tuple[Citation, ...],
    proof: Proof,
    claims: Sequence[Claim],
) -> dict[str, Any]:
    policy = state.get("policy")
    return {
        "facts_hash": state["case"].facts_hash(),
        "decided_on": context.today.isoformat(),
        "rulebook_version": context.rulebook_version,
        "policy_version": policy.corpus_version if policy else "",
        "prompt_version": prompts_version(),
        "findings": [f"{agent}: {finding.code} {finding.result}" for agent, finding in findings_by_agent(state)],
        "passages": [passage.chunk_id for passage in passages_of(state)],
        "citations": len(citations),
        "agents": {step.agent: str(step.verdict) for step in sorted(state.get("steps", []), key=lambda s: s.agent)},
        "checks": {
            "figures_without_source": len(proof.strange_figures),
            "figures_not_in_cited_words": len(proof.uncited_figures),
            "citations_that_do_not_stand": list(proof.broken_citations),
            "faithfulness_of_cited_sentences": _text(proof.faithfulness),
            "faithfulness": _text(faithfulness_of(claims) if claims else proof.faithfulness),
            "claims": [claim.as_plain() for claim in claims],
        },
    }


audit = agent("audit", work)
