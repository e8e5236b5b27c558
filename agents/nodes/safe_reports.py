"""What each agent reports when it could not finish: nothing known, nothing passed, a person must look."""

from collections.abc import Callable
from typing import Any

from agents.state import (
    AuditReport,
    ComplianceReport,
    DecisionReport,
    IntakeReport,
    PolicyReport,
    RatioReport,
    Text,
    UnderwritingReport,
    Verdict,
)
from lending.vocabulary import Eligibility, Outcome, Risk


def safe_report(agent: str) -> Any:
    """Return the report of an agent that failed; its verdict is FAILED."""
    text = Text(f"The {agent} agent could not finish, so its part is unknown. A person must look.", "template")
    return _SAFE[agent](text)


_SAFE: dict[str, Callable[[Text], Any]] = {
    "intake": lambda text: IntakeReport(Verdict.FAILED, (), (), text),
    "ratio": lambda text: RatioReport(Verdict.FAILED, None, text),
    "policy": lambda text: PolicyReport(Verdict.FAILED, (), (), (), text, ""),
    "compliance": lambda text: ComplianceReport(Verdict.FAILED, (), text),
    "underwriting": lambda text: UnderwritingReport(
        verdict=Verdict.FAILED,
        findings=(),
        hard_rules=0,
        scorecard=(),
        confidence=None,
        risk=Risk.REFER,
        eligibility=Eligibility.UNKNOWN,
        strengths=(),
        weaknesses=(),
        conditions=(),
        opinion=text,
    ),
    "decision": lambda text: DecisionReport(
        verdict=Verdict.FAILED,
        outcome=Outcome.REVIEW,
        risk=Risk.REFER,
        eligibility=Eligibility.UNKNOWN,
        reasons=(),
        doubts=(),
        rationale=text,
        citations=(),
    ),
    "audit": lambda _: AuditReport(Verdict.FAILED, {}, (), None),
}
