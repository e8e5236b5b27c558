"""The state that travels through the graph. Each agent owns one key; steps and errors are appended by reducers."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import add
from typing import Annotated, Any, TypedDict

from lending.casefile import CaseFile
from lending.conclusion import ConditionRecord, Reason
from lending.ratios import Ratios
from lending.vocabulary import Eligibility, Outcome, Risk
from policies.rulebook.findings import Finding
from policies.search.citations import Passage


class Verdict(StrEnum):
    """What an agent says of its own part. FAILED is the safe verdict of an agent that could not finish."""

    CLEAR = "clear"
    NEEDS_REVIEW = "needs_review"
    STOP = "stop"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quoted policy span that a text relies on: document, version, page and section, found in ``passage_id``."""

    source: int
    passage_id: int
    document: str
    version: int
    page: int
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Text:
    """Prose and who wrote it: a model as ``provider/model``, or ``template``."""

    text: str
    writer: str


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """Missing facts by name, consistency findings and red flags."""

    verdict: Verdict
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    narrative: Text


@dataclass(frozen=True, slots=True)
class RatioReport:
    """The figures, or None where the agent failed."""

    verdict: Verdict
    ratios: Ratios | None
    narrative: Text


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What the lender's policy says about the case, every sentence resting on a citation."""

    verdict: Verdict
    queries: tuple[str, ...]
    passages: tuple[Passage, ...]
    citations: tuple[Citation, ...]
    narrative: Text
    corpus_version: str


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """Sanctions, license, flood and consumer-protection findings."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    narrative: Text


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One factor of the scorecard: its value, the points it earned and the most it could have earned."""

    factor: str
    value: str
    points: Decimal
    possible: Decimal
    citation: str


@dataclass(frozen=True, slots=True)
class UnderwritingReport:
    """Every finding, the scorecard and what follows from both; ``hard_rules`` counts the rules that must pass."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    hard_rules: int
    scorecard: tuple[ScoreLine, ...]
    confidence: Decimal | None
    risk: Risk
    eligibility: Eligibility
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    conditions: tuple[ConditionRecord, ...]
    opinion: Text


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """The gate's answer, the reasons code chose, the doubts that kept it careful, and the rationale."""

    verdict: Verdict
    outcome: Outcome
    risk: Risk
    eligibility: Eligibility
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...]
    rationale: Text
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The evidence pack and what the checks of numbers, citations and faithfulness found."""

    verdict: Verdict
    evidence: dict[str, Any]
    doubts: tuple[str, ...]
    faithfulness: Decimal | None


@dataclass(frozen=True, slots=True)
class StepReport:
    """One agent's finished work, for progress and the trail. No personal data."""

    agent: str
    verdict: Verdict
    summary: str
    writer: str
    started_at: datetime
    milliseconds: int
    error: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentFault:
    """An agent that failed or timed out: which, what kind of trouble, and a sentence without personal data."""

    agent: str
    kind: str
    message: str


class CaseState(TypedDict, total=False):
    """One run's state: ``case`` comes in, each agent adds its own key."""

    case: CaseFile
    intake: IntakeReport
    ratio: RatioReport
    policy: PolicyReport
    compliance: ComplianceReport
    underwriting: UnderwritingReport
    decision: DecisionReport
    audit: AuditReport
    doubts: Annotated[list[str], add]
    steps: Annotated[list[StepReport], add]
    errors: Annotated[list[AgentFault], add]
