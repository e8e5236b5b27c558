"""The facts that rules see, the charges of a program, and the score that comes of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agents.engine.charges import charges_for
from agents.engine.credit_history import months_between
from agents.engine.facts import case_facts, county_limit, with_residual_ratio
from agents.engine.scorecard import score
from lending.casefile import CaseFile
from lending.ratios import compute_ratios
from lending.vocabulary import Employment, Program, Purpose, VaUse
from policies.loan_limits.areas import AreaLimits
from policies.rulebook.rules import DatedRules, Facts, RuleBook
from tests.builders_case import ada, ben, cleo

RULES = RuleBook.load().on(date(2026, 11, 2))


RATE_TERM: dict[str, Any] = {"purpose": Purpose.RATE_TERM, "va_use": VaUse.FIRST}


@pytest.fixture
def rules() -> DatedRules:
    return RULES


def facts_of(case: CaseFile) -> Facts:
    ratios = compute_ratios(case, charges_for(case, RULES))
    return with_residual_ratio(case_facts(case, ratios), RULES)


def two_borrowers(**second: Any) -> CaseFile:
    case = ada()
    return replace(case, borrowers=(*case.borrowers, replace(case.borrowers[0], position=2, **second)))


@pytest.mark.parametrize(
    ("program", "changes", "fee", "premium"),
    [
        (Program.CONVENTIONAL, {}, "0", "0"),
        (Program.CONVENTIONAL, {"loan_amount": Decimal(372_000)}, "0", "0.38"),
        (Program.CONVENTIONAL, {"loan_amount": Decimal(392_000)}, "0", None),
        (Program.FHA, {"loan_amount": Decimal(386_000)}, "1.75", "0.55"),
        (Program.VA, {"va_use": VaUse.FIRST, "loan_amount": Decimal(400_000)}, "2.15", "0"),
        (Program.VA, {"va_use": VaUse.LATER, "loan_amount": Decimal(400_000)}, "3.30", "0"),
        (Program.VA, {"va_use": VaUse.EXEMPT}, "0", "0"),
        (Program.VA, {"va_use": VaUse.LATER}, "1.25", "0"),
        (Program.VA, {}, None, "0"),
        (Program.VA, {**RATE_TERM, "pays_off_va_loan": True}, "0.50", "0"),
        (Program.VA, {**RATE_TERM, "pays_off_va_loan": False}, "2.15", "0"),
        (Program.VA, RATE_TERM, "0.50", "0"),  # VA knows no other; that it pays off a VA loan is a rule of its own
        (Program.USDA, {}, "1.00", "0.35"),
    ],
)
def test_charges_of_each_program(program: Program, changes: dict[str, Any], fee: str, premium: str | None) -> None:
    charges = charges_for(ada(program=program, **changes), RULES)
    assert charges.financed_fee_percent == (None if fee is None else Decimal(fee))
    assert charges.annual_mi_percent == (None if premium is None else Decimal(premium))
    assert bool(charges.residual_tax_percent) is (program is Program.VA)


def test_the_lowest_score_and_the_shortest_work_count() -> None:
    facts = facts_of(two_borrowers(credit_score=640, years_employed=Decimal(1)))
    assert (facts["credit_score"], facts["years_employed"]) == (640, Decimal(1))


def test_one_unknown_score_leaves_the_case_without_one() -> None:
    assert facts_of(two_borrowers(credit_score=None))["credit_score"] is None


def test_a_pension_is_not_measured_in_years_employed() -> None:
    facts = facts_of(two_borrowers(employment=Employment.RETIRED, years_employed=None))
    assert facts["years_employed"] == 8


@pytest.mark.parametrize(
    ("employment", "expected"),
    [(Employment.SELF_EMPLOYED, True), (Employment.EMPLOYED, False), (None, None)],
)
def test_self_employment_is_known_or_not(employment: Employment | None, expected: bool | None) -> None:
    assert facts_of(two_borrowers(employment=employment))["self_employed"] is expected


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 11, 2), date(2026, 11, 2), 24),
        (date(2024, 11, 3), date(2026, 11, 2), 23),
        (date(2026, 11, 3), date(2026, 11, 2), None),
        (None, date(2026, 11, 2), None),
    ],
)
def test_only_whole_months_count(start: date | None, end: date, months: int | None) -> None:
    assert months_between(start, end) == months


def test_nothing_said_of_a_bankruptcy_is_none() -> None:
    assert facts_of(ada())["bankruptcy"] is False
    facts = facts_of(ada(bankruptcy_chapter="Ch. 13"))
    assert (facts["bankruptcy"], facts["bankruptcy_chapter"], facts["months_since_bankruptcy"]) == (True, "13", None)


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({}, {"bankruptcy_ended_by": "not_stated", "several_bankruptcies": False, "short_sale": False}),
        ({"bankruptcy_dismissed": True}, {"bankruptcy_ended_by": "dismissal"}),
        ({"bankruptcy_dismissed": False}, {"bankruptcy_ended_by": "discharge"}),
        ({"bankruptcies_in_seven_years": 1}, {"bankruptcy": True, "several_bankruptcies": False}),
        ({"bankruptcies_in_seven_years": 2}, {"bankruptcy": True, "several_bankruptcies": True}),
        ({"short_sale_date": date(2022, 11, 3)}, {"short_sale": True, "months_since_short_sale": 47}),
        ({"short_sale_date": date(2026, 11, 3)}, {"short_sale": True, "months_since_short_sale": None}),
        ({"foreclosure_declared": True}, {"foreclosure": True, "months_since_foreclosure": None}),
        ({"extenuating_circumstances": None}, {"extenuating_circumstances": False}),
        ({"first_lien_date": date(2025, 11, 2)}, {"months_since_first_lien": 12, "months_on_title": None}),
        ({"title_date": date(2026, 5, 3)}, {"months_on_title": 5}),
        ({"prepayment_penalty_months": 0}, {"prepayment_penalty_percent": 0}),
        ({"prepayment_penalty_months": 24}, {"prepayment_penalty_percent": None}),
        ({"prepayment_penalty_percent": Decimal(1)}, {"prepayment_penalty_percent": 1}),
        ({"seller_contributions": Decimal(12_000)}, {"contributions_percent": 3, "cltv_before_contributions": 80}),
        ({"seller_contributions": None}, {"contributions_percent": None}),
        ({"seller_contributions": Decimal(9), "purpose": Purpose.CASH_OUT}, {"contributions_percent": None}),
        ({"heloc_balance": None}, {"cltv_before_contributions": None}),
        ({}, {"monthly_income": 11_500, "annual_income": 138_000, "financed_homes": 1}),
        ({"borrower": {"monthly_income": None}}, {"monthly_income": None, "annual_income": None}),
    ],
)
def test_facts_of_the_past_and_of_the_deal(changes: dict[str, Any], facts: Facts) -> None:
    found = facts_of(ada(**changes))
    assert {name: found[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("coverage", "cost", "lacks"),
    [
        (None, 300_000, None),
        (320_000, None, 0),  # the loan itself is covered
        (319_999, None, None),
        (300_000, 300_000, 0),
        (290_000, 300_000, 10_000),
        (290_000, 400_000, 30_000),  # the loan of 320,000 is the lower
    ],
)
def test_what_flood_insurance_lacks(coverage: int | None, cost: int | None, lacks: int | None) -> None:
    known = [None if amount is None else Decimal(amount) for amount in (coverage, cost)]
    found = facts_of(ada(home={"flood_coverage": known[0], "replacement_cost": known[1]}))
    assert found["flood_coverage_shortfall"] == lacks


@pytest.mark.parametrize(
    ("state", "stated", "region"),
    [
        ("OH", None, "midwest"),
        ("TX", None, "south"),
        ("DC", None, "south"),
        ("CA", None, "west"),
        ("OH", "NE", "northeast"),
        ("OH", "Mars", None),
        (None, None, None),
    ],
)
def test_the_region_follows_the_state_unless_stated(state: Any, stated: Any, region: Any) -> None:
    assert facts_of(ada(region_residual=stated, home={"state": state}))["household_region"] == region


def test_residual_income_is_measured_against_the_table() -> None:
    case = ada(program=Program.VA, va_use=VaUse.FIRST, household_size=4)
    facts = facts_of(case)
    # Fee 1.25 % of 320,000 = 4,000; 324,000 at 6.25 % = 1,994.92; PITIA 2,519.92. Of 11,500 remain after taxes 2,875,
    # PITIA, 1,800 x 0.14 = 252 and 450 of debts 5,403.08; the Midwest table asks 1,003 of four: 538.69 percent.
    assert (facts["residual_income"], facts["residual_ratio"]) == (Decimal("5403.08"), Decimal("538.69"))
    assert facts_of(replace(case, household_size=None))["residual_ratio"] is None


def test_rounded_ratios_are_unknown_where_the_ratio_agent_failed() -> None:
    case = ada()
    ratios = replace(compute_ratios(case, charges_for(case, RULES)), ltv=None)
    facts = case_facts(case, ratios)
    assert (facts["ltv"], facts["ltv_rounded"], facts["cltv_rounded"]) == (None, None, 80)


def test_every_fact_the_rules_ask_for_is_among_them(rules: DatedRules) -> None:
    facts = facts_of(ada())
    tables = [table for rule in rules.rules for table in (rule.applies, *rule.unless)]
    limits = [*(rule.limits for rule in rules.rules), *(rate.limits for rate in rules.rates.values())]
    tables += [row.where for dated in limits for value in dated for row in value.rows]
    asked = {rule.fact for rule in rules.rules} | {name for table in tables for name in table}
    assert asked - facts.keys() == set()


def test_no_fact_tells_who_the_borrower_is() -> None:
    assert not {"first_name", "last_name", "birth_date", "employer", "age"} & facts_of(ada()).keys()
    assert facts_of(ada()) == facts_of(ada().without_personal_data())


@pytest.mark.parametrize(("case", "points"), [(ada(), 95), (ben(), 59), (cleo(), 49)])
def test_scores_of_the_three(case: CaseFile, points: int, rules: DatedRules) -> None:
    lines, confidence = score(facts_of(case), rules)
    assert confidence == points == sum(line.points for line in lines)
    assert sum(line.possible for line in lines) == 100


def test_an_unknown_factor_leaves_no_confidence(rules: DatedRules) -> None:
    lines, confidence = score(facts_of(ada(borrower={"credit_score": None})), rules)
    assert confidence is None
    assert [line.factor for line in lines if line.value == "unknown" and not line.points] == ["credit_score"]


def test_a_refinance_has_no_price_to_measure_by() -> None:
    assert facts_of(ada(purpose=Purpose.RATE_TERM))["ltv"] == Decimal("79.01")  # 320,000 / 405,000


@pytest.mark.parametrize(
    ("program", "limit"), [(Program.FHA, "600000"), (Program.CONVENTIONAL, "900000"), (Program.JUMBO, "900000")]
)
def test_only_fha_has_a_county_limit_of_its_own(program: Program, limit: str) -> None:
    areas = AreaLimits(conforming={1: Decimal(900_000)}, fha={1: Decimal(600_000)})
    assert county_limit(ada(program=program), areas) == Decimal(limit)
