"""What an approval asks for, and that each condition stands behind a finding and a stage."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agents.engine.charges import charges_for
from agents.engine.conditions import conditions_for
from agents.engine.facts import case_facts
from lending.casefile import CaseFile
from lending.conclusion import ConditionRecord
from lending.ratios import compute_ratios
from lending.vocabulary import ConditionStage, Employment, LiabilityKind, Program, Purpose, VaUse
from policies.rules import RuleBook
from tests.builders_case import ada, cleo, debt

RULES = RuleBook.load().on(date(2026, 11, 2))


def conditions(case: CaseFile) -> dict[str, ConditionRecord]:
    facts = case_facts(case, compute_ratios(case, charges_for(case, RULES)))
    findings = [*RULES.evaluate(facts, group="underwriting"), *RULES.evaluate(facts, group="compliance")]
    return {condition.code: condition for condition in conditions_for(case, findings)}


def test_a_plain_purchase_brings_the_usual_papers_in_the_order_of_their_stages() -> None:
    found = conditions(ada())
    assert set(found) == {
        *("CONTRACT", "INCOME_B1", "EMPLOYMENT_B1", "ASSETS", "APPRAISAL", "TITLE", "HAZARD_INSURANCE"),
        "FLOOD_DETERMINATION",
    }
    stages = [list(ConditionStage).index(condition.stage) for condition in found.values()]
    assert stages == sorted(stages)
    assert found["INCOME_B1"].finding_code == "conventional_back_end_dti"
    assert found["EMPLOYMENT_B1"].finding_code == "employment_history"


@pytest.mark.parametrize(
    ("case", "extra"),
    [
        (cleo(), {"MI_CERTIFICATE"}),
        (ada(home={"flood_zone": "AE", "annual_flood_insurance": Decimal(900)}), {"FLOOD_INSURANCE"}),
        (ada(program=Program.FHA), {"FHA_CASE_NUMBER"}),
        (ada(program=Program.VA, va_use=VaUse.FIRST), {"VA_ELIGIBILITY"}),
        (ada(program=Program.USDA), {"USDA_COMMITMENT"}),
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


def test_a_refinance_has_no_contract() -> None:
    assert "CONTRACT" not in conditions(ada(purpose=Purpose.RATE_TERM))


@pytest.mark.parametrize("changes", [{}, {"program": Program.FHA}, {"program": Program.VA, "va_use": VaUse.LATER}])
def test_every_finding_code_is_one_of_the_findings(changes: dict[str, Any]) -> None:
    codes = {rule.code for rule in RULES.rules} | {""}
    assert {condition.finding_code for condition in conditions(ada(**changes)).values()} <= codes
