"""The frozen view of one application that the pipeline gets. It has no field for race, sex, age or marital status."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lending.vocabulary import (
    Amortization,
    Employment,
    IncomeKind,
    LiabilityKind,
    Occupancy,
    Program,
    PropertyType,
    Purpose,
    VaUse,
)

if TYPE_CHECKING:
    from lending.models import Applicant, Income, Liability, LoanApplication, OwnedHome, Property


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a borrower is: personal data, for agents of the PII class only. The birth date serves sanctions screening."""

    borrower_id: str
    first_name: str
    last_name: str
    birth_date: date | None
    state: str
    employer: str
    cleared_hits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Debt:
    """One itemised liability: dollars a month, dollars owed, months left (None is unknown)."""

    kind: LiabilityKind
    monthly_payment: Decimal | None
    balance: Decimal | None
    months_remaining: int | None
    paid_off_at_closing: bool
    counted_with_home: bool = False


@dataclass(frozen=True, slots=True)
class IncomeSource:
    """One source of income: dollars a month or a year, months; None is unknown, ``ends_on`` None is lasting."""

    kind: IncomeKind
    monthly_amount: Decimal | None
    year_to_date: Decimal | None = None
    months_to_date: Decimal | None = None
    prior_year: Decimal | None = None
    year_before: Decimal | None = None
    nontaxable: bool = False
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class OwnedHomeFacts:
    """Another home of the borrowers: dollars a month of rent and of PITIA, dollars owed; None is unknown."""

    occupancy: Occupancy
    monthly_rent: Decimal | None
    monthly_pitia: Decimal | None
    unpaid_balance: Decimal | None
    sold_by_closing: bool


