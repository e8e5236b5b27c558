"""Reserves: what other financed homes ask for is set aside first."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lending.casefile import CaseFile, OwnedHomeFacts
from lending.ratios import compute_ratios
from lending.reserves import financed_homes, reserves_worksheet
from lending.vocabulary import Occupancy, Program
from tests.builders_case import ada
from tests.builders_charges import NONE, sheet, terms

NOTHING = Decimal(0)


def home(owed: int | None, occupancy: Occupancy = Occupancy.INVESTMENT, *, sold: bool = False) -> OwnedHomeFacts:
    balance = None if owed is None else Decimal(owed)
    return OwnedHomeFacts(occupancy, NOTHING, NOTHING, balance, sold_by_closing=sold)


def investor(*homes: OwnedHomeFacts, **changes: Any) -> CaseFile:
    return ada(**{"occupancy": Occupancy.INVESTMENT, "owned_homes": homes, **changes})


def set_aside(case: CaseFile) -> list[Decimal | None]:
    lines = reserves_worksheet(case, terms(case.program), Decimal(2_150)).lines
    return [line.amount for line in lines if line.label.startswith("Set aside")]


def test_the_manual_s_example_sets_two_percent_aside() -> None:
    case = investor(home(168_000), home(214_500))
    assert set_aside(case) == [-7_650]
    assert financed_homes(case) == 3
    # (150,000 - 92,000 - 7,650) / 2,150 = 23.4186
    assert reserves_worksheet(case, terms(), Decimal(2_150)).total == Decimal("23.42")


@pytest.mark.parametrize(("others", "percent"), [(3, 2), (4, 4), (5, 4), (6, 6), (9, 6), (10, None)])
def test_the_share_rises_with_the_number_of_financed_homes(others: int, percent: int | None) -> None:
    owed = None if percent is None else -Decimal(100_000) * others * percent / 100
    assert set_aside(investor(*[home(100_000)] * others)) == [owed]


def test_the_residence_counts_as_a_home_but_not_what_is_owed_on_it() -> None:
    residence, free = home(500_000, Occupancy.PRIMARY), home(0)
    assert set_aside(investor(residence, home(100_000), home(100_000), free)) == [-4_000]
    assert set_aside(investor(residence, home(100_000), home(100_000), home(100_000))) == [-12_000]


def test_a_home_sold_by_closing_asks_for_nothing() -> None:
    assert set_aside(investor(home(168_000, sold=True))) == []


def test_a_balance_not_on_file_leaves_reserves_unknown() -> None:
    case = investor(home(None))
    assert set_aside(case) == [None]
    assert compute_ratios(case, NONE).reserves_months is None


def test_only_conventional_second_homes_and_investments_ask_for_it() -> None:
    others = (home(168_000),)
    assert set_aside(replace(ada(), owned_homes=others)) == []
    assert set_aside(investor(*others, program=Program.VA)) == []
    assert set_aside(investor(*others, occupancy=Occupancy.SECOND, program=Program.JUMBO)) == [-3_360]
    assert sheet(compute_ratios(ada(), NONE), "reserves_months").lines[-1].label == "PITIA"
