"""A decision in plain words: one sentence that says why, and its findings in the order in which they matter."""

from collections.abc import Iterable, Sequence

from lending.display import missing_words
from lending.models import Decision, Finding
from lending.vocabulary import FindingResult, Outcome, Severity

RESULT_ORDER = {FindingResult.FAILED: 0, FindingResult.UNKNOWN: 1, FindingResult.PASSED: 4}
BEHIND = 2  # a note that did not pass stands behind what refers, holds or declines
BAND = "45 to 55"
ACTIONS = {Severity.STOP: "clear", Severity.HARD: "change", Severity.REVIEW: "judge"}
ACTION_ORDER = ("clear", "change", "judge", "bring", "know")


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return failed findings first, then unknown ones, notes of both kinds, and passed; the most severe first."""
    return sorted(findings, key=_weight)


def _weight(finding: Finding) -> tuple[int, int, int]:
    order = RESULT_ORDER[FindingResult(finding.result)]
    behind = BEHIND if finding.severity == Severity.NOTE and finding.result != FindingResult.PASSED else 0
    return order + behind, list(Severity).index(Severity(finding.severity)), finding.pk


def telling(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that did not pass and weigh more than a note, most telling first."""
    return [each for each in ordered(findings) if each.result != FindingResult.PASSED and each.severity != "note"]


def action(finding: Finding) -> str:
    """Return what a finding asks for: to clear, change, judge, bring or know something; empty where it passed."""
    result, severity = FindingResult(finding.result), Severity(finding.severity)
    if result == FindingResult.PASSED:
        return ""
    if severity == Severity.NOTE:
        return "know"
    return "bring" if result == FindingResult.UNKNOWN else ACTIONS[severity]


def by_action(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Return the findings that did not pass in groups of one action each, in the order in which somebody must act."""
    groups: dict[str, list[Finding]] = {}
    for finding in ordered(findings):
        if todo := action(finding):
            groups.setdefault(todo, []).append(finding)
    return sorted(groups.items(), key=lambda group: ACTION_ORDER.index(group[0]))


def sentence(decision: Decision, findings: Sequence[Finding]) -> str:
    """Return why the outcome is what it is, from the stored findings and figures alone."""
    explain = {
        Outcome.APPROVED: _approved,
        Outcome.DECLINED: _declined,
        Outcome.REVIEW: _review,
        Outcome.HOLD: _hold,
        Outcome.INCOMPLETE: _incomplete,
    }[Outcome(decision.outcome)]
    return explain(decision, findings)


def _approved(decision: Decision, findings: Sequence[Finding]) -> str:
    return (
        f"All {decision.hard_rules} rules that must pass have passed, "
        f"and the confidence of {_score(decision)} is above the band of {BAND}."
    )


def _declined(decision: Decision, findings: Sequence[Finding]) -> str:
    reasons = [str(reason["text"]).rstrip(".") + "." for reason in decision.reasons]
    return " ".join(reasons)


def _review(decision: Decision, findings: Sequence[Finding]) -> str:
    causes = [str(doubt) for doubt in decision.doubts]
    causes += [each.message for each in telling(findings) if each.message not in causes]
    in_band = decision.confidence is not None and 45 <= decision.confidence <= 55
    if in_band and not any("onfidence" in cause for cause in causes):
        causes.append(f"The confidence of {_score(decision)} lies in the band of {BAND}, where a person decides.")
    return " ".join(causes) or "A person must decide."


def _hold(decision: Decision, findings: Sequence[Finding]) -> str:
    stops = [each.message for each in telling(findings) if each.severity == Severity.STOP]
    look = "A compliance officer must look before anything else happens."
    return " ".join([*(stops or ["A compliance stop."]), look])


def _incomplete(decision: Decision, findings: Sequence[Finding]) -> str:
    names = "; ".join(missing_words(name) for name in decision.missing)
    return f"The loan cannot be computed yet. Missing: {names}. Enter it, then run the decision again."


def _score(decision: Decision) -> str:
    return "unknown" if decision.confidence is None else f"{decision.confidence.normalize():f}"
