"""The built-in writer: what the pipeline says when no model is asked. Plain English from computed facts only."""

from collections.abc import Sequence
from decimal import Decimal

from agents.engine.gate import BAND_HIGH, BAND_LOW
from agents.state import Citation, ScoreLine
from agents.wording import counted, finding_line, loan_words, named, program_words, sentence_list
from lending.casefile import CaseFile
from lending.conclusion import ConditionRecord, Reason
from lending.ratios import Ratios
from lending.vocabulary import Outcome
from policies.rulebook.findings import Finding, Result, Severity
from policies.rulebook.rule_wording import shown
from policies.search.citations import Passage

WRITER = "template"
TELLING = (
    "back_end_dti",
    "credit_score",
    "ltv_rounded",
    "ltv",
    "residual_ratio",
    "residual_income",
    "reserves_months",
    "cltv_rounded",
    "cltv",
    "loan_amount",
    "total_loan_amount",
)


def intake_text(case: CaseFile, missing: Sequence[str], findings: Sequence[Finding]) -> str:
    """Return what intake found: what is missing, what does not fit, or that the file is whole."""
    troubles = [finding.message for finding in findings if finding.result is not Result.PASSED]
    if missing:
        lead = f"The file cannot be computed yet. Missing: {sentence_list([named(name) for name in missing])}."
    else:
        lead = f"The file holds every fact that a {program_words(case)} loan needs."
    return " ".join([lead, *troubles] if troubles else [lead, "Nothing in it contradicts anything else."])


def ratio_text(ratios: Ratios) -> str:
    """Return one paragraph on payment, debt-to-income, loan-to-value and reserves; unknown figures are named."""
    figures = [
        ("The monthly payment with taxes, insurance and dues is", ratios.pitia, "dollars"),
        ("principal and interest", ratios.principal_and_interest, "dollars"),
        ("mortgage insurance", ratios.mortgage_insurance, "dollars"),
    ]
    (lead, pitia, unit), *parts = figures
    of_it = sentence_list([f"{shown(value, part)} {name}" for name, value, part in parts if value])
    payment = f"{lead} {shown(pitia, unit)}" + (f", of it {of_it}." if of_it and pitia is not None else ".")
    debt = (
        f"It takes {shown(ratios.front_end_dti, 'percent')} of an income of {shown(ratios.monthly_income, 'dollars')} "
        f"a month; with other debts of {shown(ratios.monthly_debts, 'dollars')} that makes "
        f"{shown(ratios.back_end_dti, 'percent')}."
    )
    value = f"The loan is {shown(ratios.ltv, 'percent')} of the value"
    value += f", {shown(ratios.cltv, 'percent')} with other liens." if ratios.cltv != ratios.ltv else "."
    reserves = f"After closing {shown(ratios.reserves_months, 'months')} of payments remain in reserve."
    residual = (
        f"Residual income is {shown(ratios.residual_income, 'dollars')} a month."
        if ratios.residual_income is not None
        else ""
    )
    return " ".join(filter(None, [payment, debt, value, reserves, residual]))


def cited(citation: Citation, passage: Passage) -> str:
    """Return one quotation with its place and its mark, as it stands in every text."""
    place = f"{passage.title}, section {passage.section}" if passage.section else passage.title
    return f'{place}, page {passage.page}: "{citation.quote}" [POLICY SOURCE {citation.source}]'


def policy_text(case: CaseFile, citations: Sequence[Citation], passages: Sequence[Passage]) -> str:
    """Return the quotations that bear on the loan, one a line, or that nothing was found."""
    if not citations:
        return "The lender's policy was searched and no passage was found that bears on this loan. A person must look."
    lines = [f"- {cited(citation, passages[citation.source - 1])}" for citation in citations]
    return "\n".join([f"The lender's policy on a {loan_words(case).split(',')[0]}:", *lines])


