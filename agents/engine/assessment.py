"""One application through the whole engine at once, without agents or models: figures, findings, score, gate.

The pipeline's nodes call the same pieces one by one; a run without doubts concludes what this concludes.
"""

from dataclasses import dataclass
from decimal import Decimal

from agents.engine.charges import charges_for
from agents.engine.compliance import GROUP as COMPLIANCE
from agents.engine.compliance import SCREENED_FACT
from agents.engine.facts import case_facts, with_residual_ratio
from agents.engine.gate import MUST_PASS, GateAnswer, conclude, risk_of
from agents.engine.intake import review_intake
from agents.engine.scorecard import score
from agents.state import ScoreLine, Verdict
from agents.verdicts import of_findings
from lending.casefile import CaseFile
from lending.conclusion import Reason
from lending.ratios import Ratios, compute_ratios
from lending.vocabulary import Eligibility, Outcome, Risk
from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.rulebook.findings import Finding
from policies.rulebook.rules import DatedRules, Facts

UNDERWRITING = "underwriting"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the engine says of one case: every figure, fact and finding, the score, and the gate's answer."""

    case: CaseFile
    ratios: Ratios
    facts: Facts
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    hard_rules: int
    scorecard: tuple[ScoreLine, ...]
    confidence: Decimal | None
    answer: GateAnswer

    @property
    def outcome(self) -> Outcome:
        """What the gate concluded."""
        return self.answer.outcome

    @property
    def risk(self) -> Risk:
        """ACCEPT or REFER."""
        return self.answer.risk

    @property
    def eligibility(self) -> Eligibility:
        """ELIGIBLE, INELIGIBLE or UNKNOWN."""
        return self.answer.eligibility

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The principal reasons of a decline, else none."""
        return self.answer.reasons


def assess(
    case: CaseFile, rules: DatedRules, *, areas: AreaLimits = NO_AREAS, sanctions: bool | None = None
) -> Assessment:
    """Return the engine's answer on a case under the rules of one day.

    ``areas`` are the county's loan limits, ``sanctions`` the answer of screening (True: a strong hit that nobody
    cleared; None: not known). Pure: the same arguments give the same answer.
    """
    ratios = compute_ratios(case, charges_for(case, rules))
    facts = with_residual_ratio(case_facts(case, ratios, areas), rules)
    missing, intake = review_intake(case)
    screened = {**facts, SCREENED_FACT: sanctions}
    compliance = tuple(rules.evaluate(screened, group=COMPLIANCE))
    underwriting = tuple(rules.evaluate(facts, group=UNDERWRITING))
    scorecard, confidence = score(facts, rules)
    hard_rules = sum(found.severity in MUST_PASS for found in (*compliance, *underwriting))
    verdicts = {
        "intake": Verdict.INCOMPLETE if missing else of_findings(intake, clean=True),
        "ratio": Verdict.CLEAR,
        "policy": Verdict.CLEAR,
        "compliance": of_findings(compliance, clean=True),
        "underwriting": of_findings(underwriting, clean=risk_of(confidence) is Risk.ACCEPT),
    }
    findings = (*intake, *compliance, *underwriting)
    answer = conclude(
        findings=findings,
        hard_rules=hard_rules,
        confidence=confidence,
        scorecard=scorecard,
        missing=missing,
        verdicts=verdicts,
    )
    return Assessment(case, ratios, facts, missing, findings, hard_rules, scorecard, confidence, answer)


def count_hard_rules(facts: Facts, rules: DatedRules) -> int:
    """Return how many hard and stop rules apply to the facts: as many findings must have passed before an approval."""
    groups = (UNDERWRITING, COMPLIANCE)
    return sum(rule.severity in MUST_PASS for group in groups for rule in rules.applicable(facts, group))
