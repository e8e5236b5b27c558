"""The rate an adjustable loan qualifies at, and what becomes of its ratios."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lending.casefile import CaseFile
from lending.qualifying_rate import qualifying_rate
from lending.ratios import compute_ratios
from lending.vocabulary import Amortization
from tests.builders_case import ada
from tests.builders_charges import NONE, figures, sheet, terms

FIVE_YEARS = {
    "arm_fixed_months": 60,
    "arm_adjustment_months": 12,
    "arm_index_rate": Decimal("4.5"),
    "arm_margin": Decimal("2.75"),
    "arm_first_cap": Decimal(2),
    "arm_periodic_cap": Decimal(1),
    "arm_lifetime_cap": Decimal(5),
}


def adjustable(**changes: Any) -> CaseFile:
    """Return the manual's example: 320,000 at 6 percent, fixed for five years, first cap 2, fully indexed 7.25."""
    return ada(amortization=Amortization.ARM, note_rate=Decimal(6), **{**FIVE_YEARS, **changes})


def rate_of(spread: str | None = None, **changes: Any) -> Decimal | None:
    return qualifying_rate(adjustable(**changes), terms(), None if spread is None else Decimal(spread)).percent


@pytest.mark.parametrize(
    ("changes", "rate"),
    [
        ({"arm_fixed_months": 60}, "8"),
        ({"arm_fixed_months": 60, "arm_index_rate": Decimal("5.5")}, "8.25"),
        ({"arm_fixed_months": 37}, "8"),
        ({"arm_fixed_months": 36}, "9"),  # changes after 36 and 48 months: 6 + 2 + 1
        ({"arm_fixed_months": 12}, "11"),  # after 12, 24, 36 and 48: 6 + 2 + 3, which is the lifetime cap as well
        ({"arm_fixed_months": 12, "arm_lifetime_cap": Decimal(4)}, "10"),
        ({"arm_fixed_months": 36, "arm_adjustment_months": 6}, "11"),  # after 36, 42, 48 and 54
        ({"arm_fixed_months": 36, "arm_adjustment_months": 24, "arm_periodic_cap": None}, "8"),  # after 36 alone
        ({"arm_fixed_months": 36, "arm_periodic_cap": None}, None),
        ({"arm_fixed_months": 36, "arm_lifetime_cap": None}, None),
        ({"arm_fixed_months": None}, None),
        ({"arm_margin": None}, None),
        ({"arm_first_cap": None}, None),
    ],
)
def test_the_rate_follows_the_fixed_period(changes: dict[str, Any], rate: str | None) -> None:
    assert rate_of(**changes) == (None if rate is None else Decimal(rate))


@pytest.mark.parametrize(
    ("spread", "index", "rate"),
    [
        ("1.499", "4.5", "6"),
        ("1.5", "4.5", "7.25"),
        (None, "4.5", None),  # higher-priced or not: nobody can tell
        (None, "3.25", "6"),  # fully indexed at the note rate: it makes no difference
        ("1.5", "3", "6"),
    ],
)
def test_seven_years_fixed_qualify_at_the_note_rate_unless_higher_priced(
    spread: str | None, index: str, rate: str | None
) -> None:
    told = rate_of(spread, arm_fixed_months=84, arm_index_rate=Decimal(index))
    assert told == (None if rate is None else Decimal(rate))


def test_ratios_and_reserves_take_the_qualifying_payment_and_the_figures_the_note_s() -> None:
    ratios = compute_ratios(adjustable(), NONE)
    assert figures(ratios, "principal_and_interest", "qualifying_payment", "qualifying_rate") == [
        *("1918.56", "2348.05", "8"),
    ]
    # 1,918.56 + 525 = 2,443.56; at 8 percent 2,873.05: / 11,500 = 24.98 %, with 450 of debts 28.90 %; 58,000 / 2,873.05
    assert figures(ratios, "pitia", "front_end_dti", "back_end_dti", "reserves_months") == [
        *("2443.56", "24.98", "28.90", "20.19"),
    ]
    assert [line.amount for line in sheet(ratios, "front_end_dti").lines][:2] == [Decimal("2443.56"), Decimal("429.49")]


def test_unknown_terms_leave_the_note_rate_the_least_it_can_be() -> None:
    ratios = compute_ratios(adjustable(arm_fixed_months=None), NONE)
    assert figures(ratios, "pitia", "qualifying_rate", "qualifying_payment", "front_end_dti", "back_end_dti") == [
        *("2443.56", "None", "1918.56", "21.25", "25.16"),
    ]
    assert sheet(ratios, "qualifying_payment").lines[0].why.startswith("Unknown: the first fixed period")


def test_a_fixed_loan_qualifies_at_its_note_rate() -> None:
    ratios = compute_ratios(replace(ada(), amortization=None), NONE)
    assert ratios.qualifying_payment == ratios.principal_and_interest
