"""Sheets worked by hand, one program after the other, and what must hold for every case."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.casefile import CaseFile, OwnedHomeFacts
from lending.ratios import agency_rounded, compute_ratios, loan_to_values
from lending.vocabulary import LiabilityKind, Occupancy, Program, Purpose, VaUse
from tests.builders_case import ada, changed, debt
from tests.builders_charges import FHA, NONE, USDA, VA, figures, known, sheet, terms

TERMS = terms()
KIND = LiabilityKind
DEBTS = (LiabilityKind.INSTALMENT, LiabilityKind.REVOLVING, LiabilityKind.STUDENT_LOAN, LiabilityKind.LEASE)


def test_conventional_at_80_percent() -> None:
    ratios = compute_ratios(ada(), NONE)
    # 320,000 x 0.00520833 / (1 - 1.00520833^-360) = 1,970.2950; + 4,800/12 + 1,500/12 = 2,495.30
    assert figures(ratios, "principal_and_interest", "mortgage_insurance", "pitia") == ["1970.30", "0.00", "2495.30"]
    # 2,495.30 / 11,500 = 21.698 %; (2,495.30 + 450) / 11,500 = 25.611 %
    assert figures(ratios, "front_end_dti", "back_end_dti") == ["21.70", "25.61"]
    # 320,000 / min(400,000, 405,000); (150,000 - 92,000) / 2,495.30 = 23.2437
    assert figures(ratios, "ltv", "cltv", "hcltv", "reserves_months") == ["80.00", "80.00", "80.00", "23.24"]
    assert ratios.total_loan_amount == ratios.base_loan_amount == 320_000


def test_conventional_at_90_percent_pays_insurance_on_the_base_loan() -> None:
    case = ada(loan_amount=Decimal(360_000), home={"appraised_value": Decimal(400_000)})
    ratios = compute_ratios(case, replace(NONE, annual_mi_percent=Decimal("0.28")))
    # 360,000 x 0.28 % / 12 = 84.00; payment 2,216.58
    assert figures(ratios, "ltv", "mortgage_insurance", "principal_and_interest", "pitia") == [
        "90.00",
        "84.00",
        "2216.58",
        "2825.58",
    ]


def test_jumbo_is_measured_on_the_lower_of_price_and_value() -> None:
    case = ada(
        program=Program.JUMBO,
        loan_amount=Decimal(1_200_000),
        note_rate=Decimal("6.5"),
        home={"purchase_price": Decimal(1_700_000), "appraised_value": Decimal(1_600_000)},
    )
    # 1,200,000 at 6.5 % over 360 months = 7,584.816; 1,200,000 / 1,600,000 = 75 %
    assert figures(compute_ratios(case, NONE), "principal_and_interest", "ltv", "mortgage_insurance") == [
        "7584.82",
        "75.00",
        "0.00",
    ]


def test_fha_premium_is_cut_to_the_dollar_and_its_yearly_part_is_of_the_average_balance() -> None:
    case = ada(
        program=Program.FHA,
        loan_amount=Decimal(231_650),
        note_rate=Decimal(6),
        home={"purchase_price": Decimal(240_052), "appraised_value": Decimal(242_000)},
    )
    ratios = compute_ratios(case, FHA)
    # 231,650 x 1.75 % = 4,053.875, down to 4,053; 231,650 / 240,052 = 96.4999 %
    assert figures(ratios, "financed_fee", "total_loan_amount", "ltv") == ["4053.00", "235703.00", "96.50"]

    ratios = compute_ratios(changed(case, loan_amount=Decimal(231_600)), FHA)
    # Balances before the first twelve payments of 1,388.56 on 231,600: 231,600.00, 231,369.44 ... 228,999.47, on
    # average 230,310.545; x 0.55 % / 12 = 105.559. The payment is on 235,653: 1,412.8588
    assert figures(ratios, "mortgage_insurance", "principal_and_interest") == ["105.56", "1412.86"]


def test_va_finances_its_fee_and_leaves_a_residual() -> None:
    case = ada(
        program=Program.VA,
        va_use=VaUse.FIRST,
        loan_amount=Decimal(315_000),
        note_rate=Decimal("5.875"),
        home={
            "purchase_price": Decimal(315_000),
            "appraised_value": Decimal(318_000),
            "annual_property_tax": Decimal(5_300),
            "annual_hazard_insurance": Decimal(1_900),
            "square_feet": 2_100,
        },
        borrower={"monthly_income": Decimal(9_400), "monthly_debts": Decimal(430)},
    )
    ratios = compute_ratios(case, VA)
    # 315,000 x 2.15 % = 6,772.50; 321,772.50 at 5.875 % = 1,903.4058; + 441.67 + 158.33 = 2,503.41
    assert figures(ratios, "financed_fee", "principal_and_interest", "pitia") == ["6772.50", "1903.41", "2503.41"]
    # 9,400 - 25 % (2,350) - 2,503.41 - 2,100 x 0.14 (294) - 430 = 3,822.59
    assert figures(ratios, "residual_income", "ltv", "mortgage_insurance") == ["3822.59", "100.00", "0.00"]
    assert compute_ratios(changed(case, home={"square_feet": None}), VA).residual_income is None


def test_usda_fee_to_the_cent_and_yearly_fee_on_the_total_loan() -> None:
    case = ada(
        program=Program.USDA,
        loan_amount=Decimal(205_000),
        note_rate=Decimal(6),
        home={"purchase_price": Decimal(205_000), "appraised_value": Decimal(206_000)},
    )
    ratios = compute_ratios(case, USDA)
    # 205,000 x 1 % = 2,050; 207,050 at 6 % = 1,241.3694; average of the first year 205,897.234 x 0.35 % / 12 = 60.053
    assert figures(ratios, "total_loan_amount", "principal_and_interest", "mortgage_insurance") == [
        "207050.00",
        "1241.37",
        "60.05",
    ]
    assert ratios.residual_income is None


def test_refinance_is_measured_on_the_value_alone() -> None:
    case = ada(purpose=Purpose.RATE_TERM, home={"purchase_price": None, "appraised_value": Decimal(420_000)})
    assert loan_to_values(case, TERMS).ltv == Decimal("76.19")  # 320,000 / 420,000 = 76.190
    assert loan_to_values(case, TERMS).ltv_rounded == 77


def test_combined_ratios_take_the_drawn_and_the_full_line() -> None:
    case = ada(
        loan_amount=Decimal(240_000),
        heloc_balance=Decimal(20_000),
        heloc_limit=Decimal(60_000),
        subordinate_payment=Decimal(150),
        home={"appraised_value": Decimal(400_000)},
    )
    values = loan_to_values(case, TERMS)
    assert [values.ltv, values.cltv, values.hcltv] == [60, 65, 75]
    assert sheet(compute_ratios(case, NONE), "pitia").lines[-1].amount == 150


@pytest.mark.parametrize(
    ("percent", "rounded"), [("94.01", 95), ("80.001", 80), ("80.005", 80), ("80.009", 80), ("80.01", 81), ("80", 80)]
)
def test_agency_rounding_cuts_after_two_decimals_then_goes_up(percent: str, rounded: int) -> None:
    assert agency_rounded(Decimal(percent)) == rounded


def test_a_hair_above_80_percent_is_80_for_the_agency_and_needs_no_insurance() -> None:
    case = ada(loan_amount=Decimal("320000.30"))  # 80.000075 %
    assert loan_to_values(case, TERMS).ltv_rounded == 80
    assert compute_ratios(case, replace(NONE, annual_mi_percent=None)).mortgage_insurance == 0


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        ({"note_rate": None}, ["principal_and_interest", "pitia", "front_end_dti", "back_end_dti", "reserves_months"]),
        ({"loan_amount": None}, ["ltv", "cltv", "hcltv", "principal_and_interest", "total_loan_amount"]),
        ({"subordinate_balance": None}, ["cltv", "hcltv"]),
        ({"heloc_limit": None}, ["hcltv"]),
        ({"funds_to_close": None}, ["reserves_months"]),
        ({"subordinate_payment": None}, ["pitia", "back_end_dti"]),
        ({"home": {"annual_property_tax": None}}, ["pitia", "front_end_dti"]),
        ({"home": {"monthly_hoa": None}}, ["pitia"]),
        ({"home": {"purchase_price": None}}, ["ltv", "mortgage_insurance", "pitia"]),
        ({"home": {"appraised_value": Decimal(0)}}, ["ltv", "cltv"]),
        ({"home": {"flood_zone": "AE", "annual_flood_insurance": None}}, ["pitia"]),
        ({"home": {"flood_zone": None, "annual_flood_insurance": None}}, ["pitia"]),
        ({"borrower": {"monthly_income": None}}, ["monthly_income", "front_end_dti", "back_end_dti"]),
        ({"borrower": {"monthly_debts": None}}, ["monthly_debts", "back_end_dti"]),
        ({"borrowers": ()}, ["monthly_income", "monthly_debts", "back_end_dti"]),
    ],
)
def test_an_unknown_fact_leaves_unknown_what_needs_it(changes: dict[str, Any], unknown: list[str]) -> None:
    ratios = compute_ratios(ada(**changes), NONE)
    assert [name for name in unknown if getattr(ratios, name) is not None] == []
    for name in set(unknown) & {"pitia", "back_end_dti", "ltv"}:
        assert any(line.why.startswith("Unknown") for line in sheet(ratios, name).lines)


def test_unknown_rates_are_not_free() -> None:
    ratios = compute_ratios(ada(program=Program.FHA), replace(FHA, financed_fee_percent=None, annual_mi_percent=None))
    assert figures(ratios, "financed_fee", "principal_and_interest", "mortgage_insurance") == ["None"] * 3
    assert ratios.ltv == 80


def test_no_flood_premium_is_needed_outside_the_zones() -> None:
    case = ada(home={"flood_zone": "X", "annual_flood_insurance": None})
    assert compute_ratios(case, NONE).pitia == Decimal("2495.30")
    insured = changed(case, home={"annual_flood_insurance": Decimal(600)})
    assert compute_ratios(insured, NONE).pitia == Decimal("2545.30")


def test_without_income_there_is_no_ratio_and_the_sheet_says_why() -> None:
    ratios = compute_ratios(ada(borrower={"monthly_income": Decimal(0)}), NONE)
    assert ratios.back_end_dti is None
    assert "no income" in sheet(ratios, "back_end_dti").lines[-1].why


def test_a_shortfall_of_one_dollar_stays_below_zero_months() -> None:
    ratios = compute_ratios(ada(liquid_assets=Decimal(91_999)), NONE)
    assert ratios.reserves_months == Decimal("-0.01")


def test_incomes_and_debts_of_all_borrowers_are_added() -> None:
    case = ada()
    [first] = case.borrowers
    second = replace(first, position=2, monthly_income=Decimal(4_000), monthly_debts=Decimal(50))
    ratios = compute_ratios(replace(case, borrowers=(first, second)), NONE)
    assert figures(ratios, "monthly_income", "monthly_debts") == ["15500", "500"]
    half = replace(case, borrowers=(first, replace(second, monthly_income=None)))
    assert compute_ratios(half, NONE).monthly_income is None


dollars = st.integers(0, 3_000_000).map(Decimal)
some_dollars = st.integers(1, 3_000_000).map(Decimal)
rates = st.integers(0, 15_000).map(lambda thousandths: Decimal(thousandths) / 1000)


@st.composite
def cases(draw: st.DrawFn) -> CaseFile:
    line = draw(dollars)
    return ada(
        program=draw(st.sampled_from(Program)),
        purpose=draw(st.sampled_from(Purpose)),
        occupancy=draw(st.sampled_from(Occupancy)),
        loan_amount=draw(some_dollars),
        note_rate=draw(rates),
        term_months=draw(st.integers(1, 480)),
        heloc_limit=line,
        heloc_balance=draw(st.one_of(dollars, st.just(line))),
        subordinate_balance=draw(dollars),
        home={"purchase_price": draw(some_dollars), "appraised_value": draw(some_dollars)},
        borrower={"monthly_income": draw(some_dollars), "monthly_debts": draw(dollars)},
    )


@settings(max_examples=200, deadline=None)
@given(cases())
def test_combined_loan_to_values_never_fall(case: CaseFile) -> None:
    values = loan_to_values(case, TERMS)
    assert known(values.ltv) <= known(values.cltv) <= known(values.hcltv)


@settings(max_examples=100, deadline=None)
@given(cases(), st.sampled_from(DEBTS), dollars, st.integers(0, 400))
def test_another_debt_never_lowers_dti(case: CaseFile, kind: LiabilityKind, payment: Decimal, months: int) -> None:
    before = changed(case, borrower={"debts": (debt(KIND.OTHER, 100),)})
    more = (debt(KIND.OTHER, 100), debt(kind, str(payment), balance=5_000, months=months))
    after = changed(case, borrower={"debts": more})
    low, high = (known(compute_ratios(each, FHA).back_end_dti) for each in (before, after))
    assert low <= high


@settings(max_examples=100, deadline=None)
@given(cases(), some_dollars)
def test_more_income_never_raises_dti(case: CaseFile, raise_: Decimal) -> None:
    richer = changed(case, borrower={"monthly_income": known(case.borrowers[0].monthly_income) + raise_})
    before, after = compute_ratios(case, FHA), compute_ratios(richer, FHA)
    assert known(after.back_end_dti) <= known(before.back_end_dti)


@settings(max_examples=100, deadline=None)
@given(cases(), some_dollars, st.sampled_from(Occupancy), st.integers(1, 4))
def test_rent_never_raises_dti(case: CaseFile, rent: Decimal, occupancy: Occupancy, units: int) -> None:
    empty = changed(case, occupancy=occupancy, home={"units": units, "monthly_rent": None})
    lets = changed(empty, home={"monthly_rent": rent})
    for name in ("front_end_dti", "back_end_dti"):
        assert getattr(compute_ratios(lets, NONE), name) <= getattr(compute_ratios(empty, NONE), name)


@settings(max_examples=50, deadline=None)
@given(cases(), st.none() | some_dollars, dollars)
def test_every_sheet_adds_up_to_its_figure(case: CaseFile, rent: Decimal | None, cost: Decimal) -> None:
    home = OwnedHomeFacts(Occupancy.INVESTMENT, rent, cost, cost, sold_by_closing=False)
    ratios = compute_ratios(replace(case, owned_homes=(home,), finance_charges=Decimal(0)), USDA)
    names = ("pitia", "monthly_debts", "monthly_income", "total_loan_amount", "qualifying_payment")
    for name in names:
        assert sheet(ratios, name).total == getattr(ratios, name)
    for each in (sheet(ratios, name) for name in (*names, "mortgage_insurance_months", "mortgage_insurance_in_all")):
        amounts = [line.amount for line in each.lines if line.included]
        assert each.total == (None if None in amounts else sum(known(amount) for amount in amounts))


def test_ground_rent_and_assessments_are_part_of_pitia() -> None:
    case = ada(home={"monthly_ground_rent": Decimal(120), "monthly_assessments": Decimal("35.50")})
    assert compute_ratios(case, NONE).pitia == Decimal("2650.80")  # 2,495.30 + 120 + 35.50


@pytest.mark.parametrize(
    ("paid", "occupancy", "ltv", "rounded"),
    [
        # 360,000 on 400,000 is 90: 6 percent of 400,000 are 24,000; 27,000 cut the price to 397,000
        (24_000, Occupancy.PRIMARY, "90.00", 90),
        (27_000, Occupancy.PRIMARY, "90.68", 91),
        (8_000, Occupancy.INVESTMENT, "90.00", 90),
        (8_100, Occupancy.INVESTMENT, "90.02", 91),  # 360,000 / 399,900
        (None, Occupancy.PRIMARY, "90.00", 90),
    ],
)
def test_contributions_beyond_their_maximum_cut_the_price(
    paid: int | None, occupancy: Occupancy, ltv: str, rounded: int
) -> None:
    case = ada(
        loan_amount=Decimal(360_000),
        occupancy=occupancy,
        seller_contributions=None if paid is None else Decimal(paid),
    )
    values = loan_to_values(case, TERMS)
    assert str(values.ltv) == ltv
    assert values.ltv_rounded == rounded


@pytest.mark.parametrize(
    ("loan", "most"),
    [(300_000, 36_000), (300_040, 24_000), (360_000, 24_000), (360_040, 12_000)],  # 75, 76, 90 and 91 as rounded
)
def test_the_maximum_of_contributions_follows_the_rounded_loan_to_value(loan: int, most: int) -> None:
    at, above = (
        loan_to_values(ada(loan_amount=Decimal(loan), seller_contributions=Decimal(paid)), TERMS)
        for paid in (most, most + 4_000)
    )
    assert at.ltv == (Decimal(loan) / 4_000).quantize(Decimal("0.01"))
    assert known(above.ltv) > known(at.ltv)


def test_a_maximum_that_hangs_on_an_unknown_lien_leaves_the_value_unknown() -> None:
    case = ada(subordinate_balance=None, seller_contributions=Decimal(5_000))
    assert loan_to_values(case, TERMS).ltv is None
    fha = ada(program=Program.FHA, seller_contributions=Decimal(50_000))
    assert loan_to_values(fha, terms(Program.FHA)).ltv == 80
