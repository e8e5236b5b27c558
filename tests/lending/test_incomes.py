"""What each source of income counts for: the examples of the sample lender's manual, and the edges of each rule."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.casefile import CaseFile, IncomeSource
from lending.incomes import falling_incomes
from lending.ratios import Worksheet, compute_ratios
from lending.vocabulary import IncomeKind, Program
from tests.builders_case import ada
from tests.builders_charges import NONE, VA, known, sheet, terms

KIND = IncomeKind
dollars = st.integers(0, 500_000).map(Decimal)


def source(kind: IncomeKind, monthly: str | None = None, **facts: Any) -> IncomeSource:
    amounts = ("year_to_date", "months_to_date", "prior_year", "year_before")
    figures = {name: Decimal(value) for name, value in facts.items() if name in amounts}
    return replace(IncomeSource(kind, None if monthly is None else Decimal(monthly)), **{**facts, **figures})


def case_of(*incomes: IncomeSource, program: Program = Program.CONVENTIONAL) -> CaseFile:
    return ada(program=program, borrower={"incomes": incomes})


def income_of(*incomes: IncomeSource, program: Program = Program.CONVENTIONAL) -> Worksheet:
    charges = replace(NONE, terms=terms(program))
    return sheet(compute_ratios(case_of(*incomes, program=program), charges), "monthly_income")


@pytest.mark.parametrize(
    ("income", "monthly"),
    [
        (source(KIND.BASE, "6283.33"), "6283.33"),
        (source(KIND.BASE), None),
        (source(KIND.OVERTIME, year_to_date="3420", months_to_date="6", prior_year="6240"), "536.67"),
        (source(KIND.OVERTIME, year_to_date="3120", months_to_date="6", prior_year="6240"), "520.00"),  # the same level
        (source(KIND.COMMISSION, year_to_date="5700", months_to_date="6", prior_year="14400"), "950.00"),  # falling
        (source(KIND.BONUS, year_to_date="5700", months_to_date="6"), None),  # was there a year before?
        (source(KIND.BONUS, year_to_date="5700", months_to_date="6", prior_year="0"), "0"),  # six months are too few
        (source(KIND.BONUS, year_to_date="6000", months_to_date="12"), "500.00"),
        (source(KIND.BONUS, "400"), "400"),
        (source(KIND.BASE, year_to_date="30000", months_to_date="6", prior_year="54000"), "4666.67"),
        (source(KIND.BONUS, year_to_date="0", months_to_date="0", prior_year="1200"), "100.00"),
        (source(KIND.SELF_EMPLOYMENT, year_before="68400", prior_year="74280"), "5945.00"),
        (source(KIND.SELF_EMPLOYMENT, year_before="91200", prior_year="79800"), "6650.00"),
        (source(KIND.SELF_EMPLOYMENT, year_before="80000", prior_year="80000"), "6666.67"),
        (source(KIND.SELF_EMPLOYMENT, prior_year="80000"), None),
        (source(KIND.SELF_EMPLOYMENT, "5000"), "5000"),
        (source(KIND.SELF_EMPLOYMENT, year_before="-6000", prior_year="-12000"), "-1000.00"),
    ],
)
def test_each_source_counts_as_its_rule_says(income: IncomeSource, monthly: str | None) -> None:
    told = income_of(income)
    assert told.total == (None if monthly is None else Decimal(monthly))


def test_a_loss_takes_from_what_else_is_earned() -> None:
    loss = source(KIND.SELF_EMPLOYMENT, year_before="-6000", prior_year="-12000")
    assert income_of(source(KIND.BASE, "5000"), loss).total == 4_000


def test_itemised_incomes_replace_the_stated_total() -> None:
    stated, base = income_of(source(KIND.BASE, "5000")).lines
    assert [stated.amount, stated.included, base.amount] == [11_500, False, 5_000]


@pytest.mark.parametrize(
    ("ends", "counts"),
    [(date(2029, 11, 1), 0), (date(2029, 11, 2), 900), (None, 900)],  # the application is of November 2, 2026
)
@pytest.mark.parametrize("kind", [KIND.ALIMONY, KIND.CHILD_SUPPORT, KIND.PENSION])
def test_income_must_last_three_years(kind: IncomeKind, ends: date | None, counts: int) -> None:
    assert income_of(source(kind, "900", ends_on=ends)).total == counts


@pytest.mark.parametrize(
    ("program", "monthly"),
    [(Program.CONVENTIONAL, "2300.00"), (Program.JUMBO, "2300.00"), (Program.FHA, "2116.00"), (Program.VA, "2300.00")],
)
def test_untaxed_income_is_raised_by_the_program_s_share(program: Program, monthly: str) -> None:
    assert income_of(source(KIND.DISABILITY, "1840", nontaxable=True), program=program).total == Decimal(monthly)


def test_va_leaves_the_household_untaxed_income_whole_but_not_raised() -> None:
    case = case_of(source(KIND.BASE, "6000"), source(KIND.DISABILITY, "1840", nontaxable=True), program=Program.VA)
    ratios = compute_ratios(replace(case, monthly_child_care=Decimal(300)), VA)
    # 6,000 + 1,840 raised to 2,300 = 8,300; the residual takes 460 off again and taxes 6,000 alone: 1,500.
    lines = {line.label: line.amount for line in sheet(ratios, "residual_income").lines}
    assert ratios.monthly_income == 8_300
    assert lines["Untaxed income as raised"] == -460
    assert lines["Income and payroll taxes"] == -1_500
    assert lines["Child care and job costs"] == -300
    assert ratios.residual_income == 8_300 - 460 - 1_500 - known(ratios.pitia) - 252 - 450 - 300


def test_a_falling_income_is_named_for_a_person() -> None:
    falling = source(KIND.SELF_EMPLOYMENT, year_before="91200", prior_year="79800")
    assert falling_incomes(case_of(source(KIND.BASE, "100"), falling), terms()) == ("Borrower 1: self employment",)
    assert "person must confirm" in income_of(falling).lines[-1].why


@settings(max_examples=100, deadline=None)
@given(dollars, dollars, dollars, st.integers(1, 12), dollars)
def test_a_better_later_year_never_lowers_income(
    earlier: Decimal, later: Decimal, so_far: Decimal, months: int, more: Decimal
) -> None:
    def incomes(extra: Decimal) -> tuple[IncomeSource, ...]:
        business = replace(IncomeSource(KIND.SELF_EMPLOYMENT, None), prior_year=later + extra, year_before=earlier)
        bonus = replace(
            IncomeSource(KIND.BONUS, None),
            year_to_date=so_far + extra,
            months_to_date=Decimal(months),
            prior_year=later,
        )
        return business, bonus

    assert known(income_of(*incomes(more)).total) >= known(income_of(*incomes(Decimal(0))).total)
