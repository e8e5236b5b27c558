"""What the engine says of random cases, judged by the rulebook's texts, by a simpler underwriter, and by itself."""

import random
from datetime import date
from decimal import Decimal

from agents.engine.assessment import Assessment, assess
from agents.engine.compliance import SCREENED_FACT
from benchmarks.gate_cases import AREAS, random_case, refusals
from benchmarks.gate_cases_reasons import surviving_reasons
from benchmarks.gate_oracle import Oracle
from lending.adverse_reasons import MOST_REASONS
from lending.vocabulary import Outcome
from policies.rulebook.findings import Finding, Result, Severity
from policies.rulebook.rules import DatedRules, RuleBook

DAY = date(2026, 11, 2)
SANCTIONS = (False, False, False, False, True, None)
MUST_PASS = ("hard", "stop")
FROM_INTAKE = "INTAKE_"


class Judge:
    """The rules of one day in both readings."""

    def __init__(self, day: date = DAY) -> None:
        self.rules: DatedRules = RuleBook.load().on(day)
        self.oracle = Oracle(day)

    def random_assessment(self, dice: random.Random) -> tuple[Assessment, bool | None]:
        """Return the engine's answer to a random case, with the answer of screening that it was given."""
        sanctions = dice.choice(SANCTIONS)
        return assess(random_case(dice), self.rules, areas=dice.choice(AREAS), sanctions=sanctions), sanctions

    def broken(self, dice: random.Random) -> tuple[list[str], Outcome]:
        """Return what the engine got wrong on a random case, and what it said."""
        assessment, sanctions = self.random_assessment(dice)
        told = self.oracle.results({**assessment.facts, SCREENED_FACT: sanctions})
        stay, _ = surviving_reasons(assessment, self.rules)
        wrong = [*self.misread(assessment, told), *false_reasons(assessment), *stay]
        if assessment.outcome is Outcome.APPROVED:
            wrong += self._wrongly_approved(assessment, told, sanctions)
        return wrong, assessment.outcome

    def misread(self, assessment: Assessment, told: dict[str, str]) -> list[str]:
        """Return where findings differ from ``told``, the results that the rulebook's texts give."""
        found = {finding.code: str(finding.result) for finding in rule_findings(assessment)}
        codes = sorted(code for code in {*found, *told} if found.get(code) != told.get(code))
        wrong = [f"{code}: {found.get(code, 'silent')}, but its text says {told.get(code, 'silent')}" for code in codes]
        expected = sum(self.oracle.severity(code) in MUST_PASS for code in told)
        if assessment.hard_rules != expected:
            wrong.append(f"{assessment.hard_rules} rules must pass, but the texts hold {expected}")
        return wrong

    def _wrongly_approved(self, assessment: Assessment, told: dict[str, str], sanctions: bool | None) -> list[str]:
        against = [
            f"{code} {result}"
            for code, result in told.items()
            if self.oracle.severity(code) in MUST_PASS and result != "passed"
        ]
        against += refusals(assessment.case)
        against += [] if sanctions is False else ["sanctions"]
        against += [] if assessment.confidence is not None and assessment.confidence > 55 else ["confidence"]
        return [f"approved despite {', '.join(against)}"] if against else []


def rule_findings(assessment: Assessment) -> list[Finding]:
    """Return the findings that rules made, without those of intake."""
    return [finding for finding in assessment.findings if not finding.code.startswith(FROM_INTAKE)]


def false_reasons(assessment: Assessment) -> list[str]:
    """Return what is wrong with the reasons: a decline has one to four, each of a failed rule or a factor cut short."""
    reasons, declined = assessment.reasons, assessment.outcome is Outcome.DECLINED
    wrong = []
    if declined is not (1 <= len(reasons) <= MOST_REASONS):
        wrong.append(f"{assessment.outcome} with {len(reasons)} reasons")
    failed = {
        finding.code: finding
        for finding in rule_findings(assessment)
        if finding.severity is Severity.HARD and finding.result is Result.FAILED
    }
    short = {line.factor for line in assessment.scorecard if line.points < line.possible}
    for reason in reasons:
        finding = failed.get(reason.finding_code)
        if reason.finding_code and (finding is None or finding.message != reason.text or not _is_measured(finding)):
            wrong.append(f"{reason.code} of {reason.finding_code} rests on no failed rule with value and limit")
        if not reason.finding_code and (failed or not short):
            wrong.append(f"{reason.code} rests on no factor that fell short")
    return wrong


def _is_measured(finding: Finding) -> bool:
    """Return whether a failed rule says what it measured and, where it has one, the limit it measured against."""
    if isinstance(finding.limit, Decimal) and finding.margin is None:
        return False
    return finding.value is not None and (finding.limit is not None or "No " in finding.message)
