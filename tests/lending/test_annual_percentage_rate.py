"""The APR: published examples, an independent computation in floats, and what must hold for every loan."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.amortization import Step
from lending.annual_percentage_rate import annual_percentage_rate, loan_payments, together
from lending.casefile import CaseFile
from lending.ratios import compute_ratios
from lending.vocabulary import Amortization, Program
from tests.builders_case import ada, changed
from tests.builders_charges import FHA, NONE, figures, known

ADJUSTABLE: dict[str, Any] = {
    "amortization": Amortization.ARM,
    "arm_fixed_months": 60,
    "arm_adjustment_months": 12,
    "arm_index_rate": Decimal(5),
    "arm_margin": Decimal("2.5"),
    "arm_first_cap": Decimal(1),
    "arm_periodic_cap": Decimal(1),
    "arm_lifetime_cap": Decimal(5),
}


def root_in_floats(amount: Decimal, payments: list[Decimal]) -> float:
    """Return the yearly rate in percent that makes the monthly payments worth ``amount``, by bisection in floats."""
    paid, months = numpy.array([float(each) for each in payments]), numpy.arange(1, len(payments) + 1)
    low, high = -0.01, 5.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if (paid * (1 + middle) ** -months).sum() > float(amount) else (low, middle)
    return low * 1200


def each_month(steps: tuple[Step, ...]) -> list[Decimal]:
    return [step.amount for step in steps for _ in range(step.months)]


def test_the_example_of_appendix_j() -> None:
    # 12 CFR 1026 appendix J (c)(2)(i): 5,000 advanced, 24 monthly payments of 230, an APR of 9.69 percent
    apr = annual_percentage_rate(Decimal(5_000), (Step(24, Decimal(230)),), Decimal(5))
    assert apr.quantize(Decimal("0.01")) == Decimal("9.69")


def test_without_charges_the_apr_is_the_note_rate() -> None:
    ratios = compute_ratios(ada(finance_charges=Decimal(0), apor=Decimal("6.1")), NONE)
    assert figures(ratios, "apr", "apr_spread") == ["6.250", "0.150"]


def test_charges_and_insurance_raise_the_apr() -> None:
    case = ada(loan_amount=Decimal(360_000), note_rate=Decimal("6.5"), finance_charges=Decimal(5_000))
    ratios = compute_ratios(case, replace(NONE, annual_mi_percent=Decimal("0.46")))
    payments = each_month(known_payments(case, Decimal(360_000)))
    insured = [paid + 138 if month < 109 else paid for month, paid in enumerate(payments)]
    assert float(known(ratios.apr)) == pytest.approx(root_in_floats(Decimal(355_000), insured), abs=0.0005)


def known_payments(case: CaseFile, total: Decimal) -> tuple[Step, ...]:
    payments = loan_payments(case, total)
    assert payments is not None
    return payments


def test_a_financed_premium_is_a_finance_charge() -> None:
    case = ada(program=Program.FHA, finance_charges=Decimal(0))
    free = compute_ratios(case, replace(FHA, annual_mi_percent=Decimal(0)))
    # The payment is on 325,600, of which 320,000 reach the borrower
    payments = each_month(known_payments(case, Decimal(325_600)))
    assert float(known(free.apr)) == pytest.approx(root_in_floats(Decimal(320_000), payments), abs=0.0005)
    assert known(compute_ratios(case, FHA).apr) > known(free.apr)


def test_an_adjustable_loan_moves_to_its_fully_indexed_rate_within_its_caps() -> None:
    case = ada(note_rate=Decimal(6), finance_charges=Decimal(4_000), **ADJUSTABLE)
    # 6 percent for 60 months, 7 for 12 (first cap 1), then 7.5 (the fully indexed rate)
    steps = known_payments(case, Decimal(320_000))
    assert [step.months for step in steps] == [60, 12, 287, 1]
    assert [str(step.amount) for step in steps[:3]] == ["1918.56", "2104.61", "2197.98"]
    apr = known(compute_ratios(case, NONE).apr)
    assert float(apr) == pytest.approx(root_in_floats(Decimal(316_000), each_month(steps)), abs=0.0005)
    assert compute_ratios(replace(case, arm_periodic_cap=None), NONE).apr is None


@pytest.mark.parametrize(
    "changes",
    [
        {"finance_charges": None},
        {"finance_charges": Decimal(320_000)},
        {"note_rate": None},
        {"loan_amount": None},
        {"loan_amount": Decimal(390_000)},  # above 97 percent no premium is known
    ],
)
def test_an_unknown_part_leaves_the_apr_unknown(changes: dict[str, Any]) -> None:
    ratios = compute_ratios(
        ada(**{"finance_charges": Decimal(1_000), "apor": Decimal(6), **changes}), replace(NONE, annual_mi_percent=None)
    )
    assert figures(ratios, "apr", "apr_spread") == ["None", "None"]


@pytest.mark.parametrize(
    ("fees", "charges", "percent"),
    [("9600", "0", "3.000"), ("9600.01", "0", "3.001"), ("9450", "5000", "3.000"), ("9600", None, "None")],
)
def test_points_and_fees_are_measured_on_the_amount_financed(fees: str, charges: str | None, percent: str) -> None:
    case = ada(points_and_fees=Decimal(fees), finance_charges=None if charges is None else Decimal(charges))
    assert figures(compute_ratios(case, NONE), "points_and_fees_percent") == [percent]


@pytest.mark.parametrize(
    ("fees", "why"), [(None, "Unknown: points and fees are not on file"), (Decimal(1), "in percent of what is left")]
)
def test_the_worksheet_says_whether_points_and_fees_are_on_file(fees: Decimal | None, why: str) -> None:
    ratios = compute_ratios(ada(points_and_fees=fees, finance_charges=Decimal(0)), NONE)
    sheet = next(sheet for sheet in ratios.worksheets if sheet.name == "points_and_fees_percent")
    assert sheet.lines[-1].why == why


amounts = st.integers(50_000, 2_000_000).map(Decimal)
rates = st.integers(0, 14_000).map(lambda thousandths: Decimal(thousandths) / 1000)


@settings(max_examples=80, deadline=None)
@given(
    amounts, rates, st.integers(12, 480), st.integers(0, 24_000), st.tuples(st.integers(0, 480), st.integers(0, 900))
)
def test_the_apr_is_the_root_that_floats_find(
    loan: Decimal, rate: Decimal, months: int, charges: int, insured: tuple[int, int]
) -> None:
    case = ada(loan_amount=loan, note_rate=rate, term_months=months)
    premiums = (Step(min(insured[0], months), Decimal(insured[1])),) if insured[0] else ()
    steps, amount = together(known_payments(case, loan), premiums), loan - charges
    apr = annual_percentage_rate(amount, steps, rate)
    assert float(apr) == pytest.approx(root_in_floats(amount, each_month(steps)), abs=0.00051)


@settings(max_examples=80, deadline=None)
@given(amounts, rates, st.integers(60, 480), st.integers(0, 20_000), st.integers(0, 20_000))
def test_charges_never_lower_the_apr_below_the_note_rate(
    loan: Decimal, rate: Decimal, months: int, charges: int, more: int
) -> None:
    case = ada(loan_amount=loan, note_rate=rate, term_months=months, finance_charges=Decimal(charges))
    home = {"purchase_price": loan * 2, "appraised_value": loan * 2}
    low, high = (
        known(compute_ratios(changed(case, home=home, finance_charges=Decimal(each)), NONE).apr)
        for each in (charges, charges + more)
    )
    assert rate <= low <= high


def test_premiums_end_before_the_payments_do() -> None:
    payments, premiums = (Step(359, Decimal(10)), Step(1, Decimal(9))), (Step(12, Decimal(2)), Step(12, Decimal(1)))
    assert together(payments, premiums) == (
        *(Step(12, Decimal(12)), Step(12, Decimal(11)), Step(335, Decimal(10)), Step(1, Decimal(9))),
    )
