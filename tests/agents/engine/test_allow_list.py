"""What may be weighed is on a published list; what the law protects cannot reach a rule, a score or a prompt."""

from dataclasses import fields, make_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agents.context import PII_AGENTS
from agents.engine import allowed_facts as listed
from agents.engine.assessment import assess
from agents.engine.facts import case_facts, with_residual_ratio
from agents.engine.scorecard import BASE, PREFIX
from agents.prompts import contract_of, prompt_names
from lending import casefile
from lending.casefile import CaseFile, Debt, HomeFacts, IncomeSource, OwnedHomeFacts
from lending.vocabulary import IncomeKind, LiabilityKind, Occupancy, Program
from policies.allowed_facts import RULES, SCORECARD, allowed_facts, refuse_unlisted
from policies.loan_limits.areas import AreaLimits
from policies.rulebook.limits import AnyOf, Between, Conditions
from policies.rulebook.rules import FOLDER, RuleBook, RulebookError
from tests.agents.a_run import context, gateway, run
from tests.builders_case import ada
from tests.model_server import ModelServer, helpful

BOOK = RuleBook.load()
RULES_TODAY = BOOK.on(date(2026, 11, 2))
AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit")
PROTECTED_FACTS = ("race", "sex", "marital_status", "age", "birth_date", "religion", "national_origin", "property_zip")
# Words that stand nowhere else, so that a prompt that holds one holds the borrower's.
CANARIES: dict[str, Any] = {
    "first_name": "Xiomara",
    "last_name": "Quetzalcoatl",
    "employer": "Zephyr Nunnery",
    "state": "PW",
    "borrower_id": "7f3c9a54-canary",
}
BIRTH_DATE = date(1957, 3, 9)
COUNTY = "39049"
NOTES = "The widow of Xiomaro, a Hispanic woman of 69, lives at 12 Quince Lane, 43215."


def shipped_texts() -> dict[str, str]:
    return {path.name: path.read_text() for path in FOLDER.glob("*.toml")}


def a_book_with(tmp_path: Path, file: str, more: str) -> None:
    """Read the shipped rulebook with some lines more in one of its files."""
    for name, text in shipped_texts().items():
        (tmp_path / name).write_text(text + (more if name == file else ""))
    RuleBook.load(tmp_path)


def canary() -> CaseFile:
    """Return an approvable case of a borrower whose every personal detail is a word of its own."""
    [person] = ada().borrowers
    assert person.identity
    identity = replace(person.identity, **CANARIES, birth_date=BIRTH_DATE)
    return replace(ada(), borrowers=(replace(person, identity=identity),), officer_notes=NOTES)


# ---------------------------------------------------------------- the lists themselves


def test_the_shipped_rulebook_knows_only_listed_facts() -> None:
    assert set(BOOK.words) <= set(allowed_facts())
    refuse_unlisted(BOOK.words, BOOK.rates)


def test_every_fact_of_a_case_is_listed_and_every_listed_fact_is_a_fact_of_a_case() -> None:
    facts = with_residual_ratio(case_facts(ada(), assess(ada(), RULES_TODAY).ratios), RULES_TODAY)
    assert set(facts) == set(allowed_facts())


def test_every_listed_fact_has_a_reason_and_a_use() -> None:
    for name, fact in allowed_facts().items():
        assert len(fact.why) > 10, name
        assert fact.uses, name
        assert fact.uses <= {RULES, SCORECARD}, name


@pytest.mark.parametrize(
    "name", [*allowed_facts(), *(name for kind in listed.ALLOWED_FIELDS.values() for name in kind)]
)
def test_no_listed_name_is_a_protected_trait(name: str) -> None:
    assert not listed.protected_words(name)


@pytest.mark.parametrize("name", PROTECTED_FACTS)
def test_the_protected_words_catch_the_usual_names(name: str) -> None:
    assert listed.protected_words(name)
    assert name not in allowed_facts()


# ---------------------------------------------------------------- rules and scorecard


@pytest.mark.parametrize("name", PROTECTED_FACTS)
def test_a_rulebook_that_knows_a_protected_fact_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RulebookError, match=f"the fact '{name}' may not reach rules"):
        a_book_with(tmp_path, "facts.toml", f'\n{name} = {{ label = "trait", kind = "text" }}\n')


RULE = """
[unmarried]
title = "Unmarried borrowers"
layer = "overlay"
fact = "marital_status"
test = "none_of"
severity = "note"
reason_code = "OTHER"
values = [{ from = 2025-01-01, limit = ["unmarried"], cite = "Manual 1", mark = "U" }]
"""


def test_a_rule_on_a_fact_that_the_rulebook_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="unknown fact 'marital_status'"):
        a_book_with(tmp_path, "underwriting.toml", RULE)


@pytest.mark.parametrize("name", ["county_limit", "property_state", "household_size", "household_region", "flood_zone"])
def test_where_people_live_and_how_many_earns_no_points(tmp_path: Path, name: str) -> None:
    kind, value = BOOK.words[name].kind, '["OH"]' if BOOK.words[name].kind == "text" else "{ at_least = 1 }"
    assert kind != "flag"
    table = (
        '\n[points_place]\nunit = "points"\nvalues = [{ from = 2025-01-01, cite = "Manual 1", mark = "U", '
        f'rows = [{{ {name} = {value}, limit = "5" }}] }}]\n'
    )
    with pytest.raises(RulebookError, match=rf"\[points_place\]: the fact '{name}' may not reach the scorecard"):
        a_book_with(tmp_path, "scorecard.toml", table)


