"""From the reports of a run to what it concluded. After audit the gate is asked once more, so every doubt counts."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from agents.advising import programs_side_by_side, tolerances, way_to_yes
from agents.context import AgentContext
from agents.engine.charges import charges_for
from agents.engine.gate import GateAnswer
from agents.engine.gate import conclude as ask_gate
from agents.material import findings_by_agent, findings_of, passages_of, ratios_of
from agents.narratives import WRITER, rationale_text
from agents.prompts import prompts_version
from agents.state import CaseState, Citation, Text, Verdict
from lending.conclusion import Conclusion, FindingRecord
from lending.ratios import Ratios, Worksheet, compute_ratios
from lending.vocabulary import FindingResult, Severity
from policies.rulebook.findings import FactValue, Finding
from policies.search.citations import Passage

AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit")


def answer_of(state: CaseState) -> GateAnswer:
    """Return the gate's answer on everything the run knows so far."""
    intake, underwriting = state.get("intake"), state.get("underwriting")
    return ask_gate(
        findings=findings_of(state),
        hard_rules=underwriting.hard_rules if underwriting else 0,
        scorecard=underwriting.scorecard if underwriting else (),
        confidence=underwriting.confidence if underwriting else None,
        missing=intake.missing if intake else (),
        verdicts={name: state[name].verdict for name in AGENTS if name in state},  # type: ignore[literal-required]
        faults=tuple(state.get("errors", ())),
        doubts=tuple(dict.fromkeys(state.get("doubts", ()))),
    )


def rationale_of(state: CaseState, answer: GateAnswer) -> str:
    """Return the built-in rationale of the gate's answer."""
    intake, policy, underwriting = state.get("intake"), state.get("policy"), state.get("underwriting")
    return rationale_text(
        state["case"],
        answer.outcome,
        findings=findings_of(state),
        hard_rules=underwriting.hard_rules if underwriting else 0,
        confidence=underwriting.confidence if underwriting else None,
        reasons=answer.reasons,
        conditions=underwriting.conditions if underwriting else (),
        missing=intake.missing if intake else (),
        doubts=answer.doubts,
        citations=policy.citations if policy else (),
        passages=passages_of(state),
    )


def conclude(state: CaseState, context: AgentContext) -> Conclusion:
    """Return everything the run leaves behind. A model's rationale stands only if audit passed it and nothing moved."""
    answer = answer_of(state)
    rationale = _standing_rationale(state, answer)
    intake, policy, underwriting = state.get("intake"), state.get("policy"), state.get("underwriting")
    audit, ratios = state.get("audit"), _figures(state, context)
    answers = programs_side_by_side(state, context, answer)
    return Conclusion(
        outcome=answer.outcome,
        risk=answer.risk,
        eligibility=answer.eligibility,
        confidence=underwriting.confidence if underwriting else None,
        hard_rules=underwriting.hard_rules if underwriting else 0,
        ratios=ratio_texts(ratios),
        worksheets=[_worksheet(sheet) for sheet in ratios.worksheets],
        findings=tuple(_record(agent, finding) for agent, finding in findings_by_agent(state)),
        scorecard=[_plain(asdict(line)) for line in (underwriting.scorecard if underwriting else ())],
        reasons=tuple(answer.reasons),
        conditions=underwriting.conditions if underwriting else (),
        citations=[_citation(cited, passages_of(state)) for cited in (policy.citations if policy else ())],
        missing=list(intake.missing if intake else ()),
        doubts=list(answer.doubts),
        strengths=list(underwriting.strengths if underwriting else ()),
        weaknesses=list(underwriting.weaknesses if underwriting else ()),
        rationale=rationale.text,
        rationale_writer=rationale.writer,
        programs=[each.as_plain() for each in answers],
        path_to_yes=way_to_yes(state, context, answer, answers),
        errors=[_plain(asdict(fault)) for fault in sorted(state.get("errors", ()), key=lambda fault: fault.agent)],
        evidence={**(audit.evidence if audit else {}), "tolerances": tolerances(context.rules)},
        facts=state["case"].without_personal_data().as_plain(),
        facts_hash=state["case"].facts_hash(),
        rulebook_version=context.rulebook_version,
        policy_version=policy.corpus_version if policy else "",
        prompt_version=prompts_version(),
    )


def _figures(state: CaseState, context: AgentContext) -> Ratios:
    """Return the run's figures. A file too thin for the pipeline still shows those that can be computed."""
    if "ratio" in state:
        return ratios_of(state)
    case = state["case"]
    return compute_ratios(case, charges_for(case, context.rules))


def _standing_rationale(state: CaseState, answer: GateAnswer) -> Text:
    decision, audit = state.get("decision"), state.get("audit")
    unmoved = decision is not None and decision.outcome is answer.outcome and decision.verdict is not Verdict.FAILED
    if decision and unmoved and audit and audit.verdict is Verdict.CLEAR and decision.rationale.writer != WRITER:
        return decision.rationale
    return Text(rationale_of(state, answer), WRITER)


def ratio_texts(ratios: Ratios) -> dict[str, str | None]:
    """Return the figures by name as decimal strings, None where unknown."""
    figures = {name: value for name, value in asdict(ratios).items() if name != "worksheets"}
    return {name: None if value is None else str(value) for name, value in figures.items()}


def _worksheet(sheet: Worksheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "unit": sheet.unit,
        "lines": [_plain(asdict(line)) for line in sheet.lines],
        "total": None if sheet.total is None else str(sheet.total),
    }


def _record(agent: str, finding: Finding) -> FindingRecord:
    return FindingRecord(
        code=finding.code,
        severity=Severity(finding.severity),
        result=FindingResult(finding.result),
        fact=finding.fact,
        value=_text(finding.value),
        limit=_text(finding.limit),
        margin=_text(finding.margin),
        unit=finding.unit,
        message=finding.message,
        citation=finding.citation,
        source_mark=finding.source_mark,
        reason_code=finding.reason_code,
        agent=agent,
        details=finding.details,
    )


def _text(value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _citation(cited: Citation, passages: tuple[Passage, ...]) -> dict[str, Any]:
    return {**asdict(cited), "title": passages[cited.source - 1].title}


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in record.items()}
