"""The limits that decide most loans, written out by hand: conventional, high-balance, FHA, VA, USDA, and the past."""

from decimal import Decimal
from typing import Any

import pytest

from policies.rulebook.findings import Severity
from tests.policies.ordinary_loan import findings, result

PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"


# ---------------------------------------------------------------- loan-to-value

STANDARD = [  # Fannie Mae's table: occupancy, purpose, units, amortization, maximum percent
    ("primary", "purchase", 1, "fixed", 97),
    ("primary", "rate_term", 1, "fixed", 97),
    ("primary", "purchase", 1, "arm", 95),
    ("primary", "purchase", 2, "fixed", 95),
    ("primary", "rate_term", 3, "arm", 95),
    ("primary", "purchase", 4, "fixed", 95),
    ("primary", "cash_out", 1, "fixed", 80),
    ("primary", "cash_out", 2, "fixed", 75),
    ("second", "purchase", 1, "fixed", 90),
    ("second", "rate_term", 1, "arm", 90),
    ("second", "cash_out", 1, "fixed", 75),
    ("investment", "purchase", 1, "fixed", 85),
    ("investment", "purchase", 2, "fixed", 75),
    ("investment", "rate_term", 1, "fixed", 75),
    ("investment", "rate_term", 4, "fixed", 75),
    ("investment", "cash_out", 1, "fixed", 75),
    ("investment", "cash_out", 3, "fixed", 70),
]


@pytest.mark.parametrize(("occupancy", "purpose", "units", "amortization", "most"), STANDARD)
@pytest.mark.parametrize("ratio", ["ltv", "cltv", "hcltv"])
def test_conventional_maxima(
    *, ratio: str, occupancy: str, purpose: str, units: int, amortization: str, most: int
) -> None:
    loan = {"occupancy": occupancy, "purpose": purpose, "units": units, "amortization": amortization}
    told = [result(f"conventional_{ratio}", **loan, **{f"{ratio}_rounded": most + more}) for more in (-1, 0, 1)]
    assert told == [PASSED, PASSED, FAILED]


@pytest.mark.parametrize(("units", "most"), [(1, 95), (2, 85), (3, 75), (4, 75)])
@pytest.mark.parametrize("ratio", ["ltv", "cltv", "hcltv"])
def test_high_balance_on_a_principal_residence_is_held_lower(ratio: str, units: int, most: int) -> None:
    loan: dict[str, Any] = {"units": units, "loan_amount": Decimal(1_700_000)}
    told = [result(f"high_balance_{ratio}", **loan, **{f"{ratio}_rounded": most + more}) for more in (-1, 0, 1)]
    assert told == [PASSED, PASSED, FAILED]


@pytest.mark.parametrize(
    "changes", [{"occupancy": "second"}, {"occupancy": "investment"}, {"purpose": "cash_out"}, {"program": "jumbo"}]
)
def test_high_balance_elsewhere_keeps_the_usual_table(changes: dict[str, Any]) -> None:
    assert result("high_balance_ltv", loan_amount=Decimal(900_000), **changes) is None


def test_the_baseline_itself_is_not_high_balance() -> None:
    assert result("high_balance_ltv", loan_amount=Decimal(832_750)) is None
    assert result("high_balance_ltv", loan_amount=Decimal(832_751)) == PASSED


def test_freddie_mac_stricter_limit_is_told_and_stops_nothing() -> None:
    found = findings(ltv_rounded=97)["freddie_ltv"]
    assert (found.result, found.severity) == (FAILED, Severity.NOTE)


@pytest.mark.parametrize(
    ("purpose", "score", "most"),
    [
        ("purchase", 580, "96.50"),
        ("purchase", 579, "90.00"),
        ("rate_term", 580, "97.75"),
        ("rate_term", 579, "90.00"),
        ("cash_out", 720, "80.00"),
    ],
)
def test_fha_maxima(purpose: str, score: int, most: str) -> None:
    code = {"purchase": "fha_ltv", "rate_term": "fha_refinance_ltv", "cash_out": "fha_cash_out_ltv"}[purpose]
    loan: dict[str, Any] = {"program": "fha", "purpose": purpose, "credit_score": score}
    assert result(code, **loan, ltv=Decimal(most)) == PASSED
    assert result(code, **loan, ltv=Decimal(most) + Decimal("0.01")) == FAILED


