"""The table of outcomes, one row after the other; then thousands of invented runs against a second judge."""

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.engine.assessment import assess
from agents.engine.compliance import SCREENED_FACT
from agents.engine.gate import conclude
from agents.state import AgentFault, ScoreLine, Verdict
from benchmarks.gate_cases_judged import Judge
from benchmarks.gate_runs import AGENTS, Run, broken_by, finding, random_run, with_bad_news
from lending.vocabulary import Eligibility, Outcome, Risk
from policies.rulebook.findings import Result, Severity
from tests.builders_case import ada

FAULT = AgentFault("policy", "timeout", "It took too long.")
SHORT = ScoreLine("back_end_dti", "52.00", Decimal(0), Decimal(25), "Manual 10.2")
HARD_FAILED = finding("DTI", Severity.HARD, Result.FAILED, Decimal("-1.5"))
STOP_FAILED = finding("SANCTIONS", Severity.STOP, Result.FAILED)


def sound(**changes: Any) -> Run:
    """Return a run that is approved as it stands: three rules passed, 80 points, every agent content."""
    run = Run(
        findings=(finding("A"), finding("B"), finding("C", Severity.STOP), finding("N", Severity.REVIEW)),
        hard_rules=3,
        confidence=Decimal(80),
        scorecard=(SHORT,),
        missing=(),
        verdicts=dict.fromkeys(AGENTS, Verdict.CLEAR),
        faults=(),
        doubts=(),
    )
    return replace(run, **changes)


def with_finding(*more: Any, hard_rules: int = 4, **changes: Any) -> Run:
    return sound(findings=(*sound().findings, *more), hard_rules=hard_rules, **changes)


def without(agent: str) -> dict[str, Verdict]:
    return {name: verdict for name, verdict in sound().verdicts.items() if name != agent}


def verdict_of(agent: str, verdict: Verdict) -> dict[str, Verdict]:
    return {**sound().verdicts, agent: verdict}


def test_a_sound_run_is_approved_eligible_and_accepted() -> None:
    answer = sound().answer()
    assert (answer.outcome, answer.eligibility, answer.risk) == (Outcome.APPROVED, Eligibility.ELIGIBLE, Risk.ACCEPT)
    assert not answer.reasons
    assert not answer.doubts


@pytest.mark.parametrize(
    ("points", "outcome", "risk"),
    [
        ("55.01", Outcome.APPROVED, Risk.ACCEPT),
        ("55", Outcome.REVIEW, Risk.REFER),
        ("50", Outcome.REVIEW, Risk.REFER),
        ("45", Outcome.REVIEW, Risk.REFER),
        ("44.99", Outcome.DECLINED, Risk.REFER),
    ],
)
def test_both_ends_of_the_band_belong_to_a_person(points: str, outcome: Outcome, risk: Risk) -> None:
    answer = sound(confidence=Decimal(points)).answer()
    assert (answer.outcome, answer.risk) == (outcome, risk)


@pytest.mark.parametrize(
    "run",
    [
        sound(confidence=None),
        sound(hard_rules=4),
        sound(hard_rules=2),
        sound(findings=(), hard_rules=0),
        sound(findings=(finding("A"), finding("A"), finding("B")), hard_rules=3),
        sound(findings=(finding("A"), finding("A")), hard_rules=1),
        with_finding(finding("X", Severity.HARD, Result.UNKNOWN)),
        with_finding(finding("X", Severity.STOP, Result.UNKNOWN)),
        with_finding(finding("X", Severity.REVIEW, Result.FAILED), hard_rules=3),
        with_finding(finding("X", Severity.REVIEW, Result.UNKNOWN), hard_rules=3),
        sound(doubts=("The model disagrees.",)),
        sound(faults=(FAULT,)),
        sound(verdicts=verdict_of("policy", Verdict.NEEDS_REVIEW)),
        sound(verdicts=verdict_of("audit", Verdict.NEEDS_REVIEW)),
        sound(verdicts=verdict_of("intake", Verdict.FAILED)),
        sound(verdicts={}),
        *(sound(verdicts=without(agent)) for agent in AGENTS),
        sound(confidence=Decimal(20), faults=(FAULT,)),
        sound(confidence=Decimal(20), verdicts=verdict_of("ratio", Verdict.FAILED)),
        sound(confidence=Decimal(20), scorecard=()),
    ],
)
def test_whatever_is_open_goes_to_a_person(run: Run) -> None:
    answer = run.answer()
    assert answer.outcome is Outcome.REVIEW
    assert answer.reasons == ()


