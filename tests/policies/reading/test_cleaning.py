"""Cleaning printed lines: characters, hyphens, rows, running heads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.reading.cleaning import clean_pages, clean_text, join_lines
from policies.reading.pdf_text import Line, Page


def line(text: str, top: float = 300, left: float = 72, *, size: float = 11, bold: bool = False) -> Line:
    return Line(text, 0, left, top, left + 5 * len(text), top + 12, size, bold)


def page(number: int, *lines: Line) -> Page:
    return Page(number, 792, lines)


def texts(pages: list[Page]) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in pages]


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        ("the \ufb01nancing \ufb02ow of e\ufb03cient o\ufb00ers", "the financing flow of efficient offers"),
        ("§\u20091002.2(l)\u00a0and", "§ 1002.2(l) and"),
        ("mort\u00adgage", "mortgage"),
        ("a\x00b\x07c\u200bd\u202ee\ufefff\ue000g", "abcdefg"),
        ("  two   spaces\t and\r\nlines ", "two spaces and lines"),
        ("\ud800lone", "lone"),
    ],
)
def test_characters_are_normalised(printed: str, clean: str) -> None:
    assert clean_text(printed) == clean


@given(st.text(max_size=60))
def test_clean_text_can_be_stored_and_stays_clean(text: str) -> None:
    clean = clean_text(text)
    clean.encode()
    assert "\x00" not in clean
    assert clean_text(clean) == clean


@pytest.mark.parametrize(
    ("lines", "known", "mended"),
    [
        (["the mort-", "gage is due"], set(), "the mortgage is due"),
        (["is re-", "quired by"], {"required"}, "is required by"),
        (["each co-", "borrower signs"], set(), "each co-borrower signs"),
        (["each cobor-", "rower signs"], set(), "each coborrower signs"),
        (["the loan-", "to-value ratio"], set(), "the loan-to-value ratio"),
        (["under non-", "QM rules"], set(), "under non-QM rules"),
        (["lender-", "paid costs"], {"lender", "paid"}, "lender-paid costs"),
        (["cash-", "out loans"], {"cash-out"}, "cash-out loans"),
        (["scores of 620-", "639 points"], set(), "scores of 620-639 points"),
        (["a dash -", "like this"], set(), "a dash - like this"),
        (["soft mort\u00ad", "gage"], {"mort", "gage"}, "soft mortgage"),
        (["ends with soft\u00ad"], set(), "ends with soft"),
        (["no break", "at all"], set(), "no break at all"),
    ],
)
def test_words_broken_at_line_ends_are_mended(lines: list[str], known: set[str], mended: str) -> None:
    assert join_lines(lines, frozenset(known)) == mended


def test_running_heads_and_page_numbers_go_and_the_text_stays() -> None:
    pages = [
        page(n, line(f"Manual, edition 7, page {n}", 40), line("Limits are as follows.", 300), line(f"{n}", 760))
        for n in range(1, 5)
    ]
    assert texts(clean_pages(pages)) == [["Limits are as follows."]] * 4


def test_a_sentence_repeated_inside_the_text_stays() -> None:
    pages = [page(n, line("See section 4.", 300)) for n in range(1, 5)]
    assert texts(clean_pages(pages)) == [["See section 4."]] * 4


def test_a_line_at_the_top_of_one_page_only_stays() -> None:
    pages = [page(1, line("Preface to the reader", 40)), page(2, line("Other words", 40)), page(3, line("Third", 40))]
    assert texts(clean_pages(pages)) == [["Preface to the reader"], ["Other words"], ["Third"]]


def test_table_cells_share_a_row_and_marks_join_their_item() -> None:
    cells = page(1, line("Program", 300, 72), line("Limit", 300, 300), line("•", 320, 72), line("One item", 320, 90))
    assert texts(clean_pages([cells])) == [["Program | Limit", "• One item"]]


def test_contents_lines_with_leaders_are_left_out() -> None:
    entries = page(1, line("4.2 Maximum ratio ........... 12", 300), line("Real text.", 320))
    assert texts(clean_pages([entries])) == [["Real text."]]