def test_every_factor_of_the_scorecard_is_listed_for_it() -> None:
    factors = {name.removeprefix(PREFIX) for name in BOOK.rates if name.startswith(PREFIX)} - {BASE}
    assert factors
    assert all(SCORECARD in allowed_facts()[factor].uses for factor in factors)


def test_a_county_reaches_rules_only_through_its_loan_limits() -> None:
    areas = AreaLimits({1: Decimal(900_000)}, {1: Decimal(600_000)})
    for program in Program:
        here = assess(ada(program=program), RULES_TODAY, areas=areas)
        there = assess(ada(program=program, home={"county_fips": "06037"}), RULES_TODAY, areas=areas)
        assert (here.facts, here.findings, here.scorecard) == (there.facts, there.findings, there.scorecard)
        assert here.facts["county_limit"] == (600_000 if program is Program.FHA else 900_000)


def test_household_size_is_weighed_only_by_the_income_tables_of_va_and_usda() -> None:
    rates = {name: rate for name, rate in BOOK.rates.items() if _names(rate.limits, "household_size")}
    rules = [rule for rule in BOOK.rules if "household_size" in {rule.fact, *rule.applies} or _names(rule.limits)]
    assert all(name.startswith(("va_residual", "usda_")) for name in rates)
    assert all(rule.code.startswith(("va_residual", "usda_")) for rule in rules)


def _names(limits: Any, fact: str = "household_size") -> bool:
    tables: list[Conditions] = [row.where for limit in limits for row in limit.rows]
    return any(fact in table for table in tables)


def test_conditions_name_facts_by_known_kinds_only() -> None:
    named = {name for rule in BOOK.rules for table in (rule.applies, *rule.unless) for name in table}
    assert named <= set(allowed_facts())
    shapes = {type(condition) for rule in BOOK.rules for condition in rule.applies.values()}
    assert shapes <= {AnyOf, Between}


# ---------------------------------------------------------------- the case file


def full_case() -> CaseFile:
    """Return a case that holds one of everything a case can hold."""
    income = IncomeSource(IncomeKind.SOCIAL_SECURITY, Decimal(900), nontaxable=True)
    owned = OwnedHomeFacts(Occupancy.INVESTMENT, Decimal(900), Decimal(700), Decimal(90_000), sold_by_closing=False)
    owed = Debt(LiabilityKind.OTHER, Decimal(10), None, None, paid_off_at_closing=False)
    return ada(borrower={"incomes": (income,), "debts": (owed,)}, owned_homes=(owned,))


def test_a_nameless_case_holds_only_listed_fields() -> None:
    nameless = full_case().without_personal_data()
    assert listed.unlisted_fields(nameless) == []
    assert nameless.officer_notes is None
    assert all(person.identity is None for person in nameless.borrowers)


def test_the_list_names_no_field_that_is_gone() -> None:
    for kind, allowed in listed.ALLOWED_FIELDS.items():
        assert {field.name for field in fields(getattr(casefile, kind))} == set(allowed), kind


@pytest.mark.parametrize("field", ["marital_status", "property_zip", "anything_new"])
def test_a_field_that_nobody_allowed_is_found(field: str) -> None:
    wider = make_dataclass("HomeFacts", [(field, str, "x")], bases=(HomeFacts,), frozen=True)
    home = wider(*(getattr(ada().home, each.name) for each in fields(HomeFacts)))
    assert listed.unlisted_fields(replace(ada().without_personal_data(), home=home)) == [f"HomeFacts.{field}"]


def test_a_case_that_still_names_its_borrower_is_found() -> None:
    assert "Identity.birth_date" in listed.unlisted_fields(ada())


# ---------------------------------------------------------------- prompts


async def prompts(case: CaseFile) -> dict[str, str]:
    """Return everything that models are sent on a case, by the task they are given."""
    with ModelServer(helpful) as server:
        models = gateway(dict.fromkeys(AGENTS, "compatible/scripted"), address=server.address)
        conclusion, _ = await run(case, context(models=models))
    assert conclusion.errors == []
    sent: dict[str, str] = {}
    for orders, material in ([message["content"] for message in body["messages"]] for body in server.requests):
        [task] = [name for name in prompt_names() if contract_of(name).text in orders]
        sent[task] = f"{sent.get(task, '')}\n{material}"
    return sent


async def test_no_prompt_holds_who_the_borrower_is_and_another_borrower_gives_the_same_prompts() -> None:
    sent = await prompts(canary())
    assert set(sent) == set(prompt_names()) - {"explain", "judge"}  # which are asked of stored decisions and of manuals
    personal = [*CANARIES.values(), BIRTH_DATE.isoformat(), str(BIRTH_DATE.year), COUNTY]
    for task, text in sent.items():
        assert [word for word in personal if word in text.replace(NOTES, "")] == [], task
        assert (NOTES in text) is (task == "intake"), task
    assert sent == await prompts(replace(ada(), officer_notes=NOTES))


def test_officers_notes_are_the_one_text_that_may_say_more_and_only_personal_data_agents_read_it() -> None:
    assert canary().without_personal_data().officer_notes is None
    assert frozenset({"intake", "compliance", "audit"}) == PII_AGENTS


@pytest.mark.parametrize("field", sorted(listed.NEVER_IN_PROMPTS))
def test_a_place_too_narrow_for_a_prompt_is_no_fact_either(field: str) -> None:
    assert field in listed.HOME_FIELDS
    assert field not in allowed_facts()
