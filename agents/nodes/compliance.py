"""Compliance: sanctions, license, flood and consumer-protection rules. A stop goes to compliance, never a decline."""

from agents.context import AgentContext
from agents.engine.compliance import check_compliance
from agents.llm.answers import Narrative
from agents.material import facts_of, findings_text
from agents.narratives import compliance_text
from agents.nodes.agent import Work, agent
from agents.nodes.writing import written
from agents.prompts import Prompt
from agents.state import CaseState, ComplianceReport, Verdict
from agents.verdicts import of_findings
from agents.wording import counted, loan_words


async def work(state: CaseState, context: AgentContext) -> Work:
    """Evaluate the compliance rules and screen every borrower; a model, if any, explains the flags."""
    case = state["case"]
    findings = tuple(check_compliance(case, facts_of(state, context), context.rules, context.screener))
    text = compliance_text(findings)
    prompt = Prompt("compliance", (("loan", loan_words(case)), ("findings", findings_text(findings))))
    note = await written("compliance", context, prompt, Narrative, text)
    verdict = of_findings(findings, clean=note.clean)
    return Work(
        report=ComplianceReport(verdict, findings, note.text),
        summary=f"{counted(len(findings), 'rule')} checked." if verdict is Verdict.CLEAR else text,
        writer=note.text.writer,
        faults=note.faults,
        doubts=note.doubts,
    )


compliance = agent("compliance", work)
