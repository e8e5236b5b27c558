"""When mortgage insurance ends, and what it costs in any month."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.amortization import amortize
from lending.casefile import CaseFile
from lending.mortgage_insurance import MortgageInsurance, mortgage_insurance, premium_in_month
from lending.ratios import Charges, compute_ratios, loan_to_values
from lending.vocabulary import Occupancy, Program
from tests.builders_case import ada, changed
from tests.builders_charges import FHA, NONE, USDA, VA, known

CONVENTIONAL = replace(NONE, annual_mi_percent=Decimal("0.46"))


def insured(case: CaseFile, charges: Charges) -> MortgageInsurance:
    total = compute_ratios(case, charges).total_loan_amount
    return mortgage_insurance(case, charges, loan_to_values(case, charges.terms), total)


def standard(**changes: Any) -> CaseFile:
    """Return the example of the sample lender's manual: 360,000 on 400,000 at 6.5 percent over 30 years."""
    return ada(**{"loan_amount": Decimal(360_000), "note_rate": Decimal("6.5"), **changes})


def test_a_conventional_premium_ends_when_the_schedule_reaches_78_percent() -> None:
    told = insured(standard(), CONVENTIONAL)
    assert [told.premium.total, told.lasts.total, told.paid.total] == [138, 109, 109 * 138]
    assert {line.label: line.amount for line in told.lasts.lines} == {
        "On request": 95,
        "By the schedule": 109,
        "Midpoint of the term": 180,
    }
    assert told.steps is not None
    assert [premium_in_month(told.steps, month) for month in (1, 109, 110)] == [138, 138, 0]


def test_at_a_high_rate_the_midpoint_of_the_term_comes_first() -> None:
    dear = standard(note_rate=Decimal(12), loan_amount=Decimal(380_000))
    assert insured(dear, CONVENTIONAL).lasts.total == 180
    assert insured(replace(dear, term_months=361), CONVENTIONAL).lasts.total == 181


@pytest.mark.parametrize(
    "changes", [{"occupancy": Occupancy.SECOND}, {"occupancy": Occupancy.INVESTMENT}, {"home": {"units": 2}}]
)
def test_the_law_sets_no_end_for_other_homes(changes: dict[str, Any]) -> None:
    told = insured(standard(**changes), CONVENTIONAL)
    assert [told.premium.total, told.lasts.total, told.steps] == [138, None, None]


@pytest.mark.parametrize(("loan", "months"), [(360_000, 132), (360_040, 360), (320_000, 132)])  # 90.00, 90.01, 80
def test_fha_s_premium_lasts_11_years_up_to_90_percent_else_the_whole_term(loan: int, months: int) -> None:
    case = ada(program=Program.FHA, loan_amount=Decimal(loan))
    assert insured(case, FHA).lasts.total == months
    assert insured(replace(case, term_months=120), FHA).lasts.total == 120


def test_fha_s_premium_steps_down_with_the_balance_each_year() -> None:
    case = ada(
        program=Program.FHA,
        loan_amount=Decimal(231_600),
        note_rate=Decimal(6),
        home={"purchase_price": Decimal(240_000), "appraised_value": Decimal(240_000)},
    )
    steps = insured(case, FHA).steps
    assert steps is not None
    # Before each payment of the second year 228,755.91 ... 225,995.00, on average 227,386.93; x 0.55 % / 12
    assert [str(premium_in_month(steps, month)) for month in (1, 12, 13)] == ["105.56", "105.56", "104.22"]
    premiums = [premium_in_month(steps, month) for month in range(1, 361)]
    assert premiums == sorted(premiums, reverse=True)
    assert premium_in_month(steps, 361) == 0


def test_usda_s_fee_lasts_as_long_as_the_loan_and_va_has_none() -> None:
    assert insured(ada(program=Program.USDA), USDA).lasts.total == 360
    assert insured(ada(program=Program.VA), VA).lasts.total == 0
    assert insured(ada(), NONE).lasts.total == 0


def test_month_nought_is_refused() -> None:
    with pytest.raises(ValueError, match="month 1 or later"):
        premium_in_month((), 0)


def test_an_unknown_premium_is_unknown_in_all() -> None:
    told = insured(standard(), replace(NONE, annual_mi_percent=None))
    assert [told.premium.total, told.lasts.total, told.paid.total] == [None, 109, None]
    assert insured(changed(standard(), note_rate=None), CONVENTIONAL).lasts.total is None


@settings(max_examples=100, deadline=None)
@given(st.integers(325_000, 400_000), st.integers(0, 14_000), st.integers(12, 480))
def test_the_month_is_that_of_the_schedule_written_out(loan: int, thousandths: int, term: int) -> None:
    case = standard(loan_amount=Decimal(loan), note_rate=Decimal(thousandths) / 1000, term_months=term)
    schedule = enumerate(amortize(Decimal(loan), known(case.note_rate), term), start=1)
    reached = next(month for month, paid in schedule if paid.balance <= 312_000)
    assert insured(case, CONVENTIONAL).lasts.total == min(reached, -(-term // 2))
