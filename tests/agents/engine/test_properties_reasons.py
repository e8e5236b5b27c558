"""A decline's reasons are specific and true: each a rule that failed, with value and limit, gone when met."""

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agents.engine.assessment import Assessment, assess
from benchmarks.gate_cases_judged import Judge, false_reasons
from benchmarks.gate_cases_reasons import surviving_reasons
from lending.adverse_reasons import MOST_REASONS, WORDINGS
from lending.conclusion import Reason
from lending.vocabulary import Outcome
from tests.builders_case import ada, ben, changed

JUDGE = Judge()


def ben_declined(**changes: Any) -> Assessment:
    return assess(ben(**changes), JUDGE.rules, sanctions=False)


def declines(number: int, seed: int) -> list[Assessment]:
    """Return declines of random cases."""
    dice, found = random.Random(seed), list[Assessment]()
    while len(found) < number:
        assessment, _ = JUDGE.random_assessment(dice)
        found += [assessment] if assessment.outcome is Outcome.DECLINED else []
    return found


@pytest.mark.slow
def test_every_reason_of_a_random_decline_is_true_and_goes_when_its_fact_is_good() -> None:
    tried = given = 0
    for assessment in declines(120, seed=3):
        assert false_reasons(assessment) == []
        stay, number = surviving_reasons(assessment, JUDGE.rules)
        assert stay == []
        tried, given = tried + number, given + len(assessment.reasons)
    assert tried > given * 0.8


def test_every_reason_of_a_random_decline_has_a_wording_of_the_form() -> None:
    known = {(wording.reg_b, wording.hmda_code) for wording in WORDINGS.values()}
    for assessment in declines(60, seed=4):
        wordings = [(reason.reg_b, reason.hmda_code) for reason in assessment.reasons]
        assert 1 <= len(wordings) <= MOST_REASONS
        assert len(set(wordings)) == len(wordings)
        assert set(wordings) <= known


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        ({"borrower": {"monthly_debts": Decimal(4_000)}}, "DTI_TOO_HIGH"),
        ({"borrower": {"credit_score": 600}}, "CREDIT_SCORE_TOO_LOW"),
        ({"loan_amount": Decimal(392_000)}, "LTV_TOO_HIGH"),
        ({"liquid_assets": Decimal(80_000)}, "INSUFFICIENT_CASH"),
        ({"term_months": 480}, "TERM_TOO_LONG"),
    ],
)
def test_one_bad_fact_gives_its_one_reason_and_a_good_one_takes_it_back(spoiled: dict[str, Any], code: str) -> None:
    bad = assess(changed(ada(), **spoiled), JUDGE.rules, sanctions=False)
    assert (bad.outcome, [reason.code for reason in bad.reasons]) == (Outcome.DECLINED, [code])
    good = assess(ada(), JUDGE.rules, sanctions=False)
    assert (good.outcome, good.reasons) == (Outcome.APPROVED, ())


def test_an_invented_reason_is_noticed() -> None:
    declined = ben_declined()
    invented = Reason("CREDIT_SCORE_TOO_LOW", "The score is too low.", "Credit", 3, "conventional_credit_score_overlay")
    answer = replace(declined.answer, reasons=(*declined.reasons, invented))
    assert false_reasons(declined) == []
    assert false_reasons(replace(declined, answer=answer))


def test_a_decline_without_its_reason_is_noticed() -> None:
    declined = ben_declined()
    assert false_reasons(replace(declined, answer=replace(declined.answer, reasons=())))
