"""A better fact never worsens an answer: a refusal is never the price of more income, more savings or less debt."""

import random
from dataclasses import replace

import pytest

from agents.engine.assessment import assess
from benchmarks.gate_cases_better import BETTER, WORST_FIRST, worsened
from benchmarks.gate_cases_judged import DAY
from lending.casefile import CaseFile
from lending.vocabulary import Outcome
from policies.rulebook.rules import RuleBook
from tests.builders_case import ada, ben, cleo

RULES = RuleBook.load().on(DAY)


@pytest.mark.parametrize("change", BETTER)
def test_no_random_case_is_answered_worse_for_being_better(change: str) -> None:
    dice = random.Random(change)
    assert [why for why, _ in (worsened(dice, RULES, [change]) for _ in range(60)) if why] == []


@pytest.mark.parametrize("change", BETTER)
@pytest.mark.parametrize("case", [ada(), ben(), cleo()], ids=["ada", "ben", "cleo"])
def test_the_named_borrowers_only_gain(case: CaseFile, change: str) -> None:
    better = BETTER[change](case, random.Random(1))
    before, after = (assess(each, RULES, sanctions=False).outcome for each in (case, better))
    assert WORST_FIRST.index(after) >= WORST_FIRST.index(before)


def test_enough_of_a_better_fact_turns_ben_and_cleo_into_approvals() -> None:
    [person] = ben().borrowers
    assert person.monthly_income
    richer = replace(ben(), borrowers=(replace(person, monthly_income=person.monthly_income * 2),))
    assert assess(richer, RULES, sanctions=False).outcome is Outcome.APPROVED
    assert assess(cleo(borrower={"credit_score": 780}), RULES, sanctions=False).outcome is Outcome.APPROVED