def compliance_text(findings: Sequence[Finding]) -> str:
    """Return what stopped or flagged the loan, or that every check passed."""
    stops = [f.message for f in findings if f.severity is Severity.STOP and f.result is Result.FAILED]
    open_points = [f.message for f in findings if f.result is not Result.PASSED and f.message not in stops]
    if stops:
        lead = f"Compliance stops this loan: {' '.join(stops)} A compliance officer must look first."
        return " ".join([lead, *open_points])
    if open_points:
        return " ".join(["No compliance check stops this loan, but some need a look:", *open_points])
    return f"All {counted(len(findings), 'compliance check')} passed." if findings else "No compliance check applies."


def opinion_text(
    findings: Sequence[Finding], confidence: Decimal | None, strengths: Sequence[str], weaknesses: Sequence[str]
) -> str:
    """Return the underwriting view: what failed, the score, what speaks for and against."""
    failed = [f.message for f in findings if f.blocks_approval]
    lead = " ".join(["These rules do not pass:", *failed]) if failed else "Every rule that must pass does pass."
    score = (
        f"The scorecard gives {confidence} of 100."
        if confidence is not None
        else "The scorecard lacks a fact it needs."
    )
    for_it = f"For the loan: {sentence_list(strengths)}." if strengths else ""
    against = f"Against it: {sentence_list(weaknesses)}." if weaknesses else ""
    return " ".join(filter(None, [lead, score, for_it, against]))