@pytest.mark.parametrize(
    ("ltv", "term", "amortization", "coverage"),
    [
        (80, 360, "fixed", None),
        (81, 360, "fixed", 12),
        (85, 360, "fixed", 12),
        (86, 360, "fixed", 25),
        (90, 241, "fixed", 25),
        (91, 360, "fixed", 30),
        (96, 360, "fixed", 35),
        (97, 240, "fixed", 35),
        (81, 240, "fixed", 6),
        (90, 240, "fixed", 12),
        (95, 180, "fixed", 25),
        (90, 180, "arm", 25),
        (98, 360, "fixed", None),
    ],
)
def test_mortgage_insurance_coverage(ltv: int, term: int, amortization: str, coverage: int | None) -> None:
    found = findings(ltv_rounded=ltv, term_months=term, amortization=amortization).get("mortgage_insurance_coverage")
    assert (found.limit if found else None) == coverage


# ---------------------------------------------------------------- ratios and reserves


def test_agency_guide_and_overlay_of_dti_are_three_findings() -> None:
    found = findings(back_end_dti=Decimal("45.01"))
    told = {
        code: (found[code].result, found[code].margin)
        for code in ("conventional_back_end_dti", "conventional_back_end_dti_overlay", "conventional_manual_dti_guide")
    }
    assert told == {
        "conventional_back_end_dti": (PASSED, Decimal("4.99")),
        "conventional_back_end_dti_overlay": (FAILED, Decimal("-0.01")),
        "conventional_manual_dti_guide": (FAILED, Decimal("-9.01")),
    }


@pytest.mark.parametrize(
    ("dti", "open_tiers"),
    [
        ("43.00", set()),
        ("43.01", {"fha_back_end_dti_standard"}),
        ("47.00", {"fha_back_end_dti_standard"}),
        ("47.01", {"fha_back_end_dti_standard", "fha_back_end_dti_one_factor"}),
        ("50.00", {"fha_back_end_dti_standard", "fha_back_end_dti_one_factor"}),
        ("50.01", {"fha_back_end_dti_standard", "fha_back_end_dti_one_factor", "fha_back_end_dti"}),
    ],
)
def test_fha_back_end_tiers(dti: str, open_tiers: set[str]) -> None:
    found = findings(program="fha", back_end_dti=Decimal(dti)).values()
    assert {each.code for each in found if each.fact == "back_end_dti" and each.result == FAILED} == open_tiers


@pytest.mark.parametrize(
    ("changes", "months"),
    [
        ({}, 0),
        ({"units": 2}, 6),
        ({"occupancy": "second"}, 2),
        ({"occupancy": "investment"}, 6),
        ({"purpose": "cash_out", "back_end_dti": Decimal("45.00")}, 0),
        ({"purpose": "cash_out", "back_end_dti": Decimal("45.01")}, 6),
        ({"purpose": "cash_out", "back_end_dti": Decimal("45.01"), "occupancy": "second"}, 6),
        ({"purpose": "rate_term", "back_end_dti": Decimal("45.01")}, 0),
    ],
)
def test_reserves_of_a_conventional_loan(changes: dict[str, Any], months: int) -> None:
    assert result("conventional_reserves", **changes, reserves_months=Decimal(months)) == PASSED
    assert result("conventional_reserves", **changes, reserves_months=Decimal(months) - Decimal("0.01")) == FAILED


@pytest.mark.parametrize(("occupancy", "told"), [("primary", None), ("second", FAILED), ("investment", FAILED)])
def test_an_eleventh_financed_home_is_too_many_unless_lived_in(occupancy: str, told: str | None) -> None:
    assert result("financed_homes", occupancy=occupancy, financed_homes=11) == told
    assert result("financed_homes", occupancy=occupancy, financed_homes=10) == (told and PASSED)


# ---------------------------------------------------------------- cash-out, contributions, USDA


