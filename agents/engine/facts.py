"""The facts that rules may ask about, by name, from the case file and its figures. None is unknown."""

from datetime import date
from decimal import Decimal

from lending.casefile import BorrowerFacts, CaseFile
from lending.housing import in_flood_zone
from lending.ratios import Ratios
from lending.valuation import loan_to_values
from lending.vocabulary import Employment, Program
from policies.areas import NO_AREAS, AreaLimits
from policies.rules import DatedRules, Facts

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
    """Return what is known of the loan and the home before any ratio is computed, LTV included."""
    home, values = case.home, loan_to_values(case)
    return {
        "program": case.program.value,
        "purpose": case.purpose.value,
        "occupancy": case.occupancy.value,
        "amortization": case.amortization and case.amortization.value,
        "term_months": case.term_months,
        "loan_amount": case.loan_amount,
        "ltv": values.ltv,
        "va_use": case.va_use and case.va_use.value,
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
    }


def county_limit(case: CaseFile, areas: AreaLimits) -> Decimal | None:
    """Return the county's limit in dollars for the program and units; None where no table of the day is loaded."""
    units = case.home.units
    return None if units is None else areas.limit("fha" if case.program is Program.FHA else "conforming", units)


def borrower_facts(case: CaseFile) -> Facts:
    """Return what the borrowers bring together: the lowest score, the shortest employment, what is past."""
    scores = [borrower.credit_score for borrower in case.borrowers]
    bankruptcy = bool(case.bankruptcy_chapter or case.bankruptcy_date)
    return {
        "credit_score": _lowest_score(scores),
        "years_employed": _shortest_employment(case.borrowers),
        "self_employed": _self_employed(case.borrowers),
        "bankruptcy": bankruptcy,
        "bankruptcy_chapter": _chapter(case.bankruptcy_chapter),
        "months_since_bankruptcy": months_between(case.bankruptcy_date, case.application_date),
        "foreclosure": case.foreclosure_date is not None,
        "months_since_foreclosure": months_between(case.foreclosure_date, case.application_date),
    }


def _ratio_facts(case: CaseFile, ratios: Ratios) -> Facts:
    values = loan_to_values(case)
    return {
        "ltv": ratios.ltv,
        "cltv": ratios.cltv,
        "hcltv": ratios.hcltv,
        "ltv_rounded": values.ltv_rounded if ratios.ltv is not None else None,
        "cltv_rounded": values.cltv_rounded if ratios.cltv is not None else None,
        "hcltv_rounded": values.hcltv_rounded if ratios.hcltv is not None else None,
        "total_loan_amount": ratios.total_loan_amount,
        "front_end_dti": ratios.front_end_dti,
        "back_end_dti": ratios.back_end_dti,
        "reserves_months": ratios.reserves_months,
        "residual_income": ratios.residual_income,
        "residual_ratio": None,
        "sanctions_hit": None,
        "apr_spread": None,  # price tests wait for a rate lock, which is not part of an application
        "points_and_fees_percent": None,
    }


def months_between(start: date | None, end: date) -> int | None:
    """Return the whole months from one day to a later one; None when the first is unknown or lies after the second."""
    if start is None or start > end:
        return None
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def household_region(case: CaseFile) -> str | None:
    """Return the VA region: the one on file if it is one of the four, else the property state's; None if unknown."""
    if case.region_residual:
        word = case.region_residual.strip().lower().replace(" ", "")
        region = REGION_WORDS.get(word, word)
        return region if region in {*REGIONS, "south"} else None
    if case.home.state is None:
        return None
    return next((region for region, states in REGIONS.items() if case.home.state in states), "south")


def _chapter(text: str | None) -> str | None:
    """Return the bare number of a bankruptcy chapter, however it was written: 7 for Ch. 7."""
    return "".join(sign for sign in text if sign.isdigit()) or text if text else None


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
