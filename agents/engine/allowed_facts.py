"""The published list of what the nameless case file may hold, each field with the reason a lender may ask for it. Pure.

Beside ``policies/allowed_facts.toml``, which lists what rules and scorecard may weigh: those facts are made of these
fields. A field that is not listed here fails the tests, so that none slips in unasked.
"""

from dataclasses import fields, is_dataclass
from typing import Any

# What 12 CFR 1002.4(a) and 1002.6(b) and 42 USC 3605 put out of bounds, as such facts are usually called.
PROTECTED_WORDS = frozenset(
    [
        *("race", "racial", "color", "colour", "ethnicity", "ethnic", "hispanic", "latino", "religion", "creed"),
        *("national", "origin", "nationality", "citizenship", "language", "birthplace", "sex", "sexual", "gender"),
        *("orientation", "marital", "married", "unmarried", "spouse", "widowed", "divorced", "separated", "maiden"),
        *("age", "birth", "born", "birthday", "dob", "elderly", "disability", "disabled", "handicap", "pregnant"),
        *("pregnancy", "children", "familial", "dependents", "welfare", "assistance", "name", "email", "phone", "ssn"),
        *("street", "address", "zip", "postcode", "postal", "tract", "census", "neighborhood", "neighbourhood"),
        *("employer", "surname", "photo", "veteran"),
    ]
)

_COLLATERAL = "what secures the loan"
_COST = "what the loan and the home cost each month"
_LOAN = "what is asked for"
_LIENS = "what else is owed on the home"
_ADJUSTABLE = "how far an adjustable payment can rise"
_PRICE = "price tests of consumer law"
_HISTORY = "how past credit ended, and when"
_INCOME = "what the borrower earns, how steadily, and for how long"
_DEBT = "what the borrower owes each month, and for how long"
_FLOOD = "federal flood insurance law"

