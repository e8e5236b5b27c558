"""The facts that rules may ask about, by name, from the case file and its figures. None is unknown."""

from decimal import Decimal

from agents.engine.credit_history import credit_history, months_between
from lending.casefile import BorrowerFacts, CaseFile
from lending.housing import in_flood_zone
from lending.ratios import Ratios
from lending.reserves import financed_homes
from lending.rounding import agency_rounded, percent_of, two_places
from lending.valuation import original_value
from lending.vocabulary import Employment, Program, Purpose
from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.rulebook.rules import DatedRules, Facts

HIGH_COST_STATES = {"AK", "HI", "GU", "VI"}  # where the national limits start higher (FHFA)
WORKING = (Employment.EMPLOYED, Employment.SELF_EMPLOYED, None)
# VA Pamphlet 26-7 chapter 4: the states of each region of the residual-income table; every other one is the South.
NORTHEAST = frozenset(["CT", "ME", "MA", "NH", "NJ", "NY", "PA", "RI", "VT"])
MIDWEST = frozenset(["IL", "IN", "IA", "KS", "MI", "MN", "MO", "NE", "ND", "OH", "SD", "WI"])
WEST = frozenset(["AK", "AZ", "CA", "CO", "HI", "ID", "MT", "NV", "NM", "OR", "UT", "WA", "WY"])
REGIONS = {"northeast": NORTHEAST, "midwest": MIDWEST, "west": WEST}
REGION_WORDS = {"ne": "northeast", "mw": "midwest", "s": "south", "w": "west"}


def case_facts(case: CaseFile, ratios: Ratios, areas: AreaLimits = NO_AREAS) -> Facts:
    """Return every fact of a case: percent, dollars, months, years, points or words.

    The rounded loan-to-values are in whole percent; they are unknown where the figure itself is. ``residual_ratio`` and
    ``sanctions_hit`` need more than the case and stay unknown here: see ``with_residual_ratio`` and compliance.
    """
    area = {"county_limit": county_limit(case, areas)}
    return {**loan_facts(case), **borrower_facts(case), **_ratio_facts(case, ratios), **area}


def with_residual_ratio(facts: Facts, rules: DatedRules) -> Facts:
    """Return the facts with VA residual income in percent of what the table requires; None where either is unknown."""
    residual, required = facts.get("residual_income"), None
    if isinstance(residual, Decimal):
        required = rules.rate("va_residual_income", facts)
    ratio = residual * 100 / required.value if isinstance(residual, Decimal) and required else None
    return {**facts, "residual_ratio": None if ratio is None else ratio.quantize(Decimal("0.01"))}


def loan_facts(case: CaseFile) -> Facts:
    """Return what is known of the loan and the home before any ratio is computed."""
    home = case.home
    return {
        "program": case.program.value,
        "purpose": case.purpose.value,
        "occupancy": case.occupancy and case.occupancy.value,
        "amortization": case.amortization and case.amortization.value,
        "term_months": case.term_months,
        "loan_amount": case.loan_amount,
        "va_use": case.va_use and case.va_use.value,
        "va_streamline": _va_streamline(case),
        "pays_off_va_loan": case.pays_off_va_loan,
        "existing_first_balance": case.existing_first_balance,
        "months_since_first_lien": months_between(case.first_lien_date, case.application_date),
        "months_on_title": months_between(case.title_date, case.application_date),
        "household_annual_income": case.household_annual_income,
        "financed_homes": financed_homes(case),
        "subordinate_payment": case.subordinate_payment,
        "household_size": case.household_size,
        "household_region": household_region(case),
        "units": home.units,
        "property_type": home.property_type and home.property_type.value,
        "property_state": home.state,
        "high_cost_area_state": None if home.state is None else home.state in HIGH_COST_STATES,
        "flood_zone": home.flood_zone,
        "in_flood_zone": in_flood_zone(home.flood_zone),
        "flood_community_participates": home.flood_community_participates,
        "annual_flood_insurance": home.annual_flood_insurance,
        "flood_coverage": home.flood_coverage,
        **_contributions(case),
        **_prepayment(case),
    }


def _va_streamline(case: CaseFile) -> bool:
    """Return whether a loan asks for VA's streamline terms: VA knows no other refinance that takes out no cash."""
    is_va = case.program is Program.VA and case.purpose is Purpose.RATE_TERM
    return is_va and case.pays_off_va_loan is not False


def county_limit(case: CaseFile, areas: AreaLimits) -> Decimal | None:
    """Return the county's limit in dollars for the program and units; None where no table of the day is loaded."""
    units = case.home.units
    return None if units is None else areas.limit("fha" if case.program is Program.FHA else "conforming", units)


