"""One application answered for every program side by side: the whole engine once for each."""

from dataclasses import dataclass, replace
from typing import Any

from agents.engine.assessment import Assessment, assess
from agents.engine.facts import loan_facts
from agents.wording import named
from lending.casefile import CaseFile
from lending.vocabulary import Program
from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.rulebook.findings import Finding, Result, Severity
from policies.rulebook.rule_wording import shown
from policies.rulebook.rules import DatedRules

HIGH_BALANCE = "high_balance"  # a conventional loan above the national baseline; one of the two, never both
BASELINE = "conforming_baseline"
FIGURES = (
    *("principal_and_interest", "mortgage_insurance", "pitia", "front_end_dti", "back_end_dti", "ltv", "cltv"),
    *("base_loan_amount", "financed_fee", "total_loan_amount", "reserves_months", "residual_income"),
)
WEIGHTS = (Severity.HARD, Severity.STOP, Severity.REVIEW)


@dataclass(frozen=True, slots=True)
class ProgramAnswer:
    """What one program says of the case. ``name`` is a program's, or ``high_balance``.

    ``assessment`` is None where the program is not one for this loan; ``note`` says why.
    """

    name: str
    applied_for: bool
    assessment: Assessment | None
    note: str

    @property
    def obstacles(self) -> tuple[Finding, ...]:
        """The findings that stand in the way, failed ones before unknown ones, the most severe first."""
        return obstacles_of(self.assessment) if self.assessment else ()

    def as_plain(self) -> dict[str, Any]:
        """Return the answer as JSON holds it: figures as decimal strings in dollars, percent and months."""
        told = self.assessment
        figures = {name: _text(getattr(told.ratios, name)) for name in FIGURES} if told else {}
        return {
            "program": self.name,
            "applied_for": self.applied_for,
            "outcome": str(told.outcome) if told else None,
            "risk": str(told.risk) if told else None,
            "eligibility": str(told.eligibility) if told else None,
            "confidence": _text(told.confidence) if told else None,
            "figures": figures | {"funds_to_close": _text(told.case.funds_to_close)} if told else {},
            "obstacles": [obstacle_as_plain(found) for found in self.obstacles],
            "note": self.note,
        }


def compare_programs(
    case: CaseFile, rules: DatedRules, *, areas: AreaLimits = NO_AREAS, sanctions: bool | None = None
) -> tuple[ProgramAnswer, ...]:
    """Return the answer of conventional, high-balance, FHA, VA, USDA and jumbo on the same facts and the same day.

    ``areas`` and ``sanctions`` as for ``assess``; each answer is exactly what ``assess`` says of the case with that
    program. A loan above the baseline is high-balance and otherwise plain conventional, so one of the two is not asked.
    """
    answers = [_answer(program, case, rules, areas, sanctions) for program in Program]
    answers.insert(1, _other_conventional(answers[0], case, rules))
    answers[:2] = sorted(answers[:2], key=lambda answer: answer.name)
    return tuple(sorted(answers, key=lambda answer: not answer.applied_for))


def obstacles_of(told: Assessment) -> tuple[Finding, ...]:
    """Return the findings that keep a case from an approval, failed before unknown, the most severe first."""
    open_ones = [found for found in told.findings if found.result is not Result.PASSED and found.severity in WEIGHTS]
    return tuple(sorted(open_ones, key=lambda found: (found.result is Result.UNKNOWN, WEIGHTS.index(found.severity))))


def obstacle_as_plain(found: Finding) -> dict[str, Any]:
    """Return what stands in the way as JSON holds it; the margin is in the finding's unit."""
    return {
        "code": found.code,
        "severity": str(found.severity),
        "result": str(found.result),
        "message": found.message,
        "margin": _text(found.margin),
        "unit": found.unit,
        "citation": found.citation,
    }


def is_high_balance(case: CaseFile, rules: DatedRules) -> bool | None:
    """Return whether a loan is above the national one-to-four-unit baseline; None where amount or units are unknown."""
    baseline = rules.rate(BASELINE, loan_facts(case))
    return None if baseline is None or case.loan_amount is None else case.loan_amount > baseline.value


def _answer(
    program: Program, case: CaseFile, rules: DatedRules, areas: AreaLimits, sanctions: bool | None
) -> ProgramAnswer:
    told = assess(replace(case, program=program), rules, areas=areas, sanctions=sanctions)
    high = program is Program.CONVENTIONAL and is_high_balance(case, rules)
    name = HIGH_BALANCE if high else program.value
    lacks = ", ".join(rules.words[fact].label if fact in rules.words else named(fact) for fact in told.missing)
    note = f"Not to be computed without: {lacks}." if lacks else ""
    return ProgramAnswer(name, program is case.program, told, note)


def _other_conventional(asked: ProgramAnswer, case: CaseFile, rules: DatedRules) -> ProgramAnswer:
    baseline = rules.rate(BASELINE, loan_facts(case))
    if baseline is None or case.loan_amount is None:
        return ProgramAnswer(HIGH_BALANCE, False, None, "Amount or units are not on file, so nobody can tell.")
    amount, limit = shown(case.loan_amount, "dollars"), shown(baseline.value, "dollars")
    if asked.name == HIGH_BALANCE:
        return ProgramAnswer("conventional", False, None, f"{amount} is above the baseline of {limit}: high-balance.")
    return ProgramAnswer(HIGH_BALANCE, False, None, f"{amount} is within the baseline of {limit}: plain conventional.")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
