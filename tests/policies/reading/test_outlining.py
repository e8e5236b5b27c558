"""From pages to a tree of sections and to passages: where they stand, how long they are, what they hold."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.reading.outlining import Chunk, outline_of
from policies.reading.packing import MOST_CHARACTERS, TABLE_CHARACTERS
from policies.reading.pdf_text import Bookmark, Line, Page, PdfText, read_pdf

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
    return list(dict.fromkeys((chunk.page, chunk.section) for chunk in chunks_of(document)))


def chunks_of(document: PdfText) -> list[Chunk]:
    return list(outline_of(document).chunks)


@pytest.mark.parametrize(
    "heading",
    ["4.2 Maximum Back-End DTI", "§ 1026.43 Minimum standards", "II.A.5.b Credit", "B3-6-02 Ratios", "Topic 4 Income"],
)
def test_numbered_headings_open_sections(heading: str) -> None:
    assert sections(PdfText((page(1, heading, FILLER),))) == [(1, heading.removeprefix("§ "))]


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
    [first, second] = chunks_of(document)
    assert (first.page, first.section) == (1, "")
    assert (second.page, second.section) == (2, "4.2 Ratios")
    assert second.text.startswith("The lender")


def test_a_sentence_over_the_page_is_whole_on_the_second() -> None:
    document = PdfText((page(1, FILLER, "The back-end ratio must"), page(2, "not exceed 43 percent. " + FILLER)))
    [_first, second] = chunks_of(document)
    assert second.page == 2
    assert second.text.startswith("The back-end ratio must not exceed 43 percent.")


def test_long_paragraphs_are_cut_at_sentences() -> None:
    sentences = " ".join(f"Rule {n} limits the ratio to {n} percent of income under 12 U.S.C. 1701." for n in range(60))
    chunks = chunks_of(PdfText((page(1, sentences),)))
    assert all(len(chunk.text) <= MOST_CHARACTERS for chunk in chunks)
    assert all(chunk.text.startswith("Rule") and chunk.text.endswith("1701.") for chunk in chunks)
    assert " ".join(chunk.text for chunk in chunks) == sentences


def test_paragraphs_of_law_are_sections_of_their_own() -> None:
    long = "The creditor considers what it knows of the consumer, and keeps the record of it for three years. " * 2
    document = PdfText(
        (
            page(
                1,
                "§ 1026.43 Minimum standards",
                f"(c) Repayment ability—(1) General requirement. {long}",
                f"(2) Basis for determination. {long}",
                f"(i) {long}",
                f"(d) Refinancing. {long}",
            ),
        )
    )
    outline = outline_of(document)
    numbers = ["1026.43", "1026.43(c)", "1026.43(c)(1)", "1026.43(c)(2)", "1026.43(c)(2)(i)", "1026.43(d)"]
    assert [section.number for section in outline.sections] == numbers
    deepest = outline.sections[4]
    assert deepest.path == "1026.43 Minimum standards > (c) Repayment ability > (2) Basis for determination > (i)"
    assert outline.sections[deepest.parent or 0].number == "1026.43(c)(2)"


def test_the_items_of_a_short_list_share_a_passage_with_what_leads_to_it() -> None:
    document = PdfText(
        (page(1, "§ 1026.43 Rules", "(a) Scope. This does not apply to:", "(1) A reverse mortgage;", "(2) A line."),)
    )
    [chunk] = chunks_of(document)
    assert chunk.text.split("\n") == [
        "(a) Scope. This does not apply to:",
        "(1) A reverse mortgage;",
        "(2) A line.",
    ]
    assert chunk.section == "1026.43 Rules > (a) Scope"


def test_every_piece_of_a_long_table_repeats_its_header_row() -> None:
    rows = [f"{700 + n} or higher | {n}.00 percent" for n in range(60)]
    chunks = chunks_of(PdfText((page(1, "4.2 Ratios", "Score | Limit", *rows, FILLER),)))
    tables = [chunk for chunk in chunks if chunk.is_table]
    assert len(tables) > 1
    assert all(chunk.text.startswith("Score | Limit\n") and len(chunk.text) <= TABLE_CHARACTERS for chunk in tables)
    held = [row for chunk in tables for row in chunk.text.split("\n")[1:]]
    assert held == rows


def test_a_passage_knows_where_it_stands_on_its_page() -> None:
    [chunk] = chunks_of(PdfText((page(1, "4.2 Ratios", FILLER),)))
    assert chunk.boxes == ((72, 120, 540, 130.0),)


@given(st.lists(st.lists(st.text(max_size=300), max_size=6), max_size=5))
def test_any_text_gives_passages_that_fit(blocks: list[list[str]]) -> None:
    document = PdfText(tuple(page(number, *texts) for number, texts in enumerate(blocks, 1)))
    outline = outline_of(document)
    assert [chunk.ordinal for chunk in outline.chunks] == list(range(len(outline.chunks)))
    assert [section.ordinal for section in outline.sections] == list(range(len(outline.sections)))
    for chunk in outline.chunks:
        assert 0 < len(chunk.text) <= TABLE_CHARACTERS + MOST_CHARACTERS
        assert 1 <= chunk.page <= len(blocks)
        assert chunk.boxes


def test_real_regulations_keep_pages_sections_and_lose_their_footers(shared_data: Path) -> None:
    path = shared_data / "policy" / "usc_flood_insurance.pdf"
    with path.open("rb") as file:
        chunks = chunks_of(read_pdf(file, path.name))
    [found] = [chunk for chunk in chunks if "within 45 days after notification" in chunk.text]
    assert found.page == 5
    assert "> (e) Placement of flood insurance by lender" in found.section
    assert not [chunk for chunk in chunks if chunk.text.rstrip().endswith("page 5")]
