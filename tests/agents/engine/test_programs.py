"""Every program on the same facts: exactly what the engine says of each alone, the applied-for one first."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agents.engine.assessment import assess
from agents.engine.programs import compare_programs
from lending.casefile import CaseFile
from lending.vocabulary import Outcome, Program, VaUse
from policies.loan_limits.areas import AreaLimits
from tests.agents.a_run import BOOK, TODAY
from tests.builders_case import ada, ben, cleo

RULES = BOOK.on(TODAY)
DEAR = {"purchase_price": Decimal(1_200_000), "appraised_value": Decimal(1_200_000)}


def dear(**changes: object) -> CaseFile:
    """Return Ada's purchase of a home of 1,200,000 with a loan above the baseline."""
    plain = {"loan_amount": Decimal(900_000), "home": DEAR, "borrower": {"monthly_income": Decimal(25_000)}}
    return ada(**plain | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", [ada(), ben(), cleo(), dear(), ada(va_use=VaUse.FIRST)])
@pytest.mark.parametrize("applied", Program)
def test_each_answer_is_what_the_engine_says_of_that_program_alone(case: CaseFile, applied: Program) -> None:
    answers = compare_programs(replace(case, program=applied), RULES, sanctions=False)
    asked = [answer for answer in answers if answer.assessment]
    assert {answer.assessment.case.program for answer in asked if answer.assessment} == set(Program)
    for answer in asked:
        assert answer.assessment is not None
        alone = assess(replace(case, program=answer.assessment.case.program), RULES, sanctions=False)
        assert answer.assessment == alone
    assert [answer.applied_for for answer in answers] == [True, False, False, False, False, False]


def test_a_loan_above_the_baseline_is_high_balance_and_not_plain_conventional() -> None:
    by_name = {answer.name: answer for answer in compare_programs(dear(), RULES, sanctions=False)}
    assert by_name["high_balance"].applied_for
    assert by_name["conventional"].assessment is None
    assert "$900,000 is above the baseline of $832,750" in by_name["conventional"].note


def test_the_countys_limit_decides_a_high_balance_loan() -> None:
    areas = AreaLimits({1: Decimal(950_000)}, {})
    [known] = [each for each in compare_programs(dear(), RULES, areas=areas, sanctions=False) if each.applied_for]
    [unknown] = [each for each in compare_programs(dear(), RULES, sanctions=False) if each.applied_for]
    assert known.assessment is not None
    assert known.assessment.outcome is Outcome.APPROVED
    assert "conforming_loan_limit" in [found.code for found in unknown.obstacles]


def test_a_program_that_cannot_be_computed_says_what_it_lacks() -> None:
    [va] = [each for each in compare_programs(ada(), RULES, sanctions=False) if each.name == "va"]
    assert va.as_plain()["outcome"] == "INCOMPLETE"
    assert va.note == "Not to be computed without: use of the VA entitlement."


def test_what_stands_in_the_way_is_told_with_its_margin_failed_before_unknown() -> None:
    [conventional] = [each for each in compare_programs(ben(), RULES, sanctions=False) if each.applied_for]
    plain = conventional.as_plain()
    overlay = next(each for each in plain["obstacles"] if each["code"] == "conventional_back_end_dti_overlay")
    assert (overlay["margin"], overlay["unit"]) == ("-13.57", "percent")
    assert plain["figures"]["back_end_dti"] == "58.57"