@dataclass(frozen=True, slots=True)
class BorrowerFacts:
    """One borrower's figures: dollars a month, years, a score from 300 to 850; None is unknown."""

    position: int
    employment: Employment | None
    years_employed: Decimal | None
    monthly_income: Decimal | None
    monthly_debts: Decimal | None
    debts: tuple[Debt, ...]
    credit_score: int | None
    identity: Identity | None
    incomes: tuple[IncomeSource, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """The property's figures in dollars, square feet and units; None is unknown."""

    state: str | None
    county_fips: str | None
    units: int | None
    property_type: PropertyType | None
    purchase_price: Decimal | None
    appraised_value: Decimal | None
    annual_property_tax: Decimal | None
    annual_hazard_insurance: Decimal | None
    annual_flood_insurance: Decimal | None
    monthly_hoa: Decimal | None
    square_feet: int | None
    flood_zone: str | None
    flood_community_participates: bool | None
    monthly_ground_rent: Decimal | None = None
    monthly_assessments: Decimal | None = None
    monthly_rent: Decimal | None = None
    flood_coverage: Decimal | None = None
    replacement_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One application as it stood when its run began. Amounts in dollars, rates in percent a year, terms in months."""

    number: str
    application_date: date
    program: Program
    purpose: Purpose
    occupancy: Occupancy
    loan_amount: Decimal | None
    term_months: int | None
    amortization: Amortization | None
    note_rate: Decimal | None
    existing_first_balance: Decimal | None
    subordinate_balance: Decimal | None
    subordinate_payment: Decimal | None
    heloc_balance: Decimal | None
    heloc_limit: Decimal | None
    liquid_assets: Decimal | None
    funds_to_close: Decimal | None
    household_size: int | None
    region_residual: str | None
    va_use: VaUse | None
    bankruptcy_chapter: str | None
    bankruptcy_date: date | None
    foreclosure_date: date | None
    home: HomeFacts
    borrowers: tuple[BorrowerFacts, ...]
    officer_notes: str | None
    arm_fixed_months: int | None = None
    arm_adjustment_months: int | None = None
    arm_index_rate: Decimal | None = None
    arm_margin: Decimal | None = None
    arm_first_cap: Decimal | None = None
    arm_periodic_cap: Decimal | None = None
    arm_lifetime_cap: Decimal | None = None
    finance_charges: Decimal | None = None
    points_and_fees: Decimal | None = None
    apor: Decimal | None = None
    prepayment_penalty_months: int | None = None
    prepayment_penalty_percent: Decimal | None = None
    seller_contributions: Decimal | None = None
    first_lien_date: date | None = None
    title_date: date | None = None
    pays_off_va_loan: bool | None = None
    monthly_child_care: Decimal | None = None
    household_annual_income: Decimal | None = None
    bankruptcy_dismissed: bool | None = None
    bankruptcies_in_seven_years: int | None = None
    short_sale_date: date | None = None
    extenuating_circumstances: bool | None = None
    owned_homes: tuple[OwnedHomeFacts, ...] = ()

    def without_personal_data(self) -> CaseFile:
        """Return the case for agents outside the PII class: no name, birth date, employer, or free text."""
        nameless = tuple(replace(borrower, identity=None) for borrower in self.borrowers)
        return replace(self, borrowers=nameless, officer_notes=None)

    def facts_hash(self) -> str:
        """Return the SHA-256 of every fact, so that a decision can name exactly what it decided on."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_plain(self) -> dict[str, Any]:
        """Return every fact as JSON holds it: amounts and dates as text, unknown as null."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return plain


# Facts that the row and the case file call alike, empty being unknown in both.
_SAME_NAME = (
    *("arm_fixed_months", "arm_adjustment_months", "arm_index_rate", "arm_margin"),
    *("arm_first_cap", "arm_periodic_cap", "arm_lifetime_cap"),
    *("finance_charges", "points_and_fees", "apor", "prepayment_penalty_months", "prepayment_penalty_percent"),
    *("seller_contributions", "first_lien_date", "title_date", "pays_off_va_loan"),
    *("monthly_child_care", "household_annual_income", "bankruptcy_dismissed", "bankruptcies_in_seven_years"),
    *("short_sale_date", "extenuating_circumstances"),
)


def build_case_file(application: LoanApplication) -> CaseFile:
    """Return the frozen case file of an application, without writing.

    A debt that names no borrower counts as the primary borrower's: left out, it would flatter the ratio.
    """
    nobodys = [debt for debt in application.liabilities.all() if debt.applicant_id is None]
    home = getattr(application, "subject_property", None)
    assets = [asset.amount for asset in application.assets.all()]
    applicants = application.applicants.select_related("borrower").prefetch_related(
        "incomes", "liabilities", "borrower__cleared_hits"
    )
    return CaseFile(
        number=application.number,
        application_date=application.application_date,
        program=Program(application.program),
        purpose=Purpose(application.purpose),
        occupancy=Occupancy(application.occupancy),
        loan_amount=application.loan_amount,
        term_months=application.term_months,
        amortization=Amortization(application.amortization) if application.amortization else None,
        note_rate=application.note_rate,
        existing_first_balance=application.existing_first_balance,
        subordinate_balance=application.subordinate_balance,
        subordinate_payment=application.subordinate_payment,
        heloc_balance=application.heloc_balance,
        heloc_limit=application.heloc_limit,
        liquid_assets=_known_sum(assets),
        funds_to_close=application.funds_to_close,
        household_size=application.household_size,
        region_residual=application.region_residual or None,
        va_use=VaUse(application.va_use) if application.va_use else None,
        bankruptcy_chapter=application.bankruptcy_chapter or None,
        bankruptcy_date=application.bankruptcy_date,
        foreclosure_date=application.foreclosure_date,
        home=_home_facts(home),
        borrowers=tuple(
            _borrower_facts(applicant, nobodys if place == 0 else []) for place, applicant in enumerate(applicants)
        ),
        officer_notes=application.officer_notes or None,
        **{name: getattr(application, name) for name in _SAME_NAME},
        owned_homes=tuple(_owned_home_facts(owned) for owned in application.owned_homes.all()),
    )


def _known_sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if amounts and len(known) == len(amounts) else None


def _home_facts(home: Property | None) -> HomeFacts:
    if home is None:
        return HomeFacts(*[None] * len(fields(HomeFacts)))
    return HomeFacts(
        state=home.state or None,
        county_fips=home.county_fips or None,
        units=home.units,
        property_type=PropertyType(home.property_type) if home.property_type else None,
        purchase_price=home.purchase_price,
        appraised_value=home.appraised_value,
        annual_property_tax=home.annual_property_tax,
        annual_hazard_insurance=home.annual_hazard_insurance,
        annual_flood_insurance=home.annual_flood_insurance,
        monthly_hoa=home.monthly_hoa,
        square_feet=home.square_feet,
        flood_zone=home.flood_zone or None,
        flood_community_participates=home.flood_community_participates,
        monthly_ground_rent=home.monthly_ground_rent,
        monthly_assessments=home.monthly_assessments,
        monthly_rent=home.monthly_rent,
        flood_coverage=home.flood_coverage,
        replacement_cost=home.replacement_cost,
    )


def _owned_home_facts(owned: OwnedHome) -> OwnedHomeFacts:
    return OwnedHomeFacts(
        occupancy=Occupancy(owned.occupancy),
        monthly_rent=owned.monthly_rent,
        monthly_pitia=owned.monthly_pitia,
        unpaid_balance=owned.unpaid_balance,
        sold_by_closing=owned.sold_by_closing,
    )


def _income_source(income: Income) -> IncomeSource:
    return IncomeSource(
        kind=IncomeKind(income.kind),
        monthly_amount=income.monthly_amount,
        year_to_date=income.year_to_date,
        months_to_date=income.months_to_date,
        prior_year=income.prior_year,
        year_before=income.year_before,
        nontaxable=income.nontaxable,
        ends_on=income.ends_on,
    )


def _borrower_facts(applicant: Applicant, nobodys: list[Liability]) -> BorrowerFacts:
    borrower = applicant.borrower
    return BorrowerFacts(
        position=applicant.position,
        employment=Employment(applicant.employment) if applicant.employment else None,
        years_employed=applicant.years_employed,
        monthly_income=applicant.monthly_income,
        monthly_debts=applicant.monthly_debts,
        debts=tuple(
            Debt(
                kind=LiabilityKind(debt.kind),
                monthly_payment=debt.monthly_payment,
                balance=debt.balance,
                months_remaining=debt.months_remaining,
                paid_off_at_closing=debt.paid_off_at_closing,
                counted_with_home=debt.owned_home_id is not None,
            )
            for debt in [*applicant.liabilities.all(), *nobodys]
        ),
        credit_score=applicant.credit_score,
        identity=Identity(
            borrower_id=str(borrower.pk),
            first_name=borrower.first_name,
            last_name=borrower.last_name,
            birth_date=borrower.birth_date,
            state=borrower.state,
            employer=applicant.employer,
            cleared_hits=tuple(hit.entry_key for hit in borrower.cleared_hits.all()),
        ),
        incomes=tuple(_income_source(income) for income in applicant.incomes.all()),
    )
