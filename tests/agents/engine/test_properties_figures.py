"""What holds of every figure the engine gives, whatever the case: order, direction, and debts that end at zero."""

import random
from dataclasses import replace
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.engine.assessment import assess
from agents.engine.charges import terms_for
from benchmarks.gate_cases import AREAS, random_case
from benchmarks.gate_cases_judged import DAY
from lending.amortization import month_at_balance
from lending.casefile import CaseFile, IncomeSource
from lending.incomes import monthly_income
from lending.ratios import Ratios
from lending.vocabulary import IncomeKind, LiabilityKind, Program
from policies.rulebook.rules import RuleBook
from tests.builders_case import debt

RULES = RuleBook.load().on(DAY)
DICE = st.randoms(use_true_random=False)


def ratios_of(case: CaseFile) -> Ratios:
    return assess(case, RULES, areas=AREAS[0], sanctions=False).ratios


@settings(max_examples=200, deadline=None)
@given(DICE)
def test_each_loan_to_value_holds_the_one_before(dice: random.Random) -> None:
    ratios = ratios_of(random_case(dice))
    known = [figure for figure in (ratios.ltv, ratios.cltv, ratios.hcltv) if figure is not None]
    assert known == sorted(known)


@settings(max_examples=150, deadline=None)
@given(DICE, st.decimals(1, 5_000, places=2))
def test_one_more_debt_never_lowers_debt_to_income(dice: random.Random, payment: Decimal) -> None:
    case = random_case(dice)
    first, *others = case.borrowers
    if first.debts:
        more = replace(first, debts=(*first.debts, debt(LiabilityKind.OTHER, str(payment))))
    else:
        more = replace(first, monthly_debts=first.monthly_debts and first.monthly_debts + payment)
    before, after = ratios_of(case), ratios_of(replace(case, borrowers=(more, *others)))
    assert (before.back_end_dti is None) is (after.back_end_dti is None)
    if before.back_end_dti is not None and after.back_end_dti is not None:
        assert after.back_end_dti >= before.back_end_dti
    assert after.front_end_dti == before.front_end_dti


@settings(max_examples=150, deadline=None)
@given(DICE)
def test_the_payment_pays_the_loan_off_in_its_term_to_the_cent(dice: random.Random) -> None:
    case = random_case(dice)
    ratios, rate, months = ratios_of(case), case.note_rate, case.term_months
    if ratios.principal_and_interest is None or ratios.total_loan_amount is None or rate is None or not months:
        return
    with localcontext() as context:
        context.prec = 60
        growth = 1 + rate / 1200
        instalments = (growth**months - 1) / (growth - 1) if rate else Decimal(months)
        left = ratios.total_loan_amount * growth**months - ratios.principal_and_interest * instalments
        assert abs(left) <= Decimal("0.005") * instalments


@settings(max_examples=150, deadline=None)
@given(DICE)
def test_back_end_is_front_end_and_the_debts(dice: random.Random) -> None:
    ratios = ratios_of(random_case(dice))
    if ratios.back_end_dti is not None and ratios.front_end_dti is not None:
        assert ratios.back_end_dti >= ratios.front_end_dti
    if ratios.pitia is not None and ratios.principal_and_interest is not None:
        assert ratios.pitia >= ratios.principal_and_interest


@settings(max_examples=100, deadline=None)
@given(DICE)
def test_the_same_case_gives_the_same_answer(dice: random.Random) -> None:
    case = random_case(dice)
    assert assess(case, RULES, sanctions=False) == assess(case, RULES, sanctions=False)


def test_a_business_that_earns_the_same_two_years_running_does_not_fall() -> None:
    level = IncomeSource(IncomeKind.SELF_EMPLOYMENT, None, prior_year=Decimal(60_000), year_before=Decimal(60_000))
    terms = terms_for(Program.CONVENTIONAL, RULES)
    told = monthly_income(level, DAY, terms)
    assert (told.amount, told.falls) == (Decimal(5_000), False)
    assert monthly_income(replace(level, prior_year=Decimal("59999.99")), DAY, terms).falls


def test_a_loan_no_larger_than_the_balance_asked_about_is_there_from_the_start() -> None:
    balances = {owed: month_at_balance(Decimal(1_000), Decimal(6), 360, Decimal(owed)) for owed in (1_000, 1_001, 999)}
    assert balances == {1_000: 0, 1_001: 0, 999: 1}
