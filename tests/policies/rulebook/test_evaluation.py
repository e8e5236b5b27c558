"""Rules kept for many applications answer each one on its own facts, and ask only those of its program."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policies.rulebook.findings import Result
from policies.rulebook.limits import Facts
from policies.rulebook.rules import DatedRules, RuleBook, RulebookError

FACTS = """
program = { label = "program", kind = "text" }
back_end_dti = { label = "back-end DTI", kind = "percent" }
loan_amount = { label = "loan amount", kind = "dollars" }
"""
HEAD = """
title = "Maximum DTI"
layer = "agency"
fact = "back_end_dti"
test = "at_most"
severity = "hard"
reason_code = "DTI_TOO_HIGH"
"""
VALUE = 'values = [{ from = 2025-01-01, limit = "45", cite = "C", mark = "V" }]\n'
RULES = f"""
[of_fha]
{HEAD}applies = {{ program = "fha", loan_amount = {{ above = "floor" }} }}
{VALUE}
[of_two]
{HEAD}applies = {{ program = ["fha", "va"] }}
{VALUE}
[of_all]
{HEAD}{VALUE}
"""
RATES = """
[floor]
unit = "dollars"
values = [{ from = 2025-01-01, limit = "100", cite = "C", mark = "V" }]
"""


@pytest.fixture
def rules(tmp_path: Path) -> DatedRules:
    for name, text in (("demo", RULES), ("rates", RATES), ("facts", FACTS)):
        (tmp_path / f"{name}.toml").write_text(text)
    return RuleBook.load(tmp_path).on(date(2026, 1, 1))


def asked(rules: DatedRules, facts: Facts) -> dict[str, Result]:
    return {found.code: found.result for found in rules.evaluate(facts, group="demo")}


@pytest.mark.parametrize(
    ("program", "codes"),
    [("fha", ["of_fha", "of_two", "of_all"]), ("va", ["of_two", "of_all"]), ("jumbo", ["of_all"]), ("odd", ["of_all"])],
)
def test_rules_of_other_programs_are_not_asked(rules: DatedRules, program: str, codes: list[str]) -> None:
    facts: Facts = {"program": program, "loan_amount": Decimal(101), "back_end_dti": Decimal(45)}
    assert list(asked(rules, facts)) == codes
    assert [rule.code for rule in rules.applicable(facts, "demo")] == codes


def test_an_unknown_program_leaves_its_rules_unknown(rules: DatedRules) -> None:
    answers = asked(rules, {"loan_amount": Decimal(101), "back_end_dti": Decimal(45)})
    assert answers == {"of_fha": Result.UNKNOWN, "of_two": Result.UNKNOWN, "of_all": Result.PASSED}


def test_one_application_s_answers_do_not_reach_the_next(rules: DatedRules) -> None:
    high: Facts = {"program": "fha", "loan_amount": Decimal(101), "back_end_dti": Decimal(46)}
    low: Facts = {"program": "fha", "loan_amount": Decimal(99), "back_end_dti": Decimal(45)}
    first, second, again = asked(rules, high), asked(rules, low), asked(rules, high)
    assert set(first.values()) == {Result.FAILED}
    assert second == {"of_two": Result.PASSED, "of_all": Result.PASSED}
    assert first == again


def test_findings_do_not_share_what_they_tell_of_their_rule(rules: DatedRules) -> None:
    one, two = (rules.evaluate({"back_end_dti": Decimal(40)}, group="demo")[2] for _ in range(2))
    assert one == two
    assert one.details is not two.details


def test_a_book_answers_a_day_with_the_same_rules_and_keeps_few_days() -> None:
    book = RuleBook.load()
    first = book.on(date(2026, 1, 1))
    assert book.on(date(2026, 1, 1)) is first
    for day in range(2, 30):
        assert book.on(date(2026, 1, day)).day == date(2026, 1, day)
    assert book.on(date(2026, 1, 1)) is not first


def test_unknown_groups_and_rates_are_named(rules: DatedRules) -> None:
    with pytest.raises(RulebookError, match="no group 'x'; it has demo"):
        rules.evaluate({}, group="x")
    for ask in (lambda: rules.rate("x", {}), lambda: rules.highest("x")):
        with pytest.raises(RulebookError, match="no rate 'x'; it has floor"):
            ask()
