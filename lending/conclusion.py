"""What a run concluded, as the pipeline hands it over to be stored. Pure: plain values, no Django."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lending.vocabulary import ConditionStage, Eligibility, FindingResult, Outcome, Risk, Severity


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One rule applied to one fact, as text for the file; see ``lending.models.Finding``."""

    code: str
    severity: Severity
    result: FindingResult
    fact: str
    value: str
    limit: str
    margin: str
    unit: str
    message: str
    citation: str
    source_mark: str
    reason_code: str
    agent: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One principal reason of a decline: a failed rule or scorecard shortfall, with its Reg B and HMDA wording."""

    code: str
    text: str
    reg_b: str
    hmda_code: int
    finding_code: str


@dataclass(frozen=True, slots=True)
class ConditionRecord:
    """Something to bring before the loan closes, and the finding it came from."""

    code: str
    text: str
    stage: ConditionStage
    finding_code: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Everything a finished run leaves behind. ``confidence`` is 0 to 100; ratios are decimal strings or None."""

    outcome: Outcome
    risk: Risk
    eligibility: Eligibility
    confidence: Decimal | None
    hard_rules: int
    ratios: dict[str, str | None]
    worksheets: list[dict[str, Any]]
    findings: tuple[FindingRecord, ...]
    scorecard: list[dict[str, Any]]
    reasons: tuple[Reason, ...]
    conditions: tuple[ConditionRecord, ...]
    citations: list[dict[str, Any]]
    missing: list[str]
    doubts: list[str]
    strengths: list[str]
    weaknesses: list[str]
    rationale: str
    rationale_writer: str
    programs: list[dict[str, Any]]
    path_to_yes: list[dict[str, Any]]
    errors: list[dict[str, str]]
    evidence: dict[str, Any]
    facts: dict[str, Any]
    facts_hash: str
    rulebook_version: str
    policy_version: str
    prompt_version: str
