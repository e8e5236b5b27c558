"""Reading a PDF in the jailed child: text with places, and one named error per fault."""

import tempfile
from io import BytesIO
from pathlib import Path
from typing import IO

import pytest

from policies.exceptions import DamagedPdf, TooLarge, TooMuchMemory, TooSlow, UnreadableFile
from policies.reading.pdf_text import ReadingLimits, open_for_reading, read_pdf
from tests.policies.pdf_bytes import flate, good_pdf, with_contents, with_page


def opened(content: bytes) -> IO[bytes]:
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the test)
    file.write(content)
    file.flush()
    return file


def test_every_page_comes_with_its_lines_in_order() -> None:
    text = read_pdf(opened(good_pdf(3)), "manual.pdf")
    assert [page.number for page in text.pages] == [1, 2, 3]
    assert text.pages[1].lines[1].text == "2.1 Ratios of chapter 2"
    assert text.pages[1].lines[1].bold
    assert text.pages[1].lines[1].size == 14
    assert text.metadata["title"] == "Hostile Lender Manual"


def test_pages_without_words_are_named() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(BytesIO(good_pdf(2))))
    writer.add_blank_page(612, 792)
    out = BytesIO()
    writer.write(out)
    assert read_pdf(opened(out.getvalue()), "manual.pdf").pages_without_text == (3,)


def test_the_error_names_file_fault_and_next_step() -> None:
    with pytest.raises(DamagedPdf) as caught:
        read_pdf(opened(good_pdf()[:700]), "manual.pdf")
    assert str(caught.value) == (
        "manual.pdf is damaged or cut short (its end is missing). "
        "Fetch or export it again and compare its size with the original."
    )


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge, match="1 MB, at most 0 MB"):
        read_pdf(opened(good_pdf() + b"\n" * 1_000_000), "manual.pdf", ReadingLimits(file_mb=0))


def test_more_text_than_a_library_is_refused() -> None:
    with pytest.raises(TooLarge, match="more than 100 characters"):
        read_pdf(opened(good_pdf()), "manual.pdf", ReadingLimits(characters=100))


def test_a_file_that_never_ends_is_given_up_at_the_time_limit() -> None:
    words = flate(b"BT /F1 9 Tf 9 9 Td (limit) Tj ET " * 1_000_000, times=2)
    with pytest.raises(TooSlow, match="limit 2 seconds"):
        read_pdf(opened(with_contents(words)), "bomb.pdf", ReadingLimits(seconds=2))


def test_a_reader_short_of_memory_says_so() -> None:
    with pytest.raises(TooMuchMemory):
        read_pdf(opened(good_pdf()), "manual.pdf", ReadingLimits(data_mb=20))


def test_text_beyond_the_answer_limit_is_refused() -> None:
    page = with_page(b"BT /F1 1 Tf 9 9 Td (limit) Tj ET " * 3_000)
    with pytest.raises(TooLarge, match="0 MB of text"):
        read_pdf(opened(page), "manual.pdf", ReadingLimits(output_mb=0))


def test_what_is_no_readable_file_is_named(tmp_path: Path) -> None:
    loop = tmp_path / "loop.pdf"
    loop.symlink_to(loop)
    for path, fault in ((tmp_path / "gone.pdf", "No such file"), (tmp_path, "not a regular"), (loop, "symbolic links")):
        with pytest.raises(UnreadableFile, match=fault):
            open_for_reading(path)
