"""Two runs side by side: facts, rules, versions and results that differ, and whether a tolerance is exceeded."""

from dataclasses import replace
from typing import Any

import pytest

from lending.run_diff import Difference, RuleResult, RunView, compare_runs, flattened

CITED = {"citation": "Fannie Mae B3-2-10", "mark": "V"}
TOLERANCES: dict[str, dict[str, Any]] = {
    "back_end_dti_above": {"limit": "45.00", **CITED},
    "back_end_dti_rise": {"limit": "3.00", **CITED},
    "subordinate_liens_rise": {"limit": "0", **CITED},
    "loan_amount_rise": {"limit": "0", **CITED},
    "ltv_rise": {"limit": "0", **CITED},
    "funds_to_close_uncovered": {"limit": "0", **CITED},
    "when_changed": {"limit": ["occupancy", "home.purchase_price"], **CITED},
}
FACTS: dict[str, Any] = {
    "number": "APP-2026-000001",
    "occupancy": "primary",
    "subordinate_balance": "0",
    "heloc_balance": "0",
    "heloc_limit": "0",
    "liquid_assets": "150000",
    "funds_to_close": "92000",
    "home": {"purchase_price": "400000", "units": 1},
    "borrowers": [{"position": 1, "identity": None, "monthly_income": "11500", "debts": [{"balance": "900"}]}],
}
RULE = RuleResult("max_dti", "passed", "40.00", "45.00", "percent", "Back-end DTI is within the limit.")
FIRST = RunView(
    number=1,
    results={"outcome": "APPROVED", "confidence": "82.00"},
    ratios={"back_end_dti": "40.00", "ltv": "80.00", "base_loan_amount": "320000"},
    facts=FACTS,
    rules=[RULE, RuleResult("max_ltv", "passed", "80", "95", "percent", "LTV is within the limit.")],
    versions={"rulebook": "aaaa", "policies": "p", "prompts": "1"},
)


def later(*, dti: str | None = "40.00", facts: dict[str, Any] | None = None, **changes: Any) -> RunView:
    """Return the second run with what differs from the first."""
    ratios = {**FIRST.ratios, "back_end_dti": dti, **changes.pop("ratios", {})}
    return replace(FIRST, number=2, ratios=ratios, facts={**FACTS, **(facts or {})}, **changes)


def exceeded(view: RunView) -> list[str]:
    return [demand.name for demand in compare_runs(FIRST, view, TOLERANCES).demands if demand.exceeded]


def test_the_same_run_differs_in_nothing_and_needs_no_resubmission() -> None:
    diff = compare_runs(FIRST, later(), TOLERANCES)
    assert (diff.facts, diff.rules, diff.versions, diff.results, diff.ratios) == ((), (), (), (), ())
    assert diff.resubmit is False


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("40.00", "42.99", []),
        ("40.00", "43.00", ["back_end_dti_rise"]),
        ("44.00", "45.00", []),
        ("44.00", "45.01", ["back_end_dti_above"]),
        ("46.00", "46.00", []),
        ("48.00", "46.00", []),
        ("40.00", "45.01", ["back_end_dti_above", "back_end_dti_rise"]),
    ],
)
def test_a_dti_counts_above_45_or_three_points_up(before: str, after: str, names: list[str]) -> None:
    first = replace(FIRST, ratios={**FIRST.ratios, "back_end_dti": before})
    diff = compare_runs(first, later(dti=after), TOLERANCES)
    assert [demand.name for demand in diff.demands if demand.exceeded] == names


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({"subordinate_balance": "1"}, ["subordinate_liens_rise"]),
        ({"heloc_limit": "25000"}, ["subordinate_liens_rise"]),
        ({"funds_to_close": "150000"}, []),
        ({"funds_to_close": "150000.01"}, ["funds_to_close_uncovered"]),
        ({"occupancy": "investment"}, ["when_changed"]),
        ({"home": {"purchase_price": "400000.00", "units": 1}}, []),
        ({"home": {"purchase_price": "399999", "units": 1}}, ["when_changed"]),
    ],
)
def test_a_new_lien_uncovered_funds_and_changed_terms_demand_it(facts: dict[str, Any], names: list[str]) -> None:
    assert exceeded(later(facts=facts)) == names


@pytest.mark.parametrize(("name", "value"), [("base_loan_amount", "320000.01"), ("ltv", "80.01")])
def test_a_higher_loan_or_ltv_demands_it_and_a_lower_one_does_not(name: str, value: str) -> None:
    assert len(exceeded(later(ratios={name: value}))) == 1
    assert exceeded(later(ratios={name: "1"})) == []


def test_an_unknown_figure_leaves_it_open_and_so_do_tolerances_that_were_not_stored() -> None:
    assert compare_runs(FIRST, later(dti=None), TOLERANCES).resubmit is None
    assert compare_runs(FIRST, later(), {}).resubmit is None


def test_changed_facts_are_named_by_their_place_and_amounts_are_compared_as_amounts() -> None:
    people = [{"position": 1, "identity": None, "monthly_income": "11500.00", "debts": [{"balance": "1000"}]}]
    diff = compare_runs(FIRST, later(facts={"borrowers": people, "liquid_assets": "120000"}), TOLERANCES)
    assert diff.facts == (
        Difference("liquid_assets", "150000", "120000"),
        Difference("borrowers.1.debts.1.balance", "900", "1000"),
    )


def test_facts_hold_no_application_number_and_no_identity() -> None:
    assert not {"number", "borrowers.1.identity", "borrowers.1.position"} & flattened(FACTS).keys()


def test_runs_that_stored_no_facts_say_so_and_the_rest_is_compared() -> None:
    diff = compare_runs(replace(FIRST, facts={}), later(dti="50.00"), TOLERANCES)
    assert diff.facts is None
    assert diff.resubmit is True


def test_rules_with_another_result_come_first_then_those_with_another_value_or_limit() -> None:
    moved = RuleResult("max_ltv", "passed", "81", "95", "percent", "LTV is within the limit.")
    failed = replace(RULE, result="failed", value="46.00")
    new = RuleResult("seasoning", "passed", "12", "6", "months", "Seasoned.")
    diff = compare_runs(FIRST, later(rules=[moved, failed, new]), TOLERANCES)
    assert [(each.code, each.result_changed) for each in diff.rules] == [
        ("max_dti", True),
        ("seasoning", True),
        ("max_ltv", False),
    ]


def test_versions_and_results_that_differ_are_listed() -> None:
    versions = {"rulebook": "bbbb", "policies": "p", "prompts": "1"}
    diff = compare_runs(
        FIRST, later(versions=versions, results={"outcome": "DECLINED", "confidence": "82"}), TOLERANCES
    )
    assert diff.versions == (Difference("rulebook", "aaaa", "bbbb"),)
    assert diff.results == (Difference("outcome", "APPROVED", "DECLINED"),)
