"""The frozen view of one application that the pipeline gets. It has no field for race, sex, age or marital status."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

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
    from _typeshed import DataclassInstance

    from lending.models import Applicant, Liability, LoanApplication, Property

Facts = TypeVar("Facts", bound="DataclassInstance")


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
    """Another home of the borrowers: dollars a month of rent (gross; net as stated) and of PITIA, dollars owed."""

    occupancy: Occupancy
    monthly_rent: Decimal | None
    monthly_pitia: Decimal | None
    unpaid_balance: Decimal | None
    sold_by_closing: bool
    monthly_net_rent: Decimal | None = None


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
    occupancy: Occupancy | None
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
    foreclosure_declared: bool | None = None
    short_sale_declared: bool | None = None
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


def build_case_file(application: LoanApplication) -> CaseFile:
    """Return the frozen case file of an application, without writing.

    A debt that names no borrower counts as the primary borrower's: left out, it would flatter the ratio. Rows come in
    the order in which they were added, so that the same facts have the same hash however often they were saved.
    """
    nobodys = [debt for debt in application.liabilities.order_by("pk") if debt.applicant_id is None]
    applicants = application.applicants.select_related("borrower").prefetch_related(
        "incomes", "liabilities", "borrower__cleared_hits"
    )
    return _of_row(
        CaseFile,
        application,
        program=Program(application.program),
        purpose=Purpose(application.purpose),
        occupancy=Occupancy(application.occupancy) if application.occupancy else None,
        amortization=Amortization(application.amortization) if application.amortization else None,
        va_use=VaUse(application.va_use) if application.va_use else None,
        liquid_assets=_known_sum([asset.amount for asset in application.assets.all()]),
        home=_home_facts(getattr(application, "subject_property", None)),
        borrowers=tuple(
            _borrower_facts(applicant, nobodys if place == 0 else []) for place, applicant in enumerate(applicants)
        ),
        owned_homes=tuple(
            _of_row(OwnedHomeFacts, owned, occupancy=Occupancy(owned.occupancy))
            for owned in application.owned_homes.all()
        ),
    )


def _of_row(shape: type[Facts], row: object, /, **own: Any) -> Facts:
    """Return facts of one shape from a row that calls them alike; ``own`` ones differ. Empty text is unknown."""
    alike = {field.name: getattr(row, field.name) for field in fields(shape) if field.name not in own}
    return shape(**{name: None if value == "" else value for name, value in alike.items()}, **own)


def _known_sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if amounts and len(known) == len(amounts) else None


def _home_facts(home: Property | None) -> HomeFacts:
    if home is None:
        return HomeFacts(**{field.name: None for field in fields(HomeFacts)})
    return _of_row(HomeFacts, home, property_type=PropertyType(home.property_type) if home.property_type else None)


def _borrower_facts(applicant: Applicant, nobodys: list[Liability]) -> BorrowerFacts:
    return _of_row(
        BorrowerFacts,
        applicant,
        employment=Employment(applicant.employment) if applicant.employment else None,
        debts=tuple(_debt(debt) for debt in [*sorted(applicant.liabilities.all(), key=attrgetter("pk")), *nobodys]),
        identity=_identity(applicant),
        incomes=tuple(
            _of_row(IncomeSource, income, kind=IncomeKind(income.kind)) for income in applicant.incomes.all()
        ),
    )


def _debt(debt: Liability) -> Debt:
    return _of_row(Debt, debt, kind=LiabilityKind(debt.kind), counted_with_home=debt.owned_home_id is not None)


def _identity(applicant: Applicant) -> Identity:
    borrower = applicant.borrower
    return Identity(
        borrower_id=str(borrower.pk),
        first_name=borrower.first_name,
        last_name=borrower.last_name,
        birth_date=borrower.birth_date,
        state=borrower.state,
        employer=applicant.employer,
        cleared_hits=tuple(sorted(hit.entry_key for hit in borrower.cleared_hits.all())),
    )
