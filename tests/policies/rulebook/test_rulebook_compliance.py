"""What the law asks, written out by hand: ability to repay, price tiers, high-cost loans, flood, and open prices."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policies.rulebook.findings import Severity
from tests.policies.ordinary_loan import BOOK, findings, result

PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"
FACTORS = {
    "atr_income": "monthly_income",
    "atr_employment": "self_employed",
    "atr_payment": "principal_and_interest",
    "atr_simultaneous_loans": "subordinate_payment",
    "atr_obligations": "pitia",
    "atr_debts": "monthly_debts",
    "atr_ratio": "back_end_dti",
    "atr_credit_history": "credit_score",
}


def of_loan(amount: int, **facts: object) -> dict[str, Any]:
    return {"total_loan_amount": Decimal(amount), **facts}


@pytest.mark.parametrize(("code", "fact"), FACTORS.items())
def test_each_factor_of_the_ability_to_repay_is_on_file_or_for_a_person(code: str, fact: str) -> None:
    assert result(code) == PASSED
    found = findings(**{fact: None})[code]
    assert (found.result, found.severity) == (UNKNOWN, Severity.REVIEW)
    assert result(code, occupancy="investment") is None


# ---------------------------------------------------------------- prices: loan, most, in 2026 and 2025


@pytest.mark.parametrize(
    ("year", "amount", "most"),
    [
        (2026, 137_958, "2.25"),
        (2026, 137_957, "3.50"),
        (2026, 82_775, "3.50"),
        (2026, 82_774, "6.50"),
        (2025, 134_841, "2.25"),
        (2025, 134_840, "3.50"),
        (2025, 80_905, "3.50"),
        (2025, 80_904, "6.50"),
    ],
)
def test_price_tiers_of_a_qualified_mortgage(year: int, amount: int, most: str) -> None:
    rules = BOOK.on(date(year, 6, 1))
    assert result("qm_price", rules, **of_loan(amount, apr_spread=Decimal(most))) == PASSED
    assert result("qm_price", rules, **of_loan(amount, apr_spread=Decimal(most) + Decimal("0.001"))) == FAILED


@pytest.mark.parametrize(
    ("amount", "code", "fact", "most"),
    [
        (137_958, "qm_points_and_fees", "points_and_fees_percent", "3"),
        (137_957, "qm_points_and_fees_second", "points_and_fees", "4139"),
        (82_775, "qm_points_and_fees_second", "points_and_fees", "4139"),
        (82_774, "qm_points_and_fees_third", "points_and_fees_percent", "5"),
        (27_592, "qm_points_and_fees_third", "points_and_fees_percent", "5"),
        (27_591, "qm_points_and_fees_fourth", "points_and_fees", "1380"),
        (17_245, "qm_points_and_fees_fourth", "points_and_fees", "1380"),
        (17_244, "qm_points_and_fees_fifth", "points_and_fees_percent", "8"),
    ],
)
def test_points_and_fees_tiers_of_a_qualified_mortgage(amount: int, code: str, fact: str, most: str) -> None:
    loan = of_loan(amount, points_and_fees=Decimal(0), points_and_fees_percent=Decimal(0))
    assert [each for each in findings(**loan) if each.startswith("qm_points")] == [code]
    assert result(code, **{**loan, fact: Decimal(most)}) == PASSED
    assert result(code, **{**loan, fact: Decimal(most) + Decimal("0.01")}) == FAILED


@pytest.mark.parametrize(("program", "from_here"), [("conventional", "1.50"), ("fha", "1.50"), ("jumbo", "2.50")])
def test_a_higher_priced_loan_is_noted(program: str, from_here: str) -> None:
    spread = Decimal(from_here)
    below, at = (
        findings(program=program, apr_spread=each)["hpml_spread"] for each in (spread - Decimal("0.001"), spread)
    )
    assert (below.result, at.result, at.severity) == (PASSED, FAILED, Severity.NOTE)
    assert result("hpml_spread", program=program, apr_spread=spread, occupancy="second") is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"apr_spread": Decimal("1.50"), "points_and_fees_percent": Decimal(3)}, PASSED),  # still a qualified mortgage
        ({"apr_spread": Decimal("1.50"), "points_and_fees_percent": Decimal("3.01")}, FAILED),
        ({"apr_spread": Decimal("2.26"), "points_and_fees_percent": Decimal(1)}, FAILED),
        ({"apr_spread": Decimal("1.50")}, FAILED),  # fees not known: not shown to be one
        ({"apr_spread": Decimal("2.26"), "loan_amount": Decimal(34_200)}, None),
        ({"apr_spread": Decimal("2.26"), "loan_amount": Decimal("34200.01")}, FAILED),
    ],
)
def test_who_needs_an_interior_appraisal(changes: dict[str, Any], told: str | None) -> None:
    assert result("hpml_appraisal", **changes) == told


def test_safe_harbour_and_rebuttable_presumption_are_told_apart_and_marked_unverified() -> None:
    safe, rebuttable = (findings(apr_spread=Decimal(each))["qm_safe_harbour"] for each in ("1.499", "1.500"))
    assert (safe.result, rebuttable.result) == (PASSED, FAILED)
    assert "conclusively" in safe.message
    assert "rebutted" in rebuttable.message
    assert (safe.severity, safe.source_mark) == (Severity.NOTE, "U")


# ---------------------------------------------------------------- high-cost loans


@pytest.mark.parametrize(
    ("code", "loan", "fact", "most"),
    [
        ("hoepa_spread", {}, "apr_spread", "6.50"),
        ("hoepa_points_and_fees", of_loan(27_592), "points_and_fees_percent", "5"),
        ("hoepa_points_and_fees_share", of_loan(27_591), "points_and_fees_percent", "8"),
        ("hoepa_points_and_fees_amount", of_loan(27_591), "points_and_fees", "1380"),
        ("hoepa_prepayment_months", {}, "prepayment_penalty_months", "36"),
        ("hoepa_prepayment_share", {}, "prepayment_penalty_percent", "2"),
    ],
)
def test_a_high_cost_loan_is_stopped(code: str, loan: dict[str, Any], fact: str, most: str) -> None:
    over = findings(**loan, **{fact: Decimal(most) + Decimal("0.01")})[code]
    assert (over.result, over.severity) == (FAILED, Severity.STOP)
    assert result(code, **loan, **{fact: Decimal(most)}) == PASSED
    for elsewhere in ("second", "investment"):
        assert result(code, **loan, occupancy=elsewhere, **{fact: Decimal(99_999)}) is None


def test_an_investment_property_has_the_agencys_price_test_and_no_qualified_mortgage() -> None:
    found = findings(occupancy="investment", apr_spread=Decimal("6.51"), points_and_fees_percent=Decimal("5.01"))
    assert {found[code].result for code in ("exempt_price", "exempt_points_and_fees")} == {FAILED}
    assert not {"qm_price", "qm_safe_harbour", "hoepa_spread"} & found.keys()


def test_unknown_prices_are_told_once_each_and_block_nothing() -> None:
    found = findings()
    for code in ("price_tests", "fee_tests", "prepayment_test"):
        assert (found[code].result, found[code].severity) == (UNKNOWN, Severity.NOTE)
    assert not [code for code in found if code.startswith(("hoepa", "hpml", "qm_price", "qm_points"))]


# ---------------------------------------------------------------- flood


@pytest.mark.parametrize(
    ("shortfall", "coverage", "told"),
    [
        ("0", "236000", PASSED),
        ("0.01", "235999.99", FAILED),
        ("60000", "249999.99", FAILED),
        ("60000", "250000", PASSED),  # the program offers no more
        (None, None, None),
    ],
)
def test_flood_coverage_reaches_the_lowest_of_three(
    shortfall: str | None, coverage: str | None, told: str | None
) -> None:
    known = {
        "flood_coverage_shortfall": None if shortfall is None else Decimal(shortfall),
        "flood_coverage": None if coverage is None else Decimal(coverage),
    }
    assert result("flood_coverage", in_flood_zone=True, **known) == told
    assert result("flood_coverage", in_flood_zone=False, **known) is None


def test_a_community_outside_the_program_is_a_stop_only_in_a_flood_zone() -> None:
    found = findings(in_flood_zone=True, flood_community_participates=False)["flood_community"]
    assert (found.result, found.severity) == (FAILED, Severity.STOP)
    assert result("flood_community", in_flood_zone=False, flood_community_participates=False) is None
    assert result("flood_community", in_flood_zone=True, flood_community_participates=None) == UNKNOWN


def test_a_state_is_licensed_on_the_day_or_held() -> None:
    assert result("licensed_state", property_state="NY") == FAILED
    assert findings(property_state="NY")["licensed_state"].severity is Severity.STOP
    assert result("licensed_state", property_state=None) == UNKNOWN
