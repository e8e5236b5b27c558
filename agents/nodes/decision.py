"""Decision: the gate, in code, and the rationale of what it said."""

from agents.concluding import answer_of, rationale_of
from agents.context import AgentContext
from agents.llm.answers import Narrative
from agents.material import facts_text, findings_of, findings_text, passages_of, passages_text
from agents.nodes.agent import Work, agent
from agents.nodes.writing import written
from agents.prompts import Prompt
from agents.state import CaseState, DecisionReport, Verdict


async def work(state: CaseState, context: AgentContext) -> Work:
    """Apply the gate; a model, if any, words the rationale and can add a doubt, never change the outcome upward."""
    answer = answer_of(state)
    draft = rationale_of(state, answer)
    material = (
        ("facts", facts_text(state)),
        ("decision", draft),
        ("findings", findings_text(findings_of(state))),
        ("passages", passages_text(passages_of(state))),
    )
    note = await written("decision", context, Prompt("decision", material), Narrative, draft)
    policy = state.get("policy")
    return Work(
        report=DecisionReport(
            verdict=Verdict.CLEAR if note.clean else Verdict.NEEDS_REVIEW,
            outcome=answer.outcome,
            risk=answer.risk,
            eligibility=answer.eligibility,
            reasons=tuple(answer.reasons),
            doubts=tuple(answer.doubts),
            rationale=note.text,
            citations=policy.citations if policy else (),
        ),
        summary=f"{answer.outcome}, {answer.risk}, {answer.eligibility}.",
        writer=note.text.writer,
        faults=note.faults,
        doubts=note.doubts,
    )


decision = agent("decision", work)
