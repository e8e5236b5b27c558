"""Underwriting: every rule of the program, the scorecard, what speaks for and against, and the conditions."""

from collections.abc import Sequence

from agents.context import AgentContext
from agents.engine.assessment import count_hard_rules
from agents.engine.conditions import conditions_for
from agents.engine.gate import eligibility_of, risk_of
from agents.engine.scorecard import score
from agents.llm.answers import SecondOpinion
from agents.material import facts_of, facts_text, findings_of, findings_text, ratios_of
from agents.narratives import opinion_text, strengths_and_weaknesses
from agents.nodes.agent import Work, agent
from agents.nodes.writing import written
from agents.prompts import Prompt
from agents.state import CaseState, UnderwritingReport
from agents.verdicts import of_findings
from agents.wording import counted
from lending.vocabulary import Risk


async def work(state: CaseState, context: AgentContext) -> Work:
    """Evaluate and score; a model, if any, gives a second opinion that can only ask for more care."""
    case = state["case"]
    facts = facts_of(state, context)
    findings = tuple(context.rules.evaluate(facts, group="underwriting"))
    everything = (*findings_of(state), *findings)
    hard_rules = count_hard_rules(facts, context.rules)
    scorecard, confidence = score(facts, context.rules)
    strengths, weaknesses = strengths_and_weaknesses(scorecard)
    text = opinion_text(findings, confidence, strengths, weaknesses)
    material = (("facts", facts_text(state)), ("findings", findings_text(everything)), ("scorecard", text))
    note = await written("underwriting", context, Prompt("underwriting", material), SecondOpinion, text)
    passed = not any(finding.blocks_approval for finding in everything)
    doubts = (*note.doubts, *_disagreement(note.answer, passed=passed))
    return Work(
        report=UnderwritingReport(
            verdict=of_findings(findings, clean=not doubts and not note.faults and risk_of(confidence) is Risk.ACCEPT),
            findings=findings,
            hard_rules=hard_rules,
            scorecard=tuple(scorecard),
            confidence=confidence,
            risk=risk_of(confidence),
            eligibility=eligibility_of(everything, hard_rules),
            strengths=strengths,
            weaknesses=weaknesses,
            conditions=tuple(conditions_for(case, everything, ratios_of(state))),
            opinion=note.text,
        ),
        summary=_summary(findings, confidence),
        writer=note.text.writer,
        faults=note.faults,
        doubts=doubts,
    )


def _disagreement(opinion: object, *, passed: bool) -> Sequence[str]:
    if isinstance(opinion, SecondOpinion) and passed and opinion.recommendation != "approve":
        return [f"Underwriting: every rule passed, but the model's second opinion is {opinion.recommendation}."]
    return []


def _summary(findings: Sequence[object], confidence: object) -> str:
    score_words = f"scorecard {confidence} of 100" if confidence is not None else "scorecard unknown"
    return f"{counted(len(findings), 'rule')} evaluated, {score_words}."


underwriting = agent("underwriting", work)
