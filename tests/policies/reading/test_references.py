"""What a passage points to, and whether as an exception to itself."""

import pytest

from policies.reading.references import Reference, references_in


@pytest.mark.parametrize(
    ("text", "own", "wanted"),
    [
        ("See section 4.2 of this manual.", "4.1", ["4.2"]),
        ("as defined in § 1026.32(a)(1) and 12 CFR 1002.9", "1026.43(c)", ["1026.32(a)(1)", "1002.9"]),
        ("under paragraphs (b) and (c)(2) of this section", "1026.43(e)(4)", ["1026.43(b)", "1026.43(c)(2)"]),
        ("II.A.2.a and B3-6-02 differ; see chapter 6.", "", ["II.A.2.a", "B3-6-02", "6"]),
        ("in accordance with 1026.43(c)(5)", "1026.43(c)", ["1026.43(c)(5)"]),
        ("This section 4.2 lies in chapter 4.", "4.2", []),
        ("A ratio of 43 percent, 2.5 points and $1,000.", "4.2", []),
        ("paragraph (c) of this section", "4.2", ["4.2(c)"]),
    ],
)
def test_references_are_found_as_their_headings_number_them(text: str, own: str, wanted: list[str]) -> None:
    assert [each.wanted for each in references_in(text, own)] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Except as provided in section 4.9, the ratio is at most 45 percent.",
        "Notwithstanding section 4.9, a lender may",
        "other than loans described in section 4.9",
    ],
)
def test_an_exception_is_known_by_the_words_before_it(text: str) -> None:
    assert references_in(text, "4.2") == (Reference("4.9", is_exception=True),)


def test_words_of_another_sentence_make_no_exception() -> None:
    assert references_in("Except in May. See section 4.9.", "4.2") == (Reference("4.9", is_exception=False),)
