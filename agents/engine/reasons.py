"""The principal reasons of a decline: what failed, or where the score fell short, in Reg B words with HMDA codes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from agents.state import ScoreLine
from agents.wording import named
from lending.adverse_reasons import CASH, COLLATERAL, CREDIT, DEBT, EMPLOYMENT, MOST_REASONS, PROGRAM, WORDINGS
from lending.conclusion import Reason
from policies.rulebook.findings import Finding, Result, Severity

# What a scorecard factor that fell short is called; the rulebook's factors are named by their facts.
FACTORS = {
    "back_end_dti": ("DTI_TOO_HIGH", DEBT),
    "credit_score": ("CREDIT_SCORE_TOO_LOW", CREDIT),
    "ltv": ("LTV_TOO_HIGH", COLLATERAL),
    "reserves_months": ("INSUFFICIENT_CASH", CASH),
    "years_employed": ("EMPLOYMENT_TOO_SHORT", EMPLOYMENT),
}


def principal_reasons(findings: Iterable[Finding], scorecard: Sequence[ScoreLine]) -> tuple[Reason, ...]:
    """Return one to four reasons, the largest shortfall first and no wording twice; empty if nothing failed.

    They are the failed hard rules, or, where none failed, the factors that lost most points. Nothing else can be one.
    """
    failed = [found for found in findings if found.severity is Severity.HARD and found.result is Result.FAILED]
    if failed:
        reasons = [_of_finding(found) for found in sorted(failed, key=lambda found: -_shortfall(found))]
    else:
        short = [line for line in scorecard if line.factor in FACTORS and line.points < line.possible]
        ordered = sorted(short, key=lambda line: (line.points - line.possible, line.factor))
        reasons = [_of_factor(line) for line in ordered]
    first = {reason.reg_b: reason for reason in reversed(reasons)}
    return tuple(reason for reason in reasons if first[reason.reg_b] is reason)[:MOST_REASONS]


def _shortfall(found: Finding) -> Decimal:
    """Return how far a figure misses its limit, as a share of the limit. What has no distance misses it altogether."""
    if found.margin is None or isinstance(found.limit, bool) or not isinstance(found.limit, Decimal | int):
        return Decimal(1)
    return abs(found.margin) / abs(Decimal(found.limit)) if found.limit else Decimal(1)


def _of_finding(found: Finding) -> Reason:
    wording = WORDINGS.get(found.reason_code, PROGRAM)
    return Reason(found.reason_code or found.code, found.message, wording.reg_b, wording.hmda_code, found.code)


def _of_factor(line: ScoreLine) -> Reason:
    code, wording = FACTORS[line.factor]
    text = (
        f"{named(line.factor).capitalize()} of {line.value} earned {line.points} of {line.possible} scorecard points."
    )
    return Reason(code, text, wording.reg_b, wording.hmda_code, "")
