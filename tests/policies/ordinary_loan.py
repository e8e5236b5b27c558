"""The facts of a loan without anything special, and the house's rulebook, for tests that change one thing."""

from datetime import date
from decimal import Decimal
from typing import Any

from policies.rulebook.findings import Finding
from policies.rulebook.limits import Facts
from policies.rulebook.rules import DatedRules, RuleBook

BOOK = RuleBook.load()
FIRST_DAY, DAY = date(2025, 1, 1), date(2026, 11, 2)
RULES = BOOK.on(DAY)
STEP = {"percent": "0.01", "dollars": "0.01", "months": "1", "years": "0.01", "points": "1", "count": "1"}
ORDINARY: Facts = {
    **{"program": "conventional", "purpose": "purchase", "occupancy": "primary", "units": 1, "amortization": "fixed"},
    **{"property_type": "single_family", "property_state": "OH", "high_cost_area_state": False, "county_limit": None},
    **{"term_months": 360, "loan_amount": Decimal(300000), "total_loan_amount": Decimal(300000)},
    **{"ltv": Decimal(95), "cltv": Decimal(95), "hcltv": Decimal(95)},
    **{"ltv_rounded": 95, "cltv_rounded": 95, "hcltv_rounded": 95},
    **{"front_end_dti": Decimal(20), "back_end_dti": Decimal(30), "reserves_months": Decimal(2), "credit_score": 690},
    **{"residual_income": Decimal(2000), "residual_ratio": Decimal(100), "household_size": 4},
    **{"household_region": "south", "va_use": "first", "years_employed": Decimal(5), "self_employed": False},
    **{"bankruptcy": False, "bankruptcy_chapter": None, "months_since_bankruptcy": None},
    **{"bankruptcy_ended_by": "not_stated", "several_bankruptcies": False, "extenuating_circumstances": False},
    **{"foreclosure": False, "months_since_foreclosure": None, "short_sale": False, "months_since_short_sale": None},
    **{"flood_zone": "X", "in_flood_zone": False, "flood_community_participates": True},
    **{"annual_flood_insurance": Decimal(0), "flood_coverage": None, "flood_coverage_shortfall": None},
    **{"sanctions_hit": False, "apr_spread": None, "points_and_fees_percent": None, "points_and_fees": None},
    **{"prepayment_penalty_months": None, "prepayment_penalty_percent": None, "pays_off_va_loan": None},
    **{"existing_first_balance": Decimal(0), "months_since_first_lien": None, "months_on_title": None},
    **{"contributions_percent": None, "cltv_before_contributions": 95, "financed_homes": 1},
    **{"monthly_income": Decimal(7500), "annual_income": Decimal(90000), "household_annual_income": None},
    **{"principal_and_interest": Decimal(1200), "pitia": Decimal(1500), "monthly_debts": Decimal(750)},
    **{"subordinate_payment": Decimal(0), "va_streamline": False, "qualifying_rate": Decimal(6)},
}


def findings(rules: DatedRules = RULES, /, **changes: Any) -> dict[str, Finding]:
    """Return what both groups of rules find in the ordinary loan with some facts changed, by code."""
    facts: Facts = {**ORDINARY, **changes}
    found = [each for group in ("underwriting", "compliance") for each in rules.evaluate(facts, group=group)]
    return {each.code: each for each in found}


def result(code: str, rules: DatedRules = RULES, /, **changes: Any) -> str | None:
    """Return what one rule says of the ordinary loan with some facts changed; None where it does not apply."""
    found = findings(rules, **changes).get(code)
    return None if found is None else str(found.result)
