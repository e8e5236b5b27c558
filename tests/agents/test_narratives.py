"""The built-in writer: plain English from facts, with every figure a computed one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agents.narratives import ratio_text, rationale_text, strengths_and_weaknesses, telling_findings
from agents.state import ScoreLine
from agents.wording import counted, loan_words, named, sentence_list
from lending.ratios import Ratios
from lending.vocabulary import Outcome, Program
from policies.rulebook.findings import Finding, Result, Severity
from tests.builders_case import ada


def finding(fact: str, result: Result = Result.PASSED, margin: str | None = "5", **changes: object) -> Finding:
    """Return a hard finding on a fact."""
    plain = Finding(
        code=f"{fact}_rule",
        severity=Severity.HARD,
        result=result,
        fact=fact,
        value=Decimal(40),
        limit=Decimal(45),
        margin=None if margin is None else Decimal(margin),
        unit="percent",
        message=f"{fact} says so.",
        citation="Manual 4.2",
        source_mark="V",
        reason_code="X",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_what_did_not_pass_is_told_first_then_the_tightest_limit_of_each_figure() -> None:
    loose, tight = finding("back_end_dti", margin="10"), finding("back_end_dti", margin="2", code="tight")
    failed, unknown = finding("units", Result.FAILED, None), finding("county_limit", Result.UNKNOWN, None)
    told = telling_findings([loose, tight, unknown, failed, finding("term_months"), finding("ltv")], most=5)
    assert told == [failed, unknown, tight, finding("ltv")]


def test_notes_tell_nothing() -> None:
    assert telling_findings([finding("front_end_dti", Result.FAILED, severity=Severity.NOTE)]) == []


def test_unknown_figures_are_called_unknown() -> None:
    text = ratio_text(Ratios(*[None] * 15))  # type: ignore[arg-type]
    assert "dues is unknown." in text
    assert "None" not in text


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_headline_and_a_next_step(outcome: Outcome) -> None:
    text = rationale_text(
        ada(), outcome, findings=[finding("ltv")], hard_rules=1, confidence=Decimal(60), missing=["x"]
    )
    assert ada().number in text
    assert "\n\nNext: " in text
    assert "None" not in text


def test_a_loan_in_words() -> None:
    assert loan_words(replace(ada(), program=Program.FHA, term_months=None)).startswith("FHA purchase of a primary")
    assert loan_words(replace(ada(), loan_amount=None, term_months=None, note_rate=None)).endswith("residence")


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("back_end_dti", "back-end debt-to-income"),
        ("b2_monthly_income", "borrower 2's monthly income"),
        ("annual_property_tax", "annual property tax"),
    ],
)
def test_facts_have_names(fact: str, words: str) -> None:
    assert named(fact) == words


def test_lists_and_counts_read_as_english() -> None:
    assert [sentence_list(["a", "b", "c"][:size]) for size in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert (counted(1, "rule"), counted(2, "rule")) == ("1 rule", "2 rules")


def test_strengths_and_weaknesses_come_from_the_scorecard() -> None:
    lines = [("credit_score", "780", 25), ("back_end_dti", "44.00", 5), ("ltv", "80.00", 15), ("base", "", 25)]
    card = [ScoreLine(factor, value, Decimal(points), Decimal(25), "") for factor, value, points in lines]
    strong, weak = strengths_and_weaknesses(card)
    assert strong == ("credit score 780 (25 of 25 points)",)
    assert weak == ("back-end debt-to-income 44.00 (5 of 25 points)",)
