"""Named borrowers as case files, without a database: Ada is approved, Ben fails on DTI, Cleo needs a person."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lending.casefile import BorrowerFacts, CaseFile, Debt, HomeFacts, Identity
from lending.vocabulary import Amortization, Employment, LiabilityKind, Occupancy, Program, PropertyType, Purpose

APPLIED = date(2026, 11, 2)


def ada(*, home: dict[str, Any] | None = None, borrower: dict[str, Any] | None = None, **changes: Any) -> CaseFile:
    """Return Ada's purchase: 320,000 on 400,000, income 11,500, score 768. Every rule passes with room."""
    case = CaseFile(
        number="APP-2026-000001",
        application_date=APPLIED,
        program=Program.CONVENTIONAL,
        purpose=Purpose.PURCHASE,
        occupancy=Occupancy.PRIMARY,
        loan_amount=Decimal(320_000),
        term_months=360,
        amortization=Amortization.FIXED,
        note_rate=Decimal("6.25"),
        existing_first_balance=None,
        subordinate_balance=Decimal(0),
        subordinate_payment=Decimal(0),
        heloc_balance=Decimal(0),
        heloc_limit=Decimal(0),
        liquid_assets=Decimal(150_000),
        funds_to_close=Decimal(92_000),
        household_size=2,
        region_residual=None,
        va_use=None,
        bankruptcy_chapter=None,
        bankruptcy_date=None,
        foreclosure_date=None,
        home=_home(state="OH", county_fips="39049"),
        borrowers=(_borrower("Ada", "Whitfield", "OH", "Fairgate Hospital", born=date(1988, 4, 12)),),
        officer_notes="Purchase of a first home. Funds verified.",
    )
    return changed(case, home=home, borrower=borrower, **changes)


def ben(*, home: dict[str, Any] | None = None, borrower: dict[str, Any] | None = None, **changes: Any) -> CaseFile:
    """Return Ben's purchase: an income of 5,600 carries 1,180 of debts and the home, which is more than 45 percent."""
    case = ada(
        number="APP-2026-000002",
        loan_amount=Decimal(268_000),
        liquid_assets=Decimal(95_000),
        funds_to_close=Decimal(75_000),
        home={
            "county_fips": "39113",
            "purchase_price": Decimal(335_000),
            "appraised_value": Decimal(335_000),
            "annual_property_tax": Decimal(4_100),
            "annual_hazard_insurance": Decimal(1_300),
        },
        officer_notes=None,
    )
    person = replace(
        _borrower("Ben", "Okafor", "OH", "Tri-County Freight", born=date(1991, 9, 30)),
        years_employed=Decimal(5),
        monthly_income=Decimal(5_600),
        monthly_debts=Decimal(1_180),
        credit_score=712,
    )
    return changed(replace(case, borrowers=(person,)), home=home, borrower=borrower, **changes)


def cleo(*, home: dict[str, Any] | None = None, borrower: dict[str, Any] | None = None, **changes: Any) -> CaseFile:
    """Return Cleo's purchase: every rule passes, but a score of 664, 44.55 DTI and 93 LTV give 49 points."""
    case = ada(
        number="APP-2026-000003",
        loan_amount=Decimal(339_450),
        liquid_assets=Decimal(42_000),
        funds_to_close=Decimal(33_500),
        home={
            "state": "VA",
            "county_fips": "51760",
            "purchase_price": Decimal(365_000),
            "appraised_value": Decimal(365_000),
            "annual_property_tax": Decimal(3_400),
            "annual_hazard_insurance": Decimal(1_350),
        },
        officer_notes=None,
    )
    person = replace(
        _borrower("Cleo", "Marchetti", "VA", "Oldbridge Schools", born=date(1993, 2, 17)),
        years_employed=Decimal("2.5"),
        monthly_income=Decimal(7_350),
        monthly_debts=Decimal(520),
        credit_score=664,
    )
    return changed(replace(case, borrowers=(person,)), home=home, borrower=borrower, **changes)


def changed(
    case: CaseFile, *, home: dict[str, Any] | None = None, borrower: dict[str, Any] | None = None, **changes: Any
) -> CaseFile:
    """Return the case with fields of its own, of its home, and of its first borrower replaced."""
    case = replace(case, **changes)
    first, *others = case.borrowers or (None,)
    people = (replace(first, **(borrower or {})), *others) if first else ()
    return replace(case, home=replace(case.home, **(home or {})), borrowers=people)


def debt(
    kind: LiabilityKind,
    payment: int | str | None = None,
    *,
    balance: int | str | None = None,
    months: int | None = None,
    paid_off: bool = False,
) -> Debt:
    """Return an itemised debt: dollars a month, dollars owed, months left."""
    return Debt(kind, _dollars(payment), _dollars(balance), months, paid_off)


def _dollars(amount: int | str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def _home(**changes: Any) -> HomeFacts:
    home = HomeFacts(
        state=None,
        county_fips=None,
        units=1,
        property_type=PropertyType.SINGLE_FAMILY,
        purchase_price=Decimal(400_000),
        appraised_value=Decimal(405_000),
        annual_property_tax=Decimal(4_800),
        annual_hazard_insurance=Decimal(1_500),
        annual_flood_insurance=Decimal(0),
        monthly_hoa=Decimal(0),
        square_feet=1_800,
        flood_zone="X",
        flood_community_participates=True,
    )
    return replace(home, **changes)


def _borrower(first: str, last: str, state: str, employer: str, *, born: date) -> BorrowerFacts:
    return BorrowerFacts(
        position=1,
        employment=Employment.EMPLOYED,
        years_employed=Decimal(8),
        monthly_income=Decimal(11_500),
        monthly_debts=Decimal(450),
        debts=(),
        credit_score=768,
        identity=Identity(
            borrower_id=f"00000000-0000-0000-0000-{sum(map(ord, first + last)):012d}",
            first_name=first,
            last_name=last,
            birth_date=born,
            state=state,
            employer=employer,
            cleared_hits=(),
        ),
    )