@pytest.mark.parametrize(
    ("code", "fact", "months", "severity"),
    [
        ("cash_out_lien_seasoning", "months_since_first_lien", 12, Severity.HARD),
        ("cash_out_title_seasoning", "months_on_title", 6, Severity.REVIEW),
    ],
)
def test_seasoning_of_a_cash_out_refinance(code: str, fact: str, months: int, severity: Severity) -> None:
    told = [result(code, purpose="cash_out", **{fact: months + more}) for more in (-1, 0, 1)]
    assert told == [FAILED, PASSED, PASSED]
    assert findings(purpose="cash_out", **{fact: months})[code].severity is severity
    assert result(code, purpose="rate_term", **{fact: 0}) is None


def test_unknown_dates_of_a_cash_out_refinance_are_said_to_be_open() -> None:
    found = findings(purpose="cash_out", existing_first_balance=Decimal(100_000))
    assert found["cash_out_seasoning_on_file"].result == found["cash_out_title_on_file"].result == UNKNOWN
    assert "cash_out_lien_seasoning" not in found
    assert "cash_out_seasoning_on_file" not in findings(purpose="cash_out", existing_first_balance=Decimal(0))


@pytest.mark.parametrize(
    ("occupancy", "cltv", "most"),
    [("primary", 91, 3), ("primary", 90, 6), ("second", 76, 6), ("primary", 75, 9), ("investment", 60, 2)],
)
def test_contributions_of_interested_parties(occupancy: str, cltv: int, most: int) -> None:
    loan: dict[str, Any] = {"occupancy": occupancy, "cltv_before_contributions": cltv}
    assert result("contributions", **loan, contributions_percent=Decimal(most)) == PASSED
    assert result("contributions", **loan, contributions_percent=Decimal(most) + Decimal("0.01")) == FAILED


@pytest.mark.parametrize(("people", "most"), [(1, 119850), (4, 119850), (5, 158250), (8, 158250), (9, 167838)])
def test_usda_household_income(people: int, most: int) -> None:
    loan: dict[str, Any] = {"program": "usda", "household_size": people}
    for code, fact in (
        ("usda_borrower_income", "annual_income"),
        ("usda_household_income", "household_annual_income"),
    ):
        assert result(code, **loan, **{fact: Decimal(most)}) == PASSED
        assert result(code, **loan, **{fact: Decimal(most) + 1}) == FAILED
    assert result("usda_household_income", **loan) is None
    assert result("usda_household_income_on_file", **loan) == UNKNOWN


# ---------------------------------------------------------------- the past

EVENTS = [  # code, what the file says, the fact in months, standard wait, wait with extenuating circumstances
    ("bankruptcy_wait", {"bankruptcy": True, "bankruptcy_chapter": "7"}, "months_since_bankruptcy", 48, 24),
    ("bankruptcy_wait", {"bankruptcy": True, "bankruptcy_chapter": "11"}, "months_since_bankruptcy", 48, 24),
    (
        "chapter_13_dismissal_wait",
        {"bankruptcy": True, "bankruptcy_chapter": "13", "bankruptcy_ended_by": "dismissal"},
        "months_since_bankruptcy",
        48,
        24,
    ),
    ("several_bankruptcies_wait", {"several_bankruptcies": True}, "months_since_bankruptcy", 60, 36),
    ("foreclosure_wait", {"foreclosure": True}, "months_since_foreclosure", 84, 36),
    ("short_sale_wait", {"short_sale": True}, "months_since_short_sale", 48, 24),
]


@pytest.mark.parametrize(("code", "event", "fact", "standard", "short"), EVENTS)
@pytest.mark.parametrize("program", ["conventional", "jumbo"])
def test_waiting_periods_and_what_extenuating_circumstances_do(
    *, code: str, event: dict[str, Any], fact: str, standard: int, short: int, program: str
) -> None:
    plain = [result(code, program=program, **event, **{fact: standard + more}) for more in (-1, 0, 1)]
    assert plain == [FAILED, PASSED, PASSED]
    excused: dict[str, Any] = {**event, "program": program, "extenuating_circumstances": True}
    assert [result(code, **excused, **{fact: short + more}) for more in (-1, 0, 1)] == [FAILED, PASSED, PASSED]
    looked_at = findings(**excused, **{fact: standard - 1})[f"{code}_extenuating"]
    assert (looked_at.result, looked_at.severity) == (FAILED, Severity.REVIEW)
    assert result(f"{code}_extenuating", **excused, **{fact: standard}) == PASSED


