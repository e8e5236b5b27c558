"""The file as a run read it, in groups: what a reviewer looks at before the machine's view is shown."""

from typing import Any

from lending.display import fact_shown, fact_words, words
from lending.models import DecisionRun

LOAN = (
    *("program", "purpose", "occupancy", "loan_amount", "term_months", "amortization", "note_rate", "liquid_assets"),
    *("funds_to_close", "existing_first_balance", "subordinate_balance", "heloc_balance", "seller_contributions"),
    *("bankruptcy_chapter", "bankruptcy_date", "foreclosure_date", "short_sale_date", "household_size"),
)
HOME = (
    *("state", "property_type", "units", "purchase_price", "appraised_value", "annual_property_tax"),
    *("annual_hazard_insurance", "monthly_hoa", "flood_zone", "monthly_rent"),
)
BORROWER = ("credit_score", "employment", "years_employed", "monthly_income", "monthly_debts")
Group = tuple[str, list[tuple[str, str]]]


def file_facts(run: DecisionRun) -> list[Group]:
    """Return the groups of a run's stored facts with their lines; facts that nobody stated are left out."""
    facts = run.facts
    groups = [("The loan", _lines(facts, LOAN)), ("The home", _lines(facts.get("home") or {}, HOME))]
    for place, borrower in enumerate(facts.get("borrowers") or (), start=1):
        own = _lines(borrower, BORROWER)
        own += [_listed("debts", place, each) for place, each in enumerate(borrower.get("debts") or (), start=1)]
        own += [_listed("incomes", place, each) for place, each in enumerate(borrower.get("incomes") or (), start=1)]
        groups.append((f"Borrower {place}", own))
    return [(title, lines) for title, lines in groups if lines]


def _lines(facts: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(words(name), fact_shown(name, facts[name])) for name in names if facts.get(name) not in (None, "")]


def _listed(kind: str, place: int, row: dict[str, Any]) -> tuple[str, str]:
    """Return one debt or income as a line: its kind, dollars a month, and what is owed."""
    amount = fact_shown("monthly_amount", row.get("monthly_payment") or row.get("monthly_amount"))
    owed = f", {fact_shown('balance', row['balance'])} owed" if row.get("balance") else ""
    label = fact_words(f"{kind}.{place}.{row.get('kind', '')}").replace("_", " ")
    return label, f"{amount} / month{owed}"
