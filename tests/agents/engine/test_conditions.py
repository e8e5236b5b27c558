"""What an approval asks for, and that each condition stands behind a finding and a stage."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agents.engine.charges import charges_for
from agents.engine.conditions import conditions_for
from agents.engine.conditions_by_finding import ASKED
from agents.engine.facts import case_facts
from lending.casefile import CaseFile, OwnedHomeFacts
from lending.conclusion import ConditionRecord
from lending.ratios import compute_ratios
from lending.vocabulary import (
    ConditionStage,
    Employment,
    LiabilityKind,
    Occupancy,
    Program,
    PropertyType,
    Purpose,
    VaUse,
)
from policies.rulebook.rules import RuleBook
from tests.builders_case import ada, cleo, debt

LET = OwnedHomeFacts(Occupancy.INVESTMENT, Decimal(2_000), Decimal(1_200), Decimal(90_000), sold_by_closing=False)
DEAR: dict[str, Any] = {"purchase_price": Decimal(1_200_000), "appraised_value": Decimal(1_200_000)}
RULES = RuleBook.load().on(date(2026, 11, 2))


def conditions(case: CaseFile) -> dict[str, ConditionRecord]:
    ratios = compute_ratios(case, charges_for(case, RULES))
    facts = case_facts(case, ratios)
    findings = [*RULES.evaluate(facts, group="underwriting"), *RULES.evaluate(facts, group="compliance")]
    return {condition.code: condition for condition in conditions_for(case, findings, ratios)}


def test_a_plain_purchase_brings_the_usual_papers_in_the_order_of_their_stages() -> None:
    found = conditions(ada())
    assert set(found) == {
        *("CONTRACT", "INCOME_B1", "EMPLOYMENT_B1", "ASSETS", "APPRAISAL", "TITLE", "HAZARD_INSURANCE"),
        *("FLOOD_DETERMINATION", "PRICE_TESTS", "SANCTIONS_RESCREENING"),
    }
    stages = [list(ConditionStage).index(condition.stage) for condition in found.values()]
    assert stages == sorted(stages)
    assert found["INCOME_B1"].finding_code == "atr_income"
    assert found["APPRAISAL"].finding_code == "conventional_ltv"
    assert found["EMPLOYMENT_B1"].finding_code == "employment_history"


@pytest.mark.parametrize(
    ("case", "extra"),
    [
        (cleo(), {"MI_CERTIFICATE"}),
        (ada(home={"flood_zone": "AE", "annual_flood_insurance": Decimal(900)}), {"FLOOD_INSURANCE"}),
        (ada(program=Program.FHA), {"FHA_CASE_NUMBER"}),
        (ada(program=Program.VA, va_use=VaUse.FIRST), {"VA_ELIGIBILITY"}),
        (ada(program=Program.USDA), {"USDA_COMMITMENT", "HOUSEHOLD_INCOME"}),
        (ada(home={"property_type": PropertyType.CONDO}), {"PROJECT_REVIEW"}),
        (ada(owned_homes=(LET,)), {"LEASES"}),
        (ada(bankruptcy_chapter="7", bankruptcy_date=date(2015, 1, 2)), {"BANKRUPTCY_PAPERS"}),
        (ada(foreclosure_date=date(2015, 1, 2)), {"FORECLOSURE_PAPERS"}),
        (ada(short_sale_date=date(2015, 1, 2)), {"SHORT_SALE_PAPERS"}),
        (
            ada(short_sale_date=date(2024, 1, 2), extenuating_circumstances=True),
            {"SHORT_SALE_PAPERS", "EXTENUATING_CIRCUMSTANCES"},
        ),
        (ada(seller_contributions=Decimal(30_000)), {"CONTRIBUTIONS", "MI_CERTIFICATE"}),
        (ada(loan_amount=Decimal(900_000), home=DEAR), {"INTERIOR_APPRAISAL"}),
        (ada(borrower={"years_employed": Decimal(1)}), {"EMPLOYMENT_HISTORY"}),
        (ada(heloc_limit=Decimal(10_000)), {"SUBORDINATION"}),
        (ada(borrower={"debts": (debt(LiabilityKind.REVOLVING, 90, paid_off=True),)}), {"DEBTS_PAID_B1"}),
    ],
)
def test_what_the_case_holds_adds_its_own(case: CaseFile, extra: set[str]) -> None:
    assert conditions(case).keys() - conditions(ada()).keys() == extra


@pytest.mark.parametrize(
    ("employment", "codes"),
    [
        (Employment.SELF_EMPLOYED, {"TAX_RETURNS_B1", "BUSINESS_OPERATES_B1"}),
        (Employment.RETIRED, {"INCOME_B1"}),
        (Employment.EMPLOYED, {"INCOME_B1", "EMPLOYMENT_B1"}),
    ],
)
def test_income_is_proved_as_it_is_earned(employment: Employment, codes: set[str]) -> None:
    found = conditions(ada(borrower={"employment": employment}))
    assert {code for code in found if code.endswith("_B1")} == codes


def test_a_cash_out_refinance_shows_how_old_its_lien_and_title_are() -> None:
    case = ada(purpose=Purpose.CASH_OUT, existing_first_balance=Decimal(200_000))
    found = conditions(case)
    assert {found[code].stage for code in ("FIRST_LIEN_AGE", "TIME_ON_TITLE")} == {ConditionStage.PRIOR_TO_APPROVAL}
    known = replace(case, first_lien_date=date(2020, 1, 2), title_date=date(2020, 1, 2))
    assert not {"FIRST_LIEN_AGE", "TIME_ON_TITLE"} & conditions(known).keys()


@pytest.mark.parametrize(
    ("case", "coverage"),
    [
        (cleo(), "30.00 percent"),
        (cleo(term_months=180), "25.00 percent"),
        (cleo(loan_amount=Decimal(328_500)), "25.00 percent"),
    ],
)
def test_the_insurance_certificate_names_its_coverage(case: CaseFile, coverage: str) -> None:
    certificate = conditions(case)["MI_CERTIFICATE"]
    assert coverage in certificate.text
    assert certificate.finding_code == "mortgage_insurance_coverage"


def test_a_flood_policy_is_asked_for_in_the_amount_that_the_law_needs() -> None:
    policy = conditions(ada(home={"flood_zone": "AE", "annual_flood_insurance": Decimal(900)}))["FLOOD_INSURANCE"]
    assert "the loan of $320,000" in policy.text


def test_known_prices_leave_no_price_test_open_and_a_dear_loan_needs_an_escrow_and_an_interior_appraisal() -> None:
    known: dict[str, Any] = {
        "finance_charges": Decimal(4_000),
        "points_and_fees": Decimal(4_000),
        "prepayment_penalty_months": 0,
    }
    cheap, dear = (conditions(ada(**known, apor=Decimal(apor))) for apor in ("6.10", "4.00"))
    assert not {"PRICE_TESTS", "HPML_ESCROW", "INTERIOR_APPRAISAL"} & cheap.keys()
    assert {"HPML_ESCROW", "INTERIOR_APPRAISAL"} <= dear.keys()


def test_every_condition_of_the_list_is_asked_for_by_rules_that_exist() -> None:
    assert {rule for asked in ASKED for rule in asked.rules} <= {rule.code for rule in RULES.rules}


def test_a_refinance_has_no_contract() -> None:
    assert "CONTRACT" not in conditions(ada(purpose=Purpose.RATE_TERM))


@pytest.mark.parametrize("changes", [{}, {"program": Program.FHA}, {"program": Program.VA, "va_use": VaUse.LATER}])
def test_every_finding_code_is_one_of_the_findings(changes: dict[str, Any]) -> None:
    codes = {rule.code for rule in RULES.rules} | {""}
    assert {condition.finding_code for condition in conditions(ada(**changes)).values()} <= codes