@pytest.mark.parametrize(
    ("ended_by", "months", "failed"),
    [
        ("discharge", 23, {"bankruptcy_wait"}),
        ("discharge", 24, set()),
        ("not_stated", 24, {"chapter_13_end"}),
        ("not_stated", 48, set()),
        ("dismissal", 47, {"chapter_13_dismissal_wait"}),
        ("dismissal", 48, set()),
    ],
)
def test_how_a_chapter_13_ended_decides_how_long_to_wait(ended_by: str, months: int, failed: set[str]) -> None:
    found = findings(
        bankruptcy=True, bankruptcy_chapter="13", bankruptcy_ended_by=ended_by, months_since_bankruptcy=months
    )
    assert {code for code, each in found.items() if each.result == FAILED} == failed


def test_a_chapter_that_no_table_knows_is_unknown() -> None:
    assert result("bankruptcy_wait", bankruptcy=True, bankruptcy_chapter="12", months_since_bankruptcy=99) == UNKNOWN
    assert result("bankruptcy_wait", bankruptcy=True, months_since_bankruptcy=99) == UNKNOWN


@pytest.mark.parametrize(
    ("ratios", "changes", "failed"),
    [
        ((90, 90, 90), {}, set()),
        ((91, 90, 90), {}, {"foreclosure_ltv"}),
        ((90, 91, 90), {}, {"foreclosure_cltv"}),
        ((90, 90, 91), {}, {"foreclosure_hcltv"}),
        ((80, 80, 80), {"purpose": "cash_out"}, {"foreclosure_purpose"}),
        ((80, 80, 80), {"occupancy": "second"}, {"foreclosure_occupancy"}),
        ((80, 80, 80), {"occupancy": "second", "purpose": "rate_term"}, set()),
    ],
)
def test_within_seven_years_of_an_excused_foreclosure(
    ratios: tuple[int, int, int], changes: dict[str, Any], failed: set[str]
) -> None:
    names = ("ltv_rounded", "cltv_rounded", "hcltv_rounded")
    changes = {**changes, **dict(zip(names, ratios, strict=True))}
    event = {"foreclosure": True, "extenuating_circumstances": True, "months_since_foreclosure": 36}
    found = findings(**event, **changes, reserves_months=Decimal(6))
    assert {code for code, each in found.items() if each.result == FAILED and each.severity is Severity.HARD} == failed
    assert "foreclosure_ltv" not in findings(**{**event, "months_since_foreclosure": 84}, **changes)


@pytest.mark.parametrize(
    ("program", "chapter_7", "chapter_13", "foreclosure", "short_sale"),
    [("fha", 24, 12, 36, 36), ("va", 24, 12, 24, 24), ("usda", 36, 12, 36, 36)],
)
def test_waiting_periods_of_the_government_programs(
    program: str, chapter_7: int, chapter_13: int, foreclosure: int, short_sale: int
) -> None:
    for chapter, months in (("7", chapter_7), ("11", chapter_7), ("13", chapter_13)):
        loan: dict[str, Any] = {"program": program, "bankruptcy": True, "bankruptcy_chapter": chapter}
        assert result(f"{program}_bankruptcy_wait", **loan, months_since_bankruptcy=months) == PASSED
        assert result(f"{program}_bankruptcy_wait", **loan, months_since_bankruptcy=months - 1) == FAILED
    for event, months in (("foreclosure", foreclosure), ("short_sale", short_sale)):
        loan = {"program": program, event: True}
        assert result(f"{program}_{event}_wait", **loan, **{f"months_since_{event}": months}) == PASSED
        assert result(f"{program}_{event}_wait", **loan, **{f"months_since_{event}": months - 1}) == FAILED