def borrower_facts(case: CaseFile) -> Facts:
    """Return what the borrowers bring together: the lowest score, the shortest employment, what is past."""
    scores = [borrower.credit_score for borrower in case.borrowers]
    return {
        "credit_score": _lowest_score(scores),
        "years_employed": _shortest_employment(case.borrowers),
        "self_employed": _self_employed(case.borrowers),
        **credit_history(case),
    }


def _ratio_facts(case: CaseFile, ratios: Ratios) -> Facts:
    return {
        "ltv": ratios.ltv,
        "cltv": ratios.cltv,
        "hcltv": ratios.hcltv,
        "ltv_rounded": ratios.ltv_rounded if ratios.ltv is not None else None,
        "cltv_rounded": ratios.cltv_rounded if ratios.cltv is not None else None,
        "hcltv_rounded": ratios.hcltv_rounded if ratios.hcltv is not None else None,
        "total_loan_amount": ratios.total_loan_amount,
        "qualifying_rate": ratios.qualifying_rate,
        "principal_and_interest": ratios.principal_and_interest,
        "pitia": ratios.pitia,
        "monthly_income": ratios.monthly_income,
        "annual_income": None if ratios.monthly_income is None else ratios.monthly_income * 12,
        "monthly_debts": ratios.monthly_debts,
        "front_end_dti": ratios.front_end_dti,
        "back_end_dti": ratios.back_end_dti,
        "reserves_months": ratios.reserves_months,
        "residual_income": ratios.residual_income,
        "residual_ratio": None,
        "sanctions_hit": None,
        "apr_spread": ratios.apr_spread,
        "points_and_fees": case.points_and_fees,
        "points_and_fees_percent": ratios.points_and_fees_percent,
        "flood_coverage_shortfall": _flood_coverage_shortfall(case, ratios.total_loan_amount),
    }


def _contributions(case: CaseFile) -> Facts:
    """Return what interested parties pay on a purchase, in percent of the lower of price and value.

    With it the CLTV, in whole percent, on that value before contributions cut it: their maximum hangs on it.
    """
    value, paid = original_value(case), case.seller_contributions
    owed = [case.loan_amount, case.subordinate_balance, case.heloc_balance]
    liens = [amount for amount in owed if amount is not None]
    whole = value is not None and len(liens) == len(owed)
    known = case.purpose is Purpose.PURCHASE and value is not None and paid is not None
    return {
        "contributions_percent": two_places(percent_of(paid, value)) if known and paid is not None and value else None,
        "cltv_before_contributions": agency_rounded(percent_of(sum(liens, Decimal(0)), value))
        if whole and value
        else None,
    }


def _prepayment(case: CaseFile) -> Facts:
    """Return the months and percent of a prepayment penalty; where none is owed at any time it is zero percent."""
    months, share = case.prepayment_penalty_months, case.prepayment_penalty_percent
    return {
        "prepayment_penalty_months": months,
        "prepayment_penalty_percent": Decimal(0) if months == 0 else share,
    }


def _flood_coverage_shortfall(case: CaseFile, loan: Decimal | None) -> Decimal | None:
    """Return the dollars that flood insurance lacks to the lower of replacement cost and total loan; 0 is enough."""
    coverage, cost = case.home.flood_coverage, case.home.replacement_cost
    if coverage is None:
        return None
    if any(enough is not None and coverage >= enough for enough in (loan, cost)):
        return Decimal(0)
    return None if loan is None or cost is None else min(loan, cost) - coverage


def household_region(case: CaseFile) -> str | None:
    """Return the VA region: the one on file if it is one of the four, else the property state's; None if unknown."""
    if case.region_residual:
        word = case.region_residual.strip().lower().replace(" ", "")
        region = REGION_WORDS.get(word, word)
        return region if region in {*REGIONS, "south"} else None
    if case.home.state is None:
        return None
    return next((region for region, states in REGIONS.items() if case.home.state in states), "south")


def _lowest_score(scores: list[int | None]) -> int | None:
    known = [score for score in scores if score is not None]
    return min(known) if scores and len(known) == len(scores) else None


def _shortest_employment(borrowers: tuple[BorrowerFacts, ...]) -> Decimal | None:
    """Return the fewest years in work among those who work; a pension's history is not measured in years employed."""
    working = [borrower for borrower in borrowers if borrower.employment in WORKING] or list(borrowers)
    known = [borrower.years_employed for borrower in working if borrower.years_employed is not None]
    return min(known) if working and len(known) == len(working) else None


def _self_employed(borrowers: tuple[BorrowerFacts, ...]) -> bool | None:
    kinds = [borrower.employment for borrower in borrowers]
    if Employment.SELF_EMPLOYED in kinds:
        return True
    return None if None in kinds or not kinds else False
