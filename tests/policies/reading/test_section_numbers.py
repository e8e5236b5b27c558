"""Numbers of sections: in headings, at the start of paragraphs, and under which others they lie."""

import pytest

from policies.reading.law_paragraphs import Mark, numbered_law, paragraph_numbers
from policies.reading.section_numbers import marks_at, number_in, numbers_above, title_in


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("§ 1026.43 Minimum standards", "1026.43", "Minimum standards"),
        ("§1691a. Definitions", "1691a", "Definitions"),
        ("12 CFR 1002.9 Notifications", "1002.9", "Notifications"),
        ("15 U.S.C. 1691 Scope", "1691", "Scope"),
        ("4.2 Maximum Back-End DTI", "4.2", "Maximum Back-End DTI"),
        ("II.A.5.b Manual Underwriting", "II.A.5.b", "Manual Underwriting"),
        ("II.A.5.d.vii(C) Total Fixed Payment", "II.A.5.d.vii(C)", "Total Fixed Payment"),
        ("B3-6-02 Debt-to-Income Ratios", "B3-6-02", "Debt-to-Income Ratios"),
        ("Chapter 4 Ratios", "4", "Ratios"),
        ("Topic 2 Income", "Topic 2", "Income"),
        ("Introduction", "", "Introduction"),
    ],
)
def test_a_heading_gives_its_number_and_title(heading: str, number: str, title: str) -> None:
    assert (number_in(heading), title_in(heading)) == (number, title)


@pytest.mark.parametrize(
    ("number", "above"),
    [
        ("1026.43(c)(2)", ["1026.43(c)", "1026.43", "1026"]),
        ("II.A.5.b", ["II.A.5", "II.A", "II"]),
        ("B3-6-02", ["B3-6", "B3"]),
        ("4.2.1", ["4.2", "4"]),
        ("4", []),
    ],
)
def test_a_number_lies_under_its_shorter_forms(number: str, above: list[str]) -> None:
    assert numbers_above(number) == above


def walk(number: str, marks: str) -> list[str]:
    return paragraph_numbers(number, [Mark(mark, announced=False) for mark in marks.split()])


def test_the_levels_of_a_regulation_are_letter_digit_roman_capital() -> None:
    ends = ["(a)(2)(ii)", "(a)(2)(ii)(A)", "(a)(2)(ii)(B)", "(a)(2)(iii)", "(a)(3)", "(b)"]
    assert walk("1026.43", "a 1 2 i ii A B iii 3 b")[4:] == [f"1026.43{end}" for end in ends]


def test_the_levels_of_a_statute_are_letter_digit_capital_roman() -> None:
    assert walk("4012a", "a 1 A i ii B 2 b")[2:] == [
        f"4012a{end}" for end in ("(a)(1)(A)", "(a)(1)(A)(i)", "(a)(1)(A)(ii)", "(a)(1)(B)", "(a)(2)", "(b)")
    ]


def test_letters_go_on_after_h_and_z() -> None:
    alphabet = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    assert walk("1002.2", " ".join([*alphabet, "aa", "bb"]))[-3:] == ["1002.2(z)", "1002.2(aa)", "1002.2(bb)"]
    assert walk("1002.2", "a b c d e f g h i j")[-1] == "1002.2(j)"


def test_titles_left_out_in_print_are_counted() -> None:
    assert walk("1026.43", "d 1 2 3 4 5 i ii i ii 2 i")[-4:] == [
        f"1026.43{end}" for end in ("(e)(1)(i)", "(e)(1)(ii)", "(e)(2)", "(e)(2)(i)")
    ]
    assert walk("1026.34", "a 1 2 i ii i 5")[-4:] == [
        f"1026.34(a){end}" for end in ("(3)(i)", "(3)(ii)", "(4)(i)", "(5)")
    ]


def test_a_bare_figure_is_a_paragraph_only_where_it_comes_in_turn() -> None:
    texts = [
        "§ 1002.5 Requests",
        "(a) General rules:",
        "(1) Ask.",
        "(2) Tell.",
        "3. Collect.",
        "9. Elsewhere.",
        "(b) Limits",
    ]
    found = numbered_law([(text, place == 0) for place, text in enumerate(texts)])
    assert [found[place].numbers for place in (4, 6)] == [("1002.5(a)(3)",), ("1002.5(b)",)]
    assert 5 not in found


def test_a_mark_that_cannot_come_now_moves_nothing() -> None:
    assert walk("1026.43", "a 7 q b") == ["1026.43(a)", "", "", "1026.43(b)"]


def test_numbering_that_starts_anew_lies_under_the_next_paragraph_even_if_that_was_not_printed() -> None:
    assert walk("1026.43", "b 1 2 1")[-1] == "1026.43(c)(1)"


@pytest.mark.parametrize(
    ("text", "marks", "title"),
    [
        ("(c) Repayment ability—(1) General requirement. A creditor", ["c", "1"], "Repayment ability"),
        ("(a)(1) In general. A creditor", ["a", "1"], "In general"),
        ("(i) The consumer's income, other than the value of the home;", ["i"], ""),
        ("A creditor (as defined) shall", [], ""),
    ],
)
def test_a_paragraph_gives_its_marks_and_title(text: str, marks: list[str], title: str) -> None:
    assert marks_at(text) == (marks, title)
