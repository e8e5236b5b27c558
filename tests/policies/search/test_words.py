"""What counts as a word in policies."""

import pytest

from policies.search.words import stem, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("§ 1026.43(c)(2)", ["1026.43(c)(2)", "1026.43(c)", "1026.43"]),
        ("4012a(b)", ["4012a(b)", "4012a"]),
        ("Selling Guide B3-6-02", ["sell", "guid", "b3-6-02"]),
        ("II.A.5.d", ["ii.a.5.d"]),
        ("ratios of 37/47", ["ratio", "37/47"]),
        ("$766,550.00 or 43%", ["766550", "43", "percent"]),
        ("a 203k loan", ["203k", "loan"]),
        ("The ﬁrst borrower’s pre-licensing classes", ["first", "borrower", "pre", "licens", "class"]),
        ("property taxes and policies", ["property", "tax", "policy"]),
        ("What is it?", []),
        ("", []),
    ],
)
def test_numbers_stay_whole_and_words_lose_case_and_endings(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    "forms",
    [
        ("qualify", "qualifies", "qualified", "qualifying"),
        ("rate", "rates", "rated", "rating"),
        ("plan", "plans", "planned", "planning"),
        ("close", "closes", "closed", "closing"),
        ("exceed", "exceeds", "exceeded", "exceeding"),
        ("guarantee", "guarantees", "guaranteed"),
        ("sell", "sells", "selling"),
        ("add", "adds", "added", "adding"),
        ("borrower", "borrowers", "borrower's"),
    ],
)
def test_the_forms_of_a_word_are_one(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mortgage", "mortgagee"),
        ("rate", "ratio"),
        ("note", "notice"),
        ("string", "str"),
        ("use", "us"),
        ("need", "ne"),
    ],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)
