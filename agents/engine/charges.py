"""What a program adds to a loan on its day, from the rulebook: financed fee, mortgage insurance, VA's estimates."""

from decimal import Decimal

from agents.engine.facts import borrower_facts, loan_facts
from lending.casefile import CaseFile
from lending.ratios import Charges
from lending.vocabulary import Program
from policies.rules import DatedRules, Facts, RateQuote

# The rulebook's names of the fee that is financed and of the yearly premium; None: the program has none.
FEES = {Program.FHA: "fha_upfront_mip", Program.VA: "va_funding_fee", Program.USDA: "usda_guarantee_fee"}
PREMIUMS = {
    Program.CONVENTIONAL: "conventional_mi",
    Program.JUMBO: "conventional_mi",
    Program.FHA: "fha_annual_mip",
    Program.USDA: "usda_annual_fee",
}


def charges_for(case: CaseFile, rules: DatedRules) -> Charges:
    """Return the charges of a case: percent, and dollars a square foot; None where the rulebook cannot tell."""
    facts = {**loan_facts(case), **borrower_facts(case)}
    fee, fee_citation = _quoted(FEES.get(case.program), facts, rules)
    premium, premium_citation = _quoted(PREMIUMS.get(case.program), facts, rules)
    is_va = case.program is Program.VA
    tax, _ = _quoted("residual_tax_percent", facts, rules) if is_va else (None, "")
    upkeep, _ = _quoted("residual_upkeep_per_square_foot", facts, rules) if is_va else (None, "")
    return Charges(fee, fee_citation, premium, premium_citation, tax, upkeep)


def _quoted(name: str | None, facts: Facts, rules: DatedRules) -> tuple[Decimal | None, str]:
    if name is None:
        return Decimal(0), ""
    quote: RateQuote | None = rules.rate(name, facts)
    return (quote.value, quote.citation) if quote else (None, "")
