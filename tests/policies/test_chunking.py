"""From pages to passages: sections, pages, sizes, overlap."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.chunking import CHUNK_CHARACTERS, OVERLAP_CHARACTERS, chunk_document
from policies.reading import Bookmark, Line, Page, PdfText, read_pdf

FILLER = "The lender documents the income of each borrower and keeps what it relied on. " * 2


def page(number: int, *blocks: str | tuple[str, float, bool]) -> Page:
    """Return a page of one-line blocks; a heading is a tuple of text, size and bold."""
    lines = []
    for place, block in enumerate(blocks):
        text, size, bold = block if isinstance(block, tuple) else (block, 10.0, False)
        top = 100 + 20 * place
        lines.append(Line(text, place, 72, top, 540, top + size, size, bold))
    return Page(number, 792, tuple(lines))


def sections(document: PdfText) -> list[tuple[int, str]]:
    return [(chunk.page, chunk.section) for chunk in chunk_document(document)]


@pytest.mark.parametrize(
    "heading",
    ["4.2 Maximum Back-End DTI", "§ 1026.43 Minimum standards", "II.A.5.b Credit", "B3-6-02 Ratios", "Topic 4 Income"],
)
def test_numbered_headings_open_sections(heading: str) -> None:
    assert sections(PdfText((page(1, heading, FILLER),))) == [(1, heading)]


def test_a_sentence_that_names_a_section_is_no_heading() -> None:
    document = PdfText((page(1, "§ 1026.43(c)(2) applies to the creditor;", FILLER),))
    assert sections(document) == [(1, "")]


def test_headings_are_known_by_their_looks() -> None:
    document = PdfText((page(1, ("Reserves", 14.0, True), FILLER), page(2, FILLER)))
    assert sections(document) == [(1, "Reserves"), (2, "Reserves")]


def test_bookmarks_are_put_where_their_title_is_printed() -> None:
    document = PdfText(
        (page(1, "Purpose", FILLER, "Scope of", "the rules", FILLER),),
        (Bookmark(1, "1 Purpose", 1), Bookmark(1, "Purpose", 1), Bookmark(1, "Scope of the rules", 1)),
    )
    assert sections(document) == [(1, "Purpose"), (1, "Scope of the rules")]


def test_a_bookmark_without_a_number_is_named_after_the_one_above() -> None:
    document = PdfText(
        (page(1, "4.2 Ratios", FILLER, "Definition", FILLER),),
        (Bookmark(1, "4.2 Ratios", 1), Bookmark(2, "Definition", 1)),
    )
    assert sections(document) == [(1, "4.2 Ratios"), (1, "4.2 Ratios > Definition")]


def test_a_bookmark_not_printed_starts_at_the_top_of_its_page() -> None:
    document = PdfText((page(1, FILLER), page(2, FILLER)), (Bookmark(1, "Appendix A", 2),))
    assert sections(document) == [(1, ""), (2, "Appendix A")]


def test_a_heading_at_the_foot_of_a_page_goes_with_its_text() -> None:
    document = PdfText((page(1, FILLER, ("4.2 Ratios", 14.0, True)), page(2, FILLER)))
    [first, second] = chunk_document(document)
    assert (first.page, first.section) == (1, "")
    assert (second.page, second.section) == (2, "4.2 Ratios")
    assert second.text.startswith("4.2 Ratios\nThe lender")


def test_a_sentence_over_the_page_is_whole_on_the_second() -> None:
    document = PdfText((page(1, FILLER, "The back-end ratio must"), page(2, "not exceed 43 percent. " + FILLER)))
    [_first, second] = chunk_document(document)
    assert second.page == 2
    assert second.text.startswith("The back-end ratio must not exceed 43 percent.")


def test_a_heading_stays_with_a_first_paragraph_that_fills_a_chunk() -> None:
    document = PdfText((page(1, ("4.2 Ratios", 14.0, True), "word " * 190),))
    assert chunk_document(document)[0].text.startswith("4.2 Ratios\nword word")


def test_long_sections_are_cut_at_sentences_with_overlap() -> None:
    sentences = " ".join(f"Rule {n} limits the ratio to {n} percent of income under 12 U.S.C. 1701." for n in range(60))
    chunks = chunk_document(PdfText((page(1, sentences),)))
    assert all(len(chunk.text) <= CHUNK_CHARACTERS for chunk in chunks)
    assert all(chunk.text.startswith("Rule") and chunk.text.endswith("1701.") for chunk in chunks)
    for before, after in pairwise(chunks):
        shared = next(n for n in range(OVERLAP_CHARACTERS, 0, -1) if before.text.endswith(after.text[:n]))
        assert shared > 50


@given(st.lists(st.lists(st.text(max_size=300), max_size=6), max_size=5))
def test_any_text_gives_passages_that_fit(blocks: list[list[str]]) -> None:
    document = PdfText(tuple(page(number, *texts) for number, texts in enumerate(blocks, 1)))
    chunks = chunk_document(document)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert all(0 < len(chunk.text) <= CHUNK_CHARACTERS and 1 <= chunk.page <= len(blocks) for chunk in chunks)


def test_real_regulations_keep_pages_sections_and_lose_their_footers(shared_data: Path) -> None:
    path = shared_data / "policy" / "usc_flood_insurance.pdf"
    with path.open("rb") as file:
        chunks = chunk_document(read_pdf(file, path.name))
    [found] = [chunk for chunk in chunks if "within 45 days after notification" in chunk.text]
    assert found.page == 5
    assert found.section.endswith("> (e) Placement of flood insurance by lender")
    assert not [chunk for chunk in chunks if chunk.text.rstrip().endswith("page 5")]
