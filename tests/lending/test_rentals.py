"""Rent: of the home that is bought and of others, as income or as debt."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lending.casefile import OwnedHomeFacts
from lending.ratios import Ratios, compute_ratios
from lending.vocabulary import Occupancy
from tests.builders_case import ada
from tests.builders_charges import NONE, figures, sheet


def other(rent: str | None, pitia: str | None, *, sold: bool = False, net: str | None = None) -> OwnedHomeFacts:
    gross, cost, stated = (None if amount is None else Decimal(amount) for amount in (rent, pitia, net))
    return OwnedHomeFacts(Occupancy.INVESTMENT, gross, cost, Decimal(0), sold, stated)


def with_others(*homes: OwnedHomeFacts) -> Ratios:
    return compute_ratios(replace(ada(), owned_homes=homes), NONE)


@pytest.mark.parametrize(
    ("home", "income", "debts"),
    [
        (other("2400", "1655.20"), "11644.80", "450"),  # 1,800.00 - 1,655.20: a gain of 144.80
        (other("1900", "1612.45"), "11500", "637.45"),  # 1,425.00 - 1,612.45: a loss of 187.45
        (other("2000", "1500"), "11500", "450.00"),
        (other("0", "1200"), "11500", "1650"),
        (other(None, "1200"), "11500", "1650"),
        (other("2400", None), "11500", "None"),
        (other("2400", "1655.20", sold=True), "11500", "450"),
        (other(None, "1655.20", net="-120"), "11500", "570"),
        (other(None, "1655.20", net="120"), "11620", "450"),
    ],
)
def test_another_home_adds_a_gain_to_income_or_a_loss_to_debts(home: OwnedHomeFacts, income: str, debts: str) -> None:
    assert figures(with_others(home), "monthly_income", "monthly_debts") == [income, debts]


def test_every_other_home_counts_by_itself() -> None:
    ratios = with_others(other("2400", "1655.20"), other("1900", "1612.45"))
    assert figures(ratios, "monthly_income", "monthly_debts") == ["11644.80", "637.45"]


def test_rent_of_the_other_units_is_income_and_the_whole_payment_stays_a_debt() -> None:
    ratios = compute_ratios(ada(home={"units": 2, "monthly_rent": Decimal(1_600)}), NONE)
    # 1,600 x 75 % = 1,200; (2,495.30 + 450) / 12,700 = 23.191 %
    assert figures(ratios, "monthly_income", "back_end_dti", "front_end_dti") == ["12700.00", "23.19", "19.65"]


def test_rent_in_a_one_unit_residence_or_second_home_does_not_count() -> None:
    for occupancy in (Occupancy.PRIMARY, Occupancy.SECOND):
        ratios = compute_ratios(ada(occupancy=occupancy, home={"monthly_rent": Decimal(1_600)}), NONE)
        assert figures(ratios, "monthly_income", "back_end_dti") == ["11500", "25.61"]
        assert "does not count" in sheet(ratios, "monthly_income").lines[-1].why


@pytest.mark.parametrize(
    ("rent", "income", "debts", "back"),
    [
        (None, "11500", "450", "25.61"),
        ("3400", "11554.70", "450", "3.89"),  # 2,550.00 - 2,495.30: a gain of 54.70
        ("3000", "11500", "695.30", "6.05"),  # 2,250.00 - 2,495.30: a loss of 245.30
    ],
)
def test_an_investment_property_is_netted_against_its_own_payment(
    rent: str | None, income: str, debts: str, back: str
) -> None:
    case = ada(occupancy=Occupancy.INVESTMENT, home={"monthly_rent": None if rent is None else Decimal(rent)})
    ratios = compute_ratios(case, NONE)
    assert figures(ratios, "monthly_income", "monthly_debts", "back_end_dti", "pitia") == [
        income,
        debts,
        back,
        "2495.30",
    ]
