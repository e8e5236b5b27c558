"""What a program adds to a loan on its day, from the rulebook: fee, insurance and VA's estimates; and its terms."""

from dataclasses import MISSING, fields
from decimal import Decimal
from functools import lru_cache

from agents.engine.facts import borrower_facts, loan_facts
from lending.casefile import CaseFile
from lending.ratios import Charges, Term, Terms, loan_to_values
from lending.vocabulary import Program
from policies.rulebook.rules import DatedRules, Facts, RateQuote, RulebookError

# The rulebook's names of the fee that is financed and of the yearly premium; None: the program has none.
FEES = {Program.FHA: "fha_upfront_mip", Program.VA: "va_funding_fee", Program.USDA: "usda_guarantee_fee"}
PREMIUMS = {
    Program.CONVENTIONAL: "conventional_mi",
    Program.JUMBO: "conventional_mi",
    Program.FHA: "fha_annual_mip",
    Program.USDA: "usda_annual_fee",
}
BOOKS_KEPT = 64  # a program's terms on a day each; small, and a long run asks for few days at a time


def charges_for(case: CaseFile, rules: DatedRules) -> Charges:
    """Return the charges of a case: percent, and dollars a square foot; None where the rulebook cannot tell."""
    terms = terms_for(case.program, rules)
    facts = {**loan_facts(case), **borrower_facts(case), "ltv": loan_to_values(case, terms).ltv}
    fee, fee_citation = _quoted(FEES.get(case.program), facts, rules)
    premium, premium_citation = _quoted(PREMIUMS.get(case.program), facts, rules)
    is_va = case.program is Program.VA
    tax, _ = _quoted("residual_tax_percent", facts, rules) if is_va else (None, "")
    upkeep, _ = _quoted("residual_upkeep_per_square_foot", facts, rules) if is_va else (None, "")
    return Charges(terms, fee, fee_citation, premium, premium_citation, tax, upkeep)


@lru_cache(maxsize=BOOKS_KEPT)
def terms_for(program: Program, rules: DatedRules) -> Terms:
    """Return the terms of a program on the day of the rules, each from the rate of its name.

    A rate ``NAME_PROGRAM`` goes before ``NAME``. RulebookError where the rulebook lacks a term.
    """
    asked = {field.name: _term(field.name, program, rules) for field in fields(Terms)}
    found = {name: term for name, term in asked.items() if term is not None}
    if absent := [each.name for each in fields(Terms) if each.default is MISSING and each.name not in found]:
        raise RulebookError(f"The rulebook lacks the terms {', '.join(absent)}. Add them to terms.toml.")
    return Terms(**found)


def _term(name: str, program: Program, rules: DatedRules) -> Term | None:
    own = f"{name}_{program.value}"
    known = next((each for each in (own, name) if each in rules.rates), None)
    quote = rules.rate(known, {}) if known else None
    return Term(quote.value, quote.citation) if quote else None


def _quoted(name: str | None, facts: Facts, rules: DatedRules) -> tuple[Decimal | None, str]:
    if name is None:
        return Decimal(0), ""
    quote: RateQuote | None = rules.rate(name, facts)
    return (quote.value, quote.citation) if quote else (None, "")
