"""The columns of an application file: where each goes and how its cell is read. See the README for their meaning."""

from dataclasses import dataclass

from django.core.validators import EmailValidator

from lending.intake.cells import Reader, day, dollars, matching, number, text, whole, word, yes_no
from lending.models.fields import COUNTY_FIPS, STATE, ZIP_CODE
from lending.vocabulary import Amortization, Employment, Occupancy, Program, PropertyType, Purpose, VaUse

LOAN, HOME, ASSETS, PERSON, PART = "loan", "home", "assets", "person", "part"
BORROWERS = ("b1_", "b2_")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the record and field it fills, how a cell is read, and whether a row must have it."""

    record: str
    field: str
    read: Reader
    needed: bool = False


def _application_columns() -> dict[str, Column]:
    loan: dict[str, Reader] = {
        "external_id": text(100),
        "application_date": day,
        "program": word(Program),
        "purpose": word(Purpose),
        "occupancy": word(Occupancy),
        "loan_amount": dollars(),
        "term_months": whole(1, 480),
        "amortization": word(Amortization),
        "note_rate": number(places=4, high=30, of="percent a year without a sign, such as 6.375"),
        "subordinate_balance": dollars(),
        "subordinate_payment": dollars(),
        "heloc_balance": dollars(),
        "heloc_limit": dollars(),
        "funds_to_close": dollars(),
        "household_size": whole(0, 99),
        "region_residual": text(20),
        "va_use": word(VaUse),
        "bankruptcy_chapter": text(4),
        "bankruptcy_date": day,
        "foreclosure_date": day,
        "officer_notes": text(20_000),
        "existing_first_balance": dollars(),
        "first_lien_date": day,
        "title_date": day,
        "pays_off_va_loan": yes_no,
        "arm_fixed_months": whole(1, 480),
        "arm_adjustment_months": whole(1, 120),
        "arm_index_rate": number(places=4, low=-5, high=30, of="percent a year"),
        "arm_margin": number(places=4, high=20, of="percentage points"),
        "arm_first_cap": number(places=4, high=20, of="percentage points"),
        "arm_periodic_cap": number(places=4, high=20, of="percentage points"),
        "arm_lifetime_cap": number(places=4, high=20, of="percentage points"),
        "finance_charges": dollars(),
        "points_and_fees": dollars(),
        "apor": number(places=4, high=30, of="percent a year"),
        "prepayment_penalty_months": whole(0, 480),
        "prepayment_penalty_percent": number(places=4, high=99, of="percent"),
        "seller_contributions": dollars(),
        "monthly_child_care": dollars(),
        "household_annual_income": dollars(),
        "bankruptcy_dismissed": yes_no,
        "bankruptcies_in_seven_years": whole(0, 20),
        "short_sale_date": day,
        "extenuating_circumstances": yes_no,
    }
    needed = ("external_id", "application_date", "program", "purpose", "occupancy")
    return {name: Column(LOAN, name, read, name in needed) for name, read in loan.items()}


def _home_columns() -> dict[str, Column]:
    home: dict[str, tuple[str, Reader]] = {
        "units": ("units", whole(1, 4)),
        "property_type": ("property_type", word(PropertyType)),
        "property_street": ("street", text(200)),
        "property_city": ("city", text(100)),
        "property_state": ("state", matching(STATE)),
        "property_zip": ("zip_code", matching(ZIP_CODE)),
        "county_fips": ("county_fips", matching(COUNTY_FIPS)),
        "purchase_price": ("purchase_price", dollars()),
        "appraised_value": ("appraised_value", dollars()),
        "annual_property_tax": ("annual_property_tax", dollars()),
        "annual_hazard_insurance": ("annual_hazard_insurance", dollars()),
        "annual_flood_insurance": ("annual_flood_insurance", dollars()),
        "monthly_hoa": ("monthly_hoa", dollars()),
        "flood_zone": ("flood_zone", text(5)),
        "flood_community_participates": ("flood_community_participates", yes_no),
        "square_feet": ("square_feet", whole(0, 1_000_000)),
        "monthly_ground_rent": ("monthly_ground_rent", dollars()),
        "monthly_assessments": ("monthly_assessments", dollars()),
        "monthly_rent": ("monthly_rent", dollars()),
        "flood_coverage": ("flood_coverage", dollars()),
        "replacement_cost": ("replacement_cost", dollars()),
    }
    return {name: Column(HOME, field, read) for name, (field, read) in home.items()}


def _borrower_columns(prefix: str) -> dict[str, Column]:
    """Return one borrower's columns. Names are needed for each borrower that has any cell at all."""
    person: dict[str, Reader] = {
        "first_name": text(100),
        "last_name": text(100),
        "email": matching(EmailValidator()),
        "birth_date": day,
        "state": matching(STATE),
    }
    part: dict[str, Reader] = {
        "employer": text(200),
        "employment": word(Employment),
        "years_employed": number(places=1, high=99, of="years such as 2.5"),
        "monthly_income": dollars(),
        "monthly_debts": dollars(),
        "credit_score": whole(300, 850),
    }
    needed = ("first_name", "last_name")
    return {f"{prefix}{name}": Column(prefix + PERSON, name, read, name in needed) for name, read in person.items()} | {
        f"{prefix}{name}": Column(prefix + PART, name, read) for name, read in part.items()
    }


COLUMNS: dict[str, Column] = {
    **_application_columns(),
    **_home_columns(),
    "liquid_assets": Column(ASSETS, "amount", dollars()),
    **{name: column for prefix in BORROWERS for name, column in _borrower_columns(prefix).items()},
}
