"""What the new facts of a file do to its outcome: the whole engine on one case, without agents or models."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agents.engine.assessment import assess
from lending.vocabulary import Amortization, Occupancy, Outcome, Program, Purpose, VaUse
from policies.rulebook.findings import Result
from policies.rulebook.rules import RuleBook
from tests.builders_case import ada

RULES = RuleBook.load().on(date(2026, 11, 2))
CASH_OUT: dict[str, Any] = {"purpose": Purpose.CASH_OUT, "existing_first_balance": Decimal(200_000)}
OLD, YOUNG = date(2020, 1, 2), date(2026, 6, 2)
CHAPTER_7: dict[str, Any] = {"bankruptcy_chapter": "7", "bankruptcy_date": date(2023, 11, 2)}  # three years ago
FORECLOSED: dict[str, Any] = {"foreclosure_date": date(2022, 11, 2)}  # four years ago
EXCUSED: dict[str, Any] = {"extenuating_circumstances": True}
PRICES: dict[str, Any] = {"finance_charges": Decimal(3_000), "points_and_fees": Decimal(3_000)}
IN_FLOOD_ZONE: dict[str, Any] = {"flood_zone": "AE", "annual_flood_insurance": Decimal(900)}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        (CASH_OUT, Outcome.APPROVED),  # the dates come as conditions prior to approval
        ({**CASH_OUT, "first_lien_date": OLD, "title_date": OLD}, Outcome.APPROVED),
        ({**CASH_OUT, "first_lien_date": YOUNG, "title_date": OLD}, Outcome.DECLINED),
        ({**CASH_OUT, "first_lien_date": OLD, "title_date": YOUNG}, Outcome.REVIEW),
        (CHAPTER_7, Outcome.DECLINED),
        ({**CHAPTER_7, **EXCUSED}, Outcome.REVIEW),
        ({"bankruptcy_chapter": "13", "bankruptcy_date": date(2023, 11, 2)}, Outcome.REVIEW),
        ({**CHAPTER_7, "bankruptcy_chapter": "13", "bankruptcy_dismissed": False}, Outcome.APPROVED),
        ({**CHAPTER_7, "bankruptcy_chapter": "13", "bankruptcy_dismissed": True}, Outcome.DECLINED),
        ({**CHAPTER_7, "bankruptcy_date": date(2022, 1, 2), "bankruptcies_in_seven_years": 2}, Outcome.DECLINED),
        ({"bankruptcies_in_seven_years": 1}, Outcome.REVIEW),  # neither chapter nor day is known
        (FORECLOSED, Outcome.DECLINED),
        ({**FORECLOSED, **EXCUSED}, Outcome.REVIEW),
        ({**FORECLOSED, **EXCUSED, **CASH_OUT}, Outcome.DECLINED),
        ({"foreclosure_declared": True}, Outcome.REVIEW),
        ({"short_sale_date": date(2022, 11, 3)}, Outcome.DECLINED),
        ({"short_sale_date": date(2022, 11, 2)}, Outcome.APPROVED),
        ({"program": Program.VA, "va_use": VaUse.FIRST, "purpose": Purpose.RATE_TERM}, Outcome.REVIEW),
        (
            {"program": Program.VA, "va_use": VaUse.FIRST, "purpose": Purpose.RATE_TERM, "pays_off_va_loan": True},
            Outcome.APPROVED,
        ),
        ({"amortization": Amortization.ARM}, Outcome.REVIEW),  # its terms are not on file: the note rate is the least
        ({"amortization": Amortization.ARM, "note_rate": Decimal("19.5")}, Outcome.DECLINED),
        ({**PRICES, "apor": Decimal("5.50")}, Outcome.APPROVED),
        ({**PRICES, "apor": Decimal("3.90")}, Outcome.REVIEW),  # more than 2.25 points over APOR
        ({**PRICES, "apor": Decimal("-0.50")}, Outcome.HOLD),
        ({**PRICES, "points_and_fees": Decimal(20_000)}, Outcome.HOLD),
        ({"prepayment_penalty_months": 48, "prepayment_penalty_percent": Decimal(1)}, Outcome.HOLD),
        ({"home": {**IN_FLOOD_ZONE, "flood_coverage": Decimal(320_000)}}, Outcome.APPROVED),
        ({"home": {**IN_FLOOD_ZONE, "flood_coverage": Decimal(250_000)}}, Outcome.APPROVED),
        (
            {"home": {**IN_FLOOD_ZONE, "flood_coverage": Decimal(200_000), "replacement_cost": Decimal(300_000)}},
            Outcome.REVIEW,
        ),
        ({"home": IN_FLOOD_ZONE}, Outcome.APPROVED),
        ({"occupancy": Occupancy.INVESTMENT, "program": Program.VA, "va_use": VaUse.FIRST}, Outcome.DECLINED),
    ],
)
def test_a_fact_does_what_its_rule_says(changes: dict[str, Any], outcome: Outcome) -> None:
    told = assess(ada(**changes), RULES, sanctions=False)
    open_points = [f"{found.code} {found.result}" for found in told.findings if found.result is not Result.PASSED]
    assert told.outcome is outcome, open_points
    assert (1 <= len(told.reasons) <= 4) is (outcome is Outcome.DECLINED)


@pytest.mark.parametrize(
    ("income", "household", "outcome"),
    [
        (9_900, None, Outcome.APPROVED),  # 118,800 a year; the household's income is a condition
        (9_900, 119_850, Outcome.APPROVED),
        (9_900, 119_851, Outcome.REVIEW),
        (10_000, None, Outcome.REVIEW),
    ],
)
def test_usda_income_above_the_default_limit_is_for_a_person(
    income: int, household: int | None, outcome: Outcome
) -> None:
    told = assess(
        ada(
            program=Program.USDA,
            borrower={"monthly_income": Decimal(income)},
            household_annual_income=None if household is None else Decimal(household),
        ),
        RULES,
        sanctions=False,
    )
    assert told.outcome is outcome


def test_a_better_history_never_brings_a_worse_outcome() -> None:
    order = [Outcome.DECLINED, Outcome.REVIEW, Outcome.APPROVED]
    days = [
        date(year, month, 2)
        for year in range(2018, 2027)
        for month in (3, 11)
        if date(year, month, 2) <= date(2026, 11, 2)
    ]
    for event in ("foreclosure_date", "short_sale_date"):
        for excused in (False, True):
            pasts: list[dict[str, Any]] = [{event: day, "extenuating_circumstances": excused} for day in days]
            ranks = [order.index(assess(ada(**past), RULES, sanctions=False).outcome) for past in pasts]
            assert ranks == sorted(ranks, reverse=True), (event, excused)
