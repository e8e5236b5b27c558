"""Is a principal reason true? Heal what it blames, evaluate again, and it must be gone."""

from decimal import Decimal

from agents.engine.assessment import UNDERWRITING, Assessment
from agents.engine.compliance import GROUP as COMPLIANCE
from agents.engine.reasons import FACTORS, principal_reasons
from agents.engine.scorecard import score
from lending.conclusion import Reason
from policies.rulebook.findings import FactValue, Finding
from policies.rulebook.rules import DatedRules, Rule

BEST: dict[str, FactValue] = {
    "back_end_dti": Decimal(0),
    "credit_score": 850,
    "ltv": Decimal(1),
    "reserves_months": Decimal(100),
    "years_employed": Decimal(40),
}


def surviving_reasons(assessment: Assessment, rules: DatedRules) -> tuple[list[str], int]:
    """Return the reasons that stay although their fact was made good, and how many could be tried.

    A rule without a limit for this kind of loan (an empty table) has no value that would pass, so it is not tried.
    """
    tried = [(reason, good) for reason in assessment.reasons if (good := _good(reason, assessment, rules))]
    kept = [
        f"{reason.code} of {reason.finding_code or 'the scorecard'} stays although {fact} became {value}"
        for reason, (fact, value) in tried
        if _still_given(reason, assessment, rules, fact, value)
    ]
    return kept, len(tried)


def _still_given(reason: Reason, assessment: Assessment, rules: DatedRules, fact: str, value: FactValue) -> bool:
    facts = {**assessment.facts, fact: value}
    findings = [found for group in (COMPLIANCE, UNDERWRITING) for found in rules.evaluate(facts, group=group)]
    scorecard, _ = score(facts, rules)
    again = principal_reasons(findings, scorecard)
    if reason.finding_code:
        return any(found.finding_code == reason.finding_code for found in again)
    return any(found.code == reason.code and not found.finding_code for found in again)


def _good(reason: Reason, assessment: Assessment, rules: DatedRules) -> tuple[str, FactValue] | None:
    """Return the fact that a reason blames and a value that is good enough; None where no value would be."""
    if not reason.finding_code:
        factor = next(factor for factor, (code, _) in FACTORS.items() if code == reason.code)
        return factor, BEST[factor]
    [finding] = [found for found in assessment.findings if found.code == reason.finding_code]
    [rule] = [rule for rule in rules.rules if rule.code == finding.code]
    return None if finding.limit is None else (finding.fact, _at_the_limit(rule, finding))


def _at_the_limit(rule: Rule, finding: Finding) -> FactValue:
    match rule.test:
        case "below":
            return Decimal(str(finding.limit)) - 1
        case "one_of":
            listed = str(finding.limit).split(", ")[0]
            return listed if isinstance(finding.value, str) else Decimal(listed)
        case "none_of":
            return "none of these"
    return finding.limit
