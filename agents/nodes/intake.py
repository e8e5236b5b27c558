"""Intake: is the file whole, does it agree with itself, and do the officer's notes say something else?"""

from agents.context import AgentContext
from agents.engine.intake import review_intake
from agents.llm.answers import Narrative
from agents.material import facts_text
from agents.narratives import intake_text
from agents.nodes.agent import Work, agent
from agents.nodes.writing import NOTES, Written, written
from agents.prompts import Prompt
from agents.state import CaseState, IntakeReport, Text, Verdict
from agents.verdicts import of_findings
from agents.wording import counted


async def work(state: CaseState, context: AgentContext) -> Work:
    """List missing facts and red flags; a model, if any, reads the notes of a whole file for contradictions."""
    case = state["case"]
    missing, findings = review_intake(case)
    fallback = intake_text(case, missing, findings)
    note = Written(Text(fallback, "template"))
    if not missing:
        material = (("facts", facts_text(state)), ("checks", fallback), (NOTES, case.officer_notes or "none"))
        note = await written("intake", context, Prompt("intake", material), Narrative, fallback)
    verdict = Verdict.INCOMPLETE if missing else of_findings(findings, clean=note.clean)
    return Work(
        report=IntakeReport(verdict, tuple(missing), tuple(findings), note.text),
        summary=f"{counted(len(missing), 'fact')} missing."
        if missing
        else f"Whole, {counted(len(findings), 'check')} made.",
        writer=note.text.writer,
        faults=note.faults,
        doubts=note.doubts,
        details={"missing": list(missing)},
    )


intake = agent("intake", work)
