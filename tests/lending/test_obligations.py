"""Which debts count, at what payment: a table at, one step below and one step above every bound."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lending.ratios import compute_ratios
from lending.vocabulary import LiabilityKind, Program
from tests.builders_case import ada, debt
from tests.builders_charges import NONE, sheet, terms

KIND = LiabilityKind


def debts_of(program: Program, *debts: Any, income: int = 11_500) -> tuple[Decimal | None, str]:
    case = ada(program=program, borrower={"debts": debts, "monthly_income": Decimal(income)})
    lines = sheet(compute_ratios(case, replace(NONE, terms=terms(program))), "monthly_debts")
    return lines.total, lines.lines[-1].why


@pytest.mark.parametrize(
    ("program", "owed", "counts"),
    [
        (Program.CONVENTIONAL, debt(KIND.INSTALMENT, 412, months=10), 0),
        (Program.CONVENTIONAL, debt(KIND.INSTALMENT, 412, months=11), 412),
        (Program.CONVENTIONAL, debt(KIND.INSTALMENT, 412), 412),
        (Program.CONVENTIONAL, debt(KIND.INSTALMENT, months=24), None),
        (Program.FHA, debt(KIND.INSTALMENT, 575, months=9), 0),
        (Program.FHA, debt(KIND.INSTALMENT, 576, months=9), 576),
        (Program.FHA, debt(KIND.ALIMONY, 576, months=9), 0),
        (Program.VA, debt(KIND.INSTALMENT, 576, months=9), 0),
        (Program.USDA, debt(KIND.INSTALMENT, 576, months=9), 0),
        (Program.CONVENTIONAL, debt(KIND.LEASE, 300, months=2), 300),
        (Program.CONVENTIONAL, debt(KIND.ALIMONY, 900, months=10), 0),
        (Program.CONVENTIONAL, debt(KIND.CHILD_SUPPORT, 900, months=11), 900),
        (Program.CONVENTIONAL, debt(KIND.STUDENT_LOAN, 0, balance=28_500), 285),
        (Program.JUMBO, debt(KIND.STUDENT_LOAN, balance=28_500), 285),
        (Program.FHA, debt(KIND.STUDENT_LOAN, balance=28_500), "142.50"),
        (Program.USDA, debt(KIND.STUDENT_LOAN, 0, balance=28_500), "142.50"),
        (Program.VA, debt(KIND.STUDENT_LOAN, balance=25_000), "104.17"),
        (Program.CONVENTIONAL, debt(KIND.STUDENT_LOAN, 120, balance=28_500), 120),
        (Program.CONVENTIONAL, debt(KIND.STUDENT_LOAN), None),
        (Program.CONVENTIONAL, debt(KIND.REVOLVING, balance=3_400), 170),
        (Program.CONVENTIONAL, debt(KIND.REVOLVING, 35, balance=3_400), 35),
        (Program.CONVENTIONAL, debt(KIND.REVOLVING), None),
        (Program.CONVENTIONAL, debt(KIND.MORTGAGE, 1_200), 1_200),
        (Program.CONVENTIONAL, debt(KIND.OTHER, 80, paid_off=True), 0),
    ],
)
def test_each_debt_counts_as_its_rule_says(program: Program, owed: Any, counts: Any) -> None:
    total, why = debts_of(program, owed)
    assert total == (None if counts is None else Decimal(counts))
    assert why


def test_itemised_debts_replace_the_stated_total() -> None:
    total, _ = debts_of(Program.CONVENTIONAL, debt(KIND.INSTALMENT, 200, months=30), debt(KIND.REVOLVING, 40))
    assert total == 240  # and not 690, with the 450 that Ada stated


def test_fha_weighs_the_debts_that_end_soon_together() -> None:
    short = debt(KIND.INSTALMENT, 300, months=9)
    assert debts_of(Program.FHA, short, debt(KIND.INSTALMENT, 275, months=8))[0] == 0  # 575 is 5 percent of 11,500
    assert debts_of(Program.FHA, short, debt(KIND.INSTALMENT, 276, months=8))[0] == 576
    assert debts_of(Program.FHA, short, debt(KIND.INSTALMENT, months=8))[0] is None


def test_a_mortgage_on_another_home_counts_with_that_home() -> None:
    own = replace(debt(KIND.MORTGAGE, 1_400), counted_with_home=True)
    assert debts_of(Program.CONVENTIONAL, own, debt(KIND.OTHER, 80))[0] == 80