BORROWER_FIELDS = {
    "position": "who is meant, without a name",
    "employment": "how the income is documented",
    "years_employed": _INCOME,
    "monthly_income": _INCOME,
    "incomes": _INCOME,
    "monthly_debts": _DEBT,
    "debts": _DEBT,
    "credit_score": "how past credit was paid",
    "identity": "always empty here: only agents of the PII class see it, for sanctions screening",
}
INCOME_FIELDS = {
    "kind": "how the income is averaged and documented; public assistance counts as any other income does",
    "monthly_amount": _INCOME,
    "year_to_date": _INCOME,
    "months_to_date": _INCOME,
    "prior_year": _INCOME,
    "year_before": _INCOME,
    "nontaxable": "untaxed income is worth more, in the borrower's favour",
    "ends_on": _INCOME,
}
DEBT_FIELDS = {
    "kind": _DEBT,
    "monthly_payment": _DEBT,
    "balance": _DEBT,
    "months_remaining": _DEBT,
    "paid_off_at_closing": _DEBT,
    "counted_with_home": _DEBT,
}
OWNED_HOME_FIELDS = {
    "occupancy": "what another home of the borrowers brings in or costs",
    "monthly_rent": "what another home of the borrowers brings in",
    "monthly_net_rent": "what another home of the borrowers brings in, its cost paid",
    "monthly_pitia": "what another home of the borrowers costs",
    "unpaid_balance": "what is owed on another home of the borrowers",
    "sold_by_closing": "whether it still costs anything after closing",
}
HOME_FIELDS = {
    "state": "the lender's licenses, and the law's higher limits in four states",
    "county_fips": "the published loan limit of the county, and nothing else",
    "units": _COLLATERAL,
    "property_type": _COLLATERAL,
    "purchase_price": _COLLATERAL,
    "appraised_value": _COLLATERAL,
    "square_feet": "VA's estimate of upkeep",
    "replacement_cost": _FLOOD,
    "annual_property_tax": _COST,
    "annual_hazard_insurance": _COST,
    "annual_flood_insurance": _COST,
    "monthly_hoa": _COST,
    "monthly_ground_rent": _COST,
    "monthly_assessments": _COST,
    "monthly_rent": "what the home itself brings in",
    "flood_zone": _FLOOD,
    "flood_community_participates": _FLOOD,
    "flood_coverage": _FLOOD,
}
CASE_FIELDS = {
    "number": "which application is meant",
    "application_date": "which day's limits apply",
    "program": _LOAN,
    "purpose": _LOAN,
    "occupancy": _LOAN,
    "loan_amount": _LOAN,
    "term_months": _LOAN,
    "amortization": _LOAN,
    "note_rate": _LOAN,
    "existing_first_balance": _LIENS,
    "subordinate_balance": _LIENS,
    "subordinate_payment": _LIENS,
    "heloc_balance": _LIENS,
    "heloc_limit": _LIENS,
    "first_lien_date": "how long a loan has been paid before it is refinanced",
    "title_date": "how long the home has been owned before cash is taken out",
    "pays_off_va_loan": "which funding fee the law asks",
    "va_use": "which funding fee the law asks",
    "liquid_assets": "what is left after closing",
    "funds_to_close": "what is left after closing",
    "seller_contributions": "how much of the price the seller gives back",
    "household_size": "VA's and USDA's income tables; no other rule",
    "household_annual_income": "USDA's income limit; no other rule",
    "monthly_child_care": "an obligation that VA's residual income counts; no other rule",
    "region_residual": "VA's residual-income table",
    "bankruptcy_chapter": _HISTORY,
    "bankruptcy_date": _HISTORY,
    "bankruptcy_dismissed": _HISTORY,
    "bankruptcies_in_seven_years": _HISTORY,
    "foreclosure_date": _HISTORY,
    "foreclosure_declared": _HISTORY,
    "short_sale_date": _HISTORY,
    "short_sale_declared": _HISTORY,
    "extenuating_circumstances": "a shorter wait, in the borrower's favour",
    "arm_fixed_months": _ADJUSTABLE,
    "arm_adjustment_months": _ADJUSTABLE,
    "arm_index_rate": _ADJUSTABLE,
    "arm_margin": _ADJUSTABLE,
    "arm_first_cap": _ADJUSTABLE,
    "arm_periodic_cap": _ADJUSTABLE,
    "arm_lifetime_cap": _ADJUSTABLE,
    "finance_charges": _PRICE,
    "points_and_fees": _PRICE,
    "apor": _PRICE,
    "prepayment_penalty_months": _PRICE,
    "prepayment_penalty_percent": _PRICE,
    "officer_notes": "always empty here: only agents of the PII class read them",
    "home": _COLLATERAL,
    "borrowers": "who asks, by position",
    "owned_homes": "what other homes of the borrowers bring in or cost",
}
ALLOWED_FIELDS = {
    "CaseFile": CASE_FIELDS,
    "HomeFacts": HOME_FIELDS,
    "BorrowerFacts": BORROWER_FIELDS,
    "IncomeSource": INCOME_FIELDS,
    "Debt": DEBT_FIELDS,
    "OwnedHomeFacts": OWNED_HOME_FIELDS,
}
# Fields of a nameless case that no prompt may show: a place this narrow stands for the people who live there.
NEVER_IN_PROMPTS = frozenset(["county_fips"])


def unlisted_fields(value: Any) -> list[str]:
    """Return the fields of a case file, and of everything in it, that the list does not allow: ``HomeFacts.zip``."""
    if isinstance(value, tuple):
        return sorted({name for each in value for name in unlisted_fields(each)})
    if not is_dataclass(value):
        return []
    kind = type(value).__name__
    own = [f"{kind}.{field.name}" for field in fields(value) if field.name not in ALLOWED_FIELDS.get(kind, {})]
    return sorted({*own, *(name for field in fields(value) for name in unlisted_fields(getattr(value, field.name)))})


def protected_words(name: str) -> set[str]:
    """Return the protected words in a fact's name: ``b1_marital_status`` holds marital."""
    return set(name.lower().split("_")) & PROTECTED_WORDS