def test_a_note_never_matters() -> None:
    notes = [finding("X", Severity.NOTE, Result.FAILED), finding("Y", Severity.NOTE, Result.UNKNOWN)]
    assert with_finding(*notes, hard_rules=3).answer().outcome is Outcome.APPROVED


def test_a_failed_hard_rule_declines_with_its_reason() -> None:
    answer = with_finding(HARD_FAILED).answer()
    assert (answer.outcome, answer.eligibility) == (Outcome.DECLINED, Eligibility.INELIGIBLE)
    assert [reason.finding_code for reason in answer.reasons] == ["DTI"]


@pytest.mark.parametrize(
    "trouble",
    [
        {"doubts": ("The model would approve.",)},
        {"faults": (FAULT,), "verdicts": verdict_of("policy", Verdict.FAILED)},
        {"verdicts": verdict_of("audit", Verdict.FAILED)},
        {"confidence": None},
    ],
)
def test_no_doubt_and_no_trouble_elsewhere_lifts_a_decline_on_known_facts(trouble: dict[str, Any]) -> None:
    assert with_finding(HARD_FAILED, **trouble).answer().outcome is Outcome.DECLINED


@pytest.mark.parametrize("agent", ["ratio", "compliance", "underwriting"])
def test_a_decline_needs_the_agents_it_rests_on(agent: str) -> None:
    for verdicts in (verdict_of(agent, Verdict.FAILED), without(agent)):
        assert with_finding(HARD_FAILED, verdicts=verdicts, faults=(FAULT,)).answer().outcome is Outcome.REVIEW


def test_a_decline_on_the_score_gives_the_largest_shortfalls() -> None:
    answer = sound(confidence=Decimal(30)).answer()
    assert (answer.outcome, answer.eligibility) == (Outcome.DECLINED, Eligibility.ELIGIBLE)
    assert [reason.code for reason in answer.reasons] == ["DTI_TOO_HIGH"]


def test_a_stop_holds_whatever_else_failed_and_never_declines() -> None:
    answer = with_finding(STOP_FAILED, HARD_FAILED, hard_rules=5, confidence=Decimal(10)).answer()
    assert (answer.outcome, answer.reasons) == (Outcome.HOLD, ())
    alone = with_finding(STOP_FAILED, verdicts=verdict_of("compliance", Verdict.STOP), faults=(FAULT,)).answer()
    assert (alone.outcome, alone.eligibility) == (Outcome.HOLD, Eligibility.UNKNOWN)


def test_missing_facts_are_incomplete_before_anything_is_computed() -> None:
    answer = conclude(
        findings=(),
        hard_rules=0,
        confidence=None,
        missing=("loan_amount",),
        verdicts={"intake": Verdict.INCOMPLETE},
    )
    assert (answer.outcome, answer.eligibility, answer.doubts) == (Outcome.INCOMPLETE, Eligibility.UNKNOWN, ())


def test_the_gate_says_which_rules_were_not_run() -> None:
    [doubt] = sound(hard_rules=12).answer().doubts
    assert doubt == "3 rules that must pass were evaluated, but the rulebook holds 12."


@pytest.mark.slow
@settings(max_examples=2_500, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_run_breaks_a_promise_of_the_gate(dice: random.Random) -> None:
    assert broken_by(random_run(dice), dice) == []


@settings(max_examples=500, deadline=None)
@given(st.randoms(use_true_random=False))
def test_one_piece_of_bad_news_is_enough_against_an_approval(dice: random.Random) -> None:
    assert with_bad_news(sound(), dice).answer().outcome is not Outcome.APPROVED


@pytest.mark.slow
def test_no_whole_case_is_read_approved_or_declined_against_the_texts_of_the_rulebook() -> None:
    dice, judge, seen = random.Random(1), Judge(), set()
    for _ in range(1_200):
        broken, outcome = judge.broken(dice)
        assert broken == []
        seen.add(outcome)
    assert seen == set(Outcome)


@pytest.mark.parametrize("result", ["failed", "unknown", "silent"])
def test_the_judge_notices_a_hard_rule_that_does_not_pass(result: str) -> None:
    judge = Judge()
    assessment = assess(ada(), judge.rules, sanctions=False)
    assert assessment.outcome is Outcome.APPROVED
    told = judge.oracle.results({**assessment.facts, SCREENED_FACT: False})
    code = next(code for code in told if judge.oracle.severity(code) == "hard")
    told = {name: found for name, found in told.items() if name != code} | (
        {} if result == "silent" else {code: result}
    )
    assert judge.misread(assessment, told)
