"""The gate: from findings, score and verdicts to one outcome. Whatever anybody adds can only make it more careful."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agents.engine.reasons import principal_reasons
from agents.state import AgentFault, ScoreLine, Verdict
from lending.conclusion import Reason
from lending.vocabulary import Eligibility, Outcome, Risk
from policies.rulebook.findings import Finding, Result, Severity

BAND_LOW, BAND_HIGH = Decimal(45), Decimal(55)  # both ends belong to a person; below declines, above may approve
MUST_PASS = (Severity.HARD, Severity.STOP)
# An approval needs the word of each. Decision and audit speak after the gate's first answer; its second hears them.
NEEDED_AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting")
# A decline rests on these alone, so trouble elsewhere does not lift it.
DECLINING_AGENTS = ("ratio", "compliance", "underwriting")
# From mild to strict. A hold outranks a decline: a possible match is never answered with a letter.
STRICTNESS = (Outcome.APPROVED, Outcome.REVIEW, Outcome.DECLINED, Outcome.INCOMPLETE, Outcome.HOLD)


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """The outcome on both axes, one to four reasons if it is a decline, and every doubt that kept it careful."""

    outcome: Outcome
    risk: Risk
    eligibility: Eligibility
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    findings: tuple[Finding, ...]
    hard_rules: int
    confidence: Decimal | None
    missing: tuple[str, ...]
    verdicts: Mapping[str, Verdict]
    faults: tuple[AgentFault, ...]
    doubts: tuple[str, ...]

    def has(self, result: Result, *severities: Severity) -> bool:
        return any(found.result is result and found.severity in severities for found in self.findings)


def conclude(
    *,
    findings: Collection[Finding],
    hard_rules: int,
    confidence: Decimal | None,
    scorecard: Sequence[ScoreLine] = (),
    missing: Sequence[str] = (),
    verdicts: Mapping[str, Verdict],
    faults: Sequence[AgentFault] = (),
    doubts: Sequence[str] = (),
) -> GateAnswer:
    """Return what a run concludes.

    ``findings`` of every agent; ``hard_rules`` how many hard and stop rules the rulebook holds for the case;
    ``confidence`` 0 to 100 from the scorecard, None where a factor is unknown; ``missing`` facts without which nothing
    can be computed; ``verdicts`` by agent, an absent one counting as unfinished.
    """
    given = _Evidence(
        tuple(findings), hard_rules, confidence, tuple(missing), verdicts, tuple(faults), tuple(dict.fromkeys(doubts))
    )
    gaps = _gaps(given)
    answer = GateAnswer(
        outcome=_outcome(given, gaps),
        risk=risk_of(confidence),
        eligibility=eligibility_of(given.findings, hard_rules),
        reasons=(),
        doubts=tuple(dict.fromkeys([*given.doubts, *gaps])),
    )
    return _with_reasons(answer, given, scorecard) if answer.outcome is Outcome.DECLINED else answer


def risk_of(confidence: Decimal | None) -> Risk:
    """Return ACCEPT for a confidence above the band that a person decides, else REFER."""
    return Risk.ACCEPT if confidence is not None and confidence > BAND_HIGH else Risk.REFER


def eligibility_of(findings: Collection[Finding], hard_rules: int) -> Eligibility:
    """Return INELIGIBLE when a hard rule failed, ELIGIBLE when every rule that must pass did, else UNKNOWN.

    A failed stop leaves it UNKNOWN: compliance has not spoken yet.
    """
    if any(found.severity is Severity.HARD and found.result is Result.FAILED for found in findings):
        return Eligibility.INELIGIBLE
    return Eligibility.ELIGIBLE if _all_passed(findings, hard_rules) else Eligibility.UNKNOWN


def _all_passed(findings: Collection[Finding], hard_rules: int) -> bool:
    must_pass = [found for found in findings if found.severity in MUST_PASS]
    counted = len({found.code for found in must_pass}) == len(must_pass) == hard_rules > 0
    return counted and all(found.result is Result.PASSED for found in must_pass)


def _outcome(given: _Evidence, gaps: Sequence[str]) -> Outcome:
    spoken = set(given.verdicts.values())
    if given.has(Result.FAILED, Severity.STOP) or Verdict.STOP in spoken:
        return Outcome.HOLD
    if given.missing or Verdict.INCOMPLETE in spoken:
        return Outcome.INCOMPLETE
    if _declines(given):
        return Outcome.DECLINED
    return Outcome.APPROVED if _clear(given) and not gaps else Outcome.REVIEW


def _declines(given: _Evidence) -> bool:
    if given.has(Result.FAILED, Severity.HARD):
        return all(given.verdicts.get(agent, Verdict.FAILED) is not Verdict.FAILED for agent in DECLINING_AGENTS)
    low = given.confidence is not None and given.confidence < BAND_LOW
    return low and not given.faults and Verdict.FAILED not in given.verdicts.values()


def _clear(given: _Evidence) -> bool:
    return (
        not given.faults
        and not given.doubts
        and all(given.verdicts.get(agent) is Verdict.CLEAR for agent in {*NEEDED_AGENTS, *given.verdicts})
        and risk_of(given.confidence) is Risk.ACCEPT
        and all(found.result is Result.PASSED for found in given.findings if found.severity is not Severity.NOTE)
        and _all_passed(given.findings, given.hard_rules)
    )


def _gaps(given: _Evidence) -> list[str]:
    """Name what the gate itself misses in a run that went the whole way: rules not run, a score that is not known."""
    if given.verdicts.get("underwriting", Verdict.FAILED) is Verdict.FAILED:
        return []
    gaps = []
    evaluated = len({found.code for found in given.findings if found.severity in MUST_PASS})
    if evaluated != given.hard_rules:
        gaps.append(f"{evaluated} rules that must pass were evaluated, but the rulebook holds {given.hard_rules}.")
    if given.confidence is None:
        gaps.append("The scorecard lacks a fact it needs, so there is no confidence to approve on.")
    return gaps


def _with_reasons(answer: GateAnswer, given: _Evidence, scorecard: Sequence[ScoreLine]) -> GateAnswer:
    """Give a decline its reasons. One that has none to give is not a decline: a person must find out why."""
    reasons = principal_reasons(given.findings, scorecard)
    if reasons:
        return replace(answer, reasons=reasons)
    doubt = "A decline was due, but no failed rule or scorecard factor gives a reason for it."
    return replace(answer, outcome=Outcome.REVIEW, doubts=(*answer.doubts, doubt))
