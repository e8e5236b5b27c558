"""The words and whole numbers that rules list: a misspelt one would make a rule that never applies, unnoticed."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from agents.engine.facts import REGIONS
from lending.vocabulary import Amortization, Occupancy, Program, PropertyType, Purpose, VaUse
from policies.rulebook.findings import FactValue, Result
from policies.rulebook.limits import AnyOf, Conditions, DatedLimit, Facts
from policies.rulebook.rules import RuleBook

BOOK = RuleBook.load()
KNOWN: dict[str, set[str]] = {
    "program": set(Program),
    "purpose": set(Purpose),
    "occupancy": set(Occupancy),
    "property_type": set(PropertyType),
    "amortization": set(Amortization),
    "va_use": set(VaUse),
    "household_region": {*REGIONS, "south"},
    "bankruptcy_ended_by": {"discharge", "dismissal", "not_stated"},
}
LIQUIDATIONS, REPAYMENT = ("7", "11"), ("13",)  # bankruptcies that wait alike


def lists() -> Iterator[tuple[str, str, tuple[FactValue, ...]]]:
    """Yield every list of values with the rule or rate that holds it and the fact that it is about."""
    for rate in BOOK.rates.values():
        yield from ((rate.name, *each) for each in _of_rows(rate.limits))
    for rule in BOOK.rules:
        yield from ((rule.code, *each) for each in _of_rows(rule.limits))
        for conditions in (rule.applies, *rule.unless):
            yield from ((rule.code, *each) for each in _of(conditions))
        for row in (row for dated in rule.limits for row in dated.rows):
            if isinstance(row.limit, tuple):
                yield rule.code, rule.fact, row.limit


def _of_rows(limits: tuple[DatedLimit, ...]) -> Iterator[tuple[str, tuple[FactValue, ...]]]:
    for dated in limits:
        for row in dated.rows:
            yield from _of(row.where)


def _of(conditions: Conditions) -> Iterator[tuple[str, tuple[FactValue, ...]]]:
    for name, condition in conditions.items():
        if isinstance(condition, AnyOf):
            yield name, condition.values


@pytest.mark.parametrize("fact", KNOWN)
def test_every_word_is_one_that_the_fact_can_have(fact: str) -> None:
    assert {value for _, name, values in lists() if name == fact for value in values} <= KNOWN[fact]


def test_every_text_fact_that_rules_compare_has_its_words_known_here() -> None:
    compared = {name for _, name, _ in lists() if BOOK.words[name].kind == "text"}
    assert compared <= {*KNOWN, "property_state", "bankruptcy_chapter"}


def test_bankruptcies_that_wait_alike_are_listed_together() -> None:
    named = {values for _, name, values in lists() if name == "bankruptcy_chapter"}
    assert named <= {LIQUIDATIONS, REPAYMENT, (*LIQUIDATIONS, *REPAYMENT)}


@pytest.mark.parametrize("fact", ["units", "household_size"])
def test_whole_numbers_run_on_without_gap_or_repeat(fact: str) -> None:
    for name, listed, values in lists():
        numbers = [value for value in values if isinstance(value, Decimal)]
        if listed == fact and numbers:
            assert numbers == [numbers[0] + step for step in range(len(numbers))], name
            assert all(1 <= number <= 12 for number in numbers), name


def test_no_table_speaks_of_more_than_four_units() -> None:
    counts = {value for _, fact, values in lists() if fact == "units" for value in values}
    assert counts <= {Decimal(number) for number in (1, 2, 3, 4)}


def test_every_state_has_two_letters() -> None:
    states = {str(value) for _, fact, values in lists() if fact == "property_state" for value in values}
    assert all(len(state) == 2 and state.isupper() for state in states)


def test_no_two_rows_of_a_table_ask_for_the_same() -> None:
    tables = [*(rate.limits for rate in BOOK.rates.values()), *(rule.limits for rule in BOOK.rules)]
    for dated in (dated for limits in tables for dated in limits):
        asked = [repr(row.where) for row in dated.rows]
        assert len(set(asked)) == len(asked), dated.citation


@pytest.mark.parametrize(("year", "ceiling"), [(2025, 1_814_625), (2026, 1_873_675)])
def test_the_ceiling_of_one_unit_in_the_islands_and_alaska(year: int, ceiling: int) -> None:
    quote = BOOK.on(date(year, 6, 1)).rate("conforming_ceiling", {"high_cost_area_state": True, "units": 1})
    assert quote is not None
    assert quote.value == ceiling


@pytest.mark.parametrize("program", [Program.FHA, Program.VA, Program.USDA])
@pytest.mark.parametrize(("months", "passed"), [("0", True), ("0.99", True), ("-0.01", False)])
def test_a_government_loan_needs_the_funds_to_close_and_no_month_more(
    program: Program, months: str, passed: bool
) -> None:
    facts: Facts = {"program": program.value, "reserves_months": Decimal(months)}
    findings = BOOK.on(date(2026, 11, 2)).evaluate(facts, group="underwriting")
    [finding] = [found for found in findings if found.code == "government_funds_to_close"]
    assert (finding.result is Result.PASSED) is passed
