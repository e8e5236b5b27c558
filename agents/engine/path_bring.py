"""Which facts on file are missing behind the findings that could not be told. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from agents.wording import named
from lending.casefile import CaseFile
from lending.vocabulary import Amortization, Program, Purpose
from policies.rulebook.findings import Finding
from policies.rulebook.limits import FactWord

VALUE = ("loan_amount", "appraised_value", "purchase_price")
LIENS = ("subordinate_balance", "heloc_balance", "heloc_limit")
ARM = ("arm_fixed_months", "arm_index_rate", "arm_margin", "arm_first_cap", "arm_periodic_cap", "arm_lifetime_cap")
HOUSING = (
    *("note_rate", "term_months", "annual_property_tax", "annual_hazard_insurance", "monthly_hoa"),
    *("subordinate_payment", "flood_zone", "va_use", *ARM),
)
# What a fact of the rules is worked out from, by the names of the file; one that is on file is not asked for again.
BEHIND: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("ltv", "ltv_rounded"), VALUE),
    **dict.fromkeys(("cltv", "cltv_rounded", "hcltv", "hcltv_rounded", "cltv_before_contributions"), (*VALUE, *LIENS)),
    "contributions_percent": ("seller_contributions", *VALUE),
    "reserves_months": ("liquid_assets", "funds_to_close", *HOUSING),
    **dict.fromkeys(("residual_income", "residual_ratio"), ("square_feet", "household_size", *HOUSING)),
    "total_loan_amount": ("loan_amount", "va_use"),
    "qualifying_rate": ("note_rate", *ARM),
    **dict.fromkeys(("monthly_income", "annual_income", "monthly_debts"), ()),
    "months_since_bankruptcy": ("bankruptcy_date",),
    "bankruptcy_ended_by": ("bankruptcy_dismissed",),
    "several_bankruptcies": ("bankruptcies_in_seven_years",),
    **dict.fromkeys(("foreclosure", "months_since_foreclosure"), ("foreclosure_date",)),
    **dict.fromkeys(("short_sale", "months_since_short_sale"), ("short_sale_date",)),
    "months_since_first_lien": ("first_lien_date",),
    "months_on_title": ("title_date",),
    "in_flood_zone": ("flood_zone",),
    "flood_coverage_shortfall": ("flood_coverage", "replacement_cost"),
    **dict.fromkeys(("high_cost_area_state", "property_state", "household_region"), ("state",)),
    "apr_spread": ("finance_charges", "apor"),
    "points_and_fees_percent": ("points_and_fees",),
    **dict.fromkeys(("front_end_dti", "back_end_dti", "pitia", "principal_and_interest"), HOUSING),
}
OF_THE_PAYMENT = ("front_end_dti", "back_end_dti", "pitia", "reserves_months", "residual_income", "residual_ratio")
OUTSIDE = {
    "sanctions_hit": "the answer of sanctions screening",
    "county_limit": "the county's loan limit",
    "financed_homes": "what is owed on the borrowers' other homes",
    "self_employed": "the kind of employment",
}


def facts_to_bring(case: CaseFile, unknown: Sequence[Finding], words: Mapping[str, FactWord]) -> tuple[str, ...]:
    """Return in words, each once, the facts that ``unknown`` findings wait for and that the file does not hold.

    ``words`` are the rulebook's own for its facts. Empty where a finding is unknown for another reason, such as a rate
    card without a row for so high a loan.
    """
    names = [str(name) for found in unknown for name in found.details.get("missing", ())]
    return tuple(dict.fromkeys(word for name in names for word in _words(case, name, words)))


def _words(case: CaseFile, name: str, words: Mapping[str, FactWord]) -> Iterator[str]:
    if name in OUTSIDE:
        yield OUTSIDE[name]
    elif name in BEHIND:
        yield from (_label(part, words) for part in _absent(case, BEHIND[name]))
        if name in OF_THE_PAYMENT or name == "monthly_debts":
            yield from _people_facts(case)
    else:
        yield _label(name, words)


def _label(name: str, words: Mapping[str, FactWord]) -> str:
    return words[name].label if name in words else named(name)


def _absent(case: CaseFile, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        holder = case if hasattr(case, name) else case.home
        if getattr(holder, name) is None and _is_asked(case, name):
            yield name


def _is_asked(case: CaseFile, name: str) -> bool:
    if name in ARM:
        return case.amortization is Amortization.ARM
    if name == "va_use":
        return case.program is Program.VA
    return name != "purchase_price" or case.purpose is Purpose.PURCHASE


def _people_facts(case: CaseFile) -> Iterator[str]:
    """Yield what the premium of mortgage insurance and the debts need of the borrowers."""
    for person in case.borrowers:
        if person.credit_score is None:
            yield "credit score"
        if any(debt.monthly_payment is None and debt.balance is None for debt in person.debts):
            yield f"the payments of borrower {person.position}'s debts"