def strengths_and_weaknesses(scorecard: Sequence[ScoreLine]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the factors that earned at least 80 percent of their points, and those that earned at most 40."""
    strong, weak = [], []
    for line in scorecard:
        if line.possible <= 0 or not line.value:  # the points that every loan gets say nothing of this one
            continue
        scored = f"{named(line.factor)} {line.value} ({line.points} of {line.possible} points)"
        if line.points >= line.possible * Decimal("0.8"):
            strong.append(scored)
        elif line.points <= line.possible * Decimal("0.4"):
            weak.append(scored)
    return tuple(strong), tuple(weak)


def telling_findings(findings: Sequence[Finding], most: int = 3) -> list[Finding]:
    """Return the findings that explain an outcome best: what did not pass, then each figure's tightest limit."""
    tightest: dict[str, Finding] = {}
    for finding in findings:
        name = named(finding.fact)
        held = tightest.get(name)
        if finding.severity is not Severity.NOTE and (held is None or _tightness(finding) < _tightness(held)):
            tightest[name] = finding
    measured = [f for f in tightest.values() if f.result is not Result.PASSED or f.fact in TELLING]
    return sorted(measured, key=_telling_order)[:most]


def _tightness(finding: Finding) -> tuple[bool, bool, Decimal]:
    return finding.result is Result.PASSED, finding.margin is None, finding.margin or Decimal(0)


def _telling_order(finding: Finding) -> tuple[int, int, str]:
    weight = {Result.FAILED: 0, Result.UNKNOWN: 1, Result.PASSED: 2}[finding.result]
    return weight, TELLING.index(finding.fact) if finding.fact in TELLING else len(TELLING), finding.code


def rationale_text(
    case: CaseFile,
    outcome: Outcome,
    *,
    findings: Sequence[Finding],
    hard_rules: int,
    confidence: Decimal | None,
    reasons: Sequence[Reason] = (),
    conditions: Sequence[ConditionRecord] = (),
    missing: Sequence[str] = (),
    doubts: Sequence[str] = (),
    citations: Sequence[Citation] = (),
    passages: Sequence[Passage] = (),
) -> str:
    """Return the rationale an officer reads: what was decided and why, the figures, the policy, and what is next."""
    why = {
        Outcome.APPROVED: lambda: _why_approved(hard_rules, confidence),
        Outcome.DECLINED: lambda: _why_declined(reasons, confidence),
        Outcome.REVIEW: lambda: _why_review(findings, confidence, doubts),
        Outcome.HOLD: lambda: compliance_text([f for f in findings if f.severity is Severity.STOP]),
        Outcome.INCOMPLETE: lambda: (
            f"It cannot be computed without {sentence_list([named(name) for name in missing])}."
        ),
    }[outcome]()
    paragraphs = [
        f"{HEADLINES[outcome]}: application {case.number}, {_a(loan_words(case))}. {why}",
        _figures(_telling(outcome, findings)),
        _policy(citations, passages) if outcome is not Outcome.HOLD else "",
        f"Next: {_next_step(outcome, conditions, missing)}",
    ]
    return "\n\n".join(filter(None, paragraphs))


HEADLINES = {
    Outcome.APPROVED: "Approved",
    Outcome.DECLINED: "Declined",
    Outcome.REVIEW: "For review",
    Outcome.HOLD: "On hold for compliance",
    Outcome.INCOMPLETE: "Incomplete",
}


def _telling(outcome: Outcome, findings: Sequence[Finding]) -> list[Finding]:
    """Where a file was not underwritten, only what is open tells something."""
    if outcome in (Outcome.HOLD, Outcome.INCOMPLETE):
        findings = [finding for finding in findings if finding.result is not Result.PASSED]
    return telling_findings(findings)


def _a(words: str) -> str:
    return f"an {words}" if words.startswith("FHA") else f"a {words}"


def _why_approved(hard_rules: int, confidence: Decimal | None) -> str:
    return (
        f"All {hard_rules} rules that must pass did pass, nothing was left unknown or in doubt, "
        f"and the scorecard gives {confidence} of 100, above the {BAND_HIGH} that an approval needs."
    )


def _why_declined(reasons: Sequence[Reason], confidence: Decimal | None) -> str:
    because = " ".join(reason.text if reason.text.endswith(".") else f"{reason.text}." for reason in reasons)
    score = "" if confidence is None else f" The scorecard gives {confidence} of 100."
    return f"The principal {'reason' if len(reasons) == 1 else 'reasons'}: {because}{score}"


def _why_review(findings: Sequence[Finding], confidence: Decimal | None, doubts: Sequence[str]) -> str:
    unsettled = [f.message for f in findings if f.severity is not Severity.NOTE and f.result is not Result.PASSED]
    band = (
        [f"The scorecard gives {confidence} of 100, which a person decides from {BAND_LOW} to {BAND_HIGH}."]
        if confidence is not None and BAND_LOW <= confidence <= BAND_HIGH
        else []
    )
    return " ".join(["A person must decide.", *dict.fromkeys([*band, *unsettled, *doubts])])


def _figures(telling: Sequence[Finding]) -> str:
    if not telling:
        return ""
    return "\n".join(["What tells most:", *(f"- {finding_line(finding)}" for finding in telling)])


def _policy(citations: Sequence[Citation], passages: Sequence[Passage], most: int = 3) -> str:
    if not citations:
        return ""
    lines = [f"- {cited(citation, passages[citation.source - 1])}" for citation in citations[:most]]
    return "\n".join(["What the policy says:", *lines])


def _next_step(outcome: Outcome, conditions: Sequence[ConditionRecord], missing: Sequence[str]) -> str:
    match outcome:
        case Outcome.APPROVED if conditions:
            first = "; ".join(_lowered(condition.text) for condition in conditions[:3])
            rest = f" The list holds {len(conditions) - 3} more." if len(conditions) > 3 else ""
            return f"clear {counted(len(conditions), 'condition')} before closing, first of all: {first}.{rest}"
        case Outcome.APPROVED:
            return "prepare the commitment letter."
        case Outcome.DECLINED:
            return "send the adverse-action notice with these reasons, within 30 days of the completed application."
        case Outcome.REVIEW:
            return "a reviewer takes the case from the underwriting queue, and confirms or overrides it with a reason."
        case Outcome.HOLD:
            return "a compliance officer takes the case from the compliance queue. Nothing goes to the borrower before."
        case Outcome.INCOMPLETE:
            return f"add {sentence_list([named(name) for name in missing])}, then run the decision again."


def _lowered(sentence: str) -> str:
    """Return a sentence as a part of another one; a word in capitals keeps them."""
    first = sentence.split(" ", 1)[0]
    return (sentence if first.isupper() else sentence[:1].lower() + sentence[1:]).rstrip(".")
