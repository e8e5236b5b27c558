"""What the engine takes from the rulebook for the arithmetic: rates of the case, terms of the program and the day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agents.engine.charges import charges_for, terms_for
from lending.vocabulary import Program
from policies.rulebook.rules import RuleBook, RulebookError
from tests.builders_case import ada

BOOK = RuleBook.load()
RULES = BOOK.on(date(2026, 11, 2))


@pytest.mark.parametrize(
    ("program", "year_share", "gross_up", "small_debts", "higher_priced"),
    [
        (Program.CONVENTIONAL, 12, 25, None, "1.50"),
        (Program.JUMBO, 12, 25, None, "2.50"),
        (Program.FHA, 6, 15, 5, "1.50"),
        (Program.VA, 5, 25, None, "1.50"),
        (Program.USDA, 6, 25, None, "1.50"),
    ],
)
def test_a_program_s_own_term_goes_before_the_general_one(
    program: Program, year_share: int, gross_up: int, small_debts: int | None, higher_priced: str
) -> None:
    terms = terms_for(program, RULES)
    small = terms.ending_debt_income_share
    assert [terms.student_loan_year_share.value, terms.untaxed_gross_up.value] == [year_share, gross_up]
    assert [small.value if small else None, terms.higher_priced_spread.value] == [small_debts, Decimal(higher_priced)]


def test_every_term_names_its_text() -> None:
    terms = terms_for(Program.FHA, RULES)
    assert all(getattr(terms, name).citation for name in terms.__slots__)


def test_terms_of_a_day_are_worked_out_once() -> None:
    assert terms_for(Program.VA, RULES) is terms_for(Program.VA, RULES)


def test_a_rulebook_without_a_term_is_an_error_that_names_it() -> None:
    rates = {name: rate for name, rate in BOOK.rates.items() if name != "rent_share"}
    with pytest.raises(RulebookError, match="rent_share"):
        terms_for(Program.CONVENTIONAL, replace(BOOK, rates=rates).on(RULES.day))


def test_a_cut_price_moves_the_premium_into_its_next_band() -> None:
    case = ada(loan_amount=Decimal(360_000), seller_contributions=Decimal(24_000), borrower={"credit_score": 712})
    assert charges_for(case, RULES).annual_mi_percent == Decimal("0.46")
    dearer = charges_for(replace(case, seller_contributions=Decimal(27_000)), RULES)
    assert dearer.annual_mi_percent == Decimal("0.65")  # 360,000 / 397,000 is 90.68 percent
