"""A rulebook in words, what two differ in, and the self-test that a draft must pass."""

from datetime import date

import pytest

from policies.rulebook.outline import Line, differences, outlines
from policies.rulebook.rules import RuleBook
from policies.rulebook.self_test import self_test

DAY = date(2026, 11, 2)
FACTS = """
program = { label = "program", kind = "text" }
back_end_dti = { label = "back-end DTI", kind = "percent" }
units = { label = "number of units", kind = "count" }
"""
RULE = """
[dti]
title = "Maximum back-end DTI"
layer = "overlay"
fact = "back_end_dti"
test = "at_most"
severity = "hard"
reason_code = "DTI_TOO_HIGH"
applies = { program = ["conventional", "jumbo"] }
values = [
  { from = 2025-01-01, limit = "45.00", cite = "Manual 4.2", mark = "V" },
  { from = 2026-01-01, cite = "Manual 4.2, rev. 2", mark = "V", rows = [
    { units = { at_least = 2 }, limit = "40.00" },
    { limit = "45.00" },
  ] },
]
"""


def book(underwriting: str = RULE) -> RuleBook:
    return RuleBook.from_texts({"facts.toml": FACTS.encode(), "underwriting.toml": underwriting.encode()})


def test_a_rule_reads_as_words_with_its_values_of_each_day() -> None:
    [rule] = outlines(book())
    assert (rule.test, rule.applies) == ("back-end DTI at most", "program conventional or jumbo")
    assert rule.programs == ("conventional", "jumbo")
    today = rule.in_force(DAY)
    assert today is not None
    assert [(line.where, line.limit) for line in today.lines] == [
        ("number of units at least 2", "40.00 percent"),
        ("every loan", "45.00 percent"),
    ]
    assert rule.in_force(date(2024, 1, 1)) is None


def test_books_differ_by_rule_and_value() -> None:
    assert differences(book(), book()) == []
    [change] = differences(book(), book(RULE.replace('"40.00"', '"38.00"').replace('"hard"', '"review"')))
    assert (change.code, change.kind) == ("dti", "changed")
    assert change.lines == (
        Line("weight", "hard", "review"),
        Line("from 2026-01-01, number of units at least 2", "40.00 percent", "38.00 percent"),
    )


def test_added_removed_and_reordered_rows_are_told_apart() -> None:
    other = RULE.replace("[dti]", "[dti_next]")
    assert [(each.code, each.kind) for each in differences(book(), book(RULE + other))] == [("dti_next", "added")]
    assert [(each.code, each.kind) for each in differences(book(RULE + other), book())] == [("dti_next", "removed")]
    rows = ['    { units = { at_least = 2 }, limit = "40.00" },\n', '    { limit = "45.00" },\n']
    [change] = differences(book(), book(RULE.replace("".join(rows), "".join(reversed(rows)))))
    assert [line.what for line in change.lines] == ["order of the rows"]


def test_comments_and_spaces_are_no_difference() -> None:
    assert differences(book(), book(f"# another comment\n{RULE}")) == []


def test_the_shipped_rulebook_passes_its_own_test() -> None:
    assert self_test(RuleBook.load().on(DAY)) == []


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ('{ limit = "45.00" }, { units = 2, limit = "40.00" }', "no loan can reach row 2"),
        ('{ units = { at_least = 2 }, limit = "40.00" }, { units = 3, limit = "39.00" }', "no loan can reach row 2"),
        ('{ units = { above = 2, below = 3 }, limit = "40.00" }', "no loan can reach row 1"),
        ('{ program = "fha", limit = "40.00" }, { limit = "45.00" }', "no loan can reach row 1"),
    ],
)
def test_a_row_that_no_loan_can_reach_is_named(rows: str, fault: str) -> None:
    text = RULE[: RULE.index("values")] + (
        f'values = [{{ from = 2025-01-01, cite = "Manual 4.2", mark = "V", rows = [{rows}] }}]'
    )
    [said] = self_test(book(text).on(DAY))
    assert said.startswith("dti: ")
    assert fault in said
