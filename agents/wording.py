"""How facts read in a sentence: words of the house, amounts with their units, lists."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from lending.casefile import CaseFile
from lending.display import in_sentence
from lending.vocabulary import Occupancy, Program, Purpose
from policies.rulebook.findings import Finding
from policies.rulebook.rule_wording import shown

PROGRAM_WORDS = {Program.FHA: "FHA", Program.VA: "VA", Program.USDA: "USDA"}
PURPOSE_WORDS = {
    Purpose.PURCHASE: "purchase of",
    Purpose.RATE_TERM: "rate-and-term refinance of",
    Purpose.CASH_OUT: "cash-out refinance of",
}
OCCUPANCY_WORDS = {
    Occupancy.PRIMARY: "a primary residence",
    Occupancy.SECOND: "a second home",
    Occupancy.INVESTMENT: "an investment property",
}
FACT_WORDS = {
    "back_end_dti": "back-end debt-to-income",
    "front_end_dti": "front-end debt-to-income",
    "credit_score": "credit score",
    "ltv": "loan-to-value",
    "ltv_rounded": "loan-to-value",
    "cltv": "combined loan-to-value",
    "cltv_rounded": "combined loan-to-value",
    "hcltv": "combined loan-to-value with the full credit line",
    "hcltv_rounded": "combined loan-to-value with the full credit line",
    "residual_income": "residual income",
    "residual_ratio": "residual income against the table",
    "reserves_months": "reserves",
    "loan_amount": "loan amount",
    "total_loan_amount": "loan amount",
    "term_months": "term",
}


def sentence_list(pieces: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(pieces[:-1]), pieces[-1]]) if len(pieces) > 1 else "".join(pieces)


def counted(number: int, noun: str) -> str:
    """Return "1 rule" or "3 rules"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def loan_words(case: CaseFile) -> str:
    """Return the loan in half a sentence: program, purpose, occupancy, amount, term and rate as far as known."""
    words = f"{program_words(case)} {PURPOSE_WORDS[case.purpose]} {occupancy_words(case)}"
    terms = [
        shown(case.loan_amount, "dollars") if case.loan_amount is not None else "",
        f"over {case.term_months} months" if case.term_months else "",
        f"at {shown(case.note_rate, 'percent')}" if case.note_rate is not None else "",
    ]
    return f"{words}, {' '.join(filter(None, terms))}" if any(terms) else words


def finding_line(finding: Finding) -> str:
    """Return a finding's sentence with the place its limit comes from."""
    return f"{finding.message.rstrip('.')} ({finding.citation})." if finding.citation else finding.message


def occupancy_words(case: CaseFile) -> str:
    """Return what is bought as it reads inside a sentence: a primary residence, or a home of unknown use."""
    return OCCUPANCY_WORDS[case.occupancy] if case.occupancy else "a home whose use is not known"


def program_words(case: CaseFile) -> str:
    """Return the program as it reads inside a sentence: conventional, jumbo, FHA, VA or USDA."""
    return PROGRAM_WORDS.get(case.program, case.program.value)


def named(fact: str) -> str:
    """Return a fact's name as a person says it; ``b1_monthly_income`` is borrower 1's monthly income."""
    whose, _, rest = fact.partition("_")
    if re.fullmatch(r"b\d", whose):
        return f"borrower {whose[1:]}'s {in_sentence(rest)}"
    return FACT_WORDS.get(fact, in_sentence(fact))


def decimals(figures: Iterable[str]) -> set[Decimal]:
    """Return figures as written in a text, such as 1,234.50, as numbers."""
    return {Decimal(figure.replace(",", "")) for figure in figures}
