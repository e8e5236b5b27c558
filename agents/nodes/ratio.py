"""Ratio: every figure of the loan in exact arithmetic, and a paragraph that reads them out."""

from agents.concluding import ratio_texts
from agents.context import AgentContext
from agents.engine.charges import charges_for
from agents.llm.answers import Narrative
from agents.narratives import ratio_text
from agents.nodes.agent import Work, agent
from agents.nodes.writing import written
from agents.prompts import Prompt
from agents.state import CaseState, RatioReport, Verdict
from agents.wording import loan_words
from lending.ratios import compute_ratios
from policies.rulebook.rule_wording import shown


async def work(state: CaseState, context: AgentContext) -> Work:
    """Compute the ratios with the dated charges of the program; a model, if any, words the paragraph."""
    case = state["case"]
    ratios = compute_ratios(case, charges_for(case, context.rules))
    text = ratio_text(ratios)
    prompt = Prompt("ratio", (("facts", f"Loan: {loan_words(case)}.\n{text}"),))
    note = await written("ratio", context, prompt, Narrative, text)
    return Work(
        report=RatioReport(Verdict.CLEAR if note.clean else Verdict.NEEDS_REVIEW, ratios, note.text),
        summary=f"Back-end DTI {shown(ratios.back_end_dti, 'percent')}, LTV {shown(ratios.ltv, 'percent')}.",
        writer=note.text.writer,
        faults=note.faults,
        doubts=note.doubts,
        details={"ratios": ratio_texts(ratios)},
    )


ratio = agent("ratio", work)
