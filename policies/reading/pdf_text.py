"""A PDF to its text, page by page, read in a child process that cannot hurt this one."""

import json
import os
import signal
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from policies.exceptions import (
    DamagedPdf,
    DocumentError,
    EmptyFile,
    EncryptedPdf,
    NotAPdf,
    ScannedPdf,
    TooLarge,
    TooMuchMemory,
    TooSlow,
    UnreadableFile,
)
from policies.reading.jail import MEGABYTE, OutOfTime, run_jailed

UNKNOWN_LETTER = "\ufffd"
HEADER_WITHIN = 1024  # bytes; where readers look for %PDF-
OUTPUT_FULL = 3  # the child's exit code when its answer outgrew the cap
TRAILER_WITHIN = 2048  # bytes from the end; where they look for %%EOF
REFUSALS: dict[str, type[DocumentError]] = {
    "encrypted": EncryptedPdf,
    "damaged": DamagedPdf,
    "large": TooLarge,
    "memory": TooMuchMemory,
}


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What one file may cost. ``seconds`` of wall clock and of CPU leave room in the 30 that a whole file may take."""

    seconds: int = 25
    data_mb: int = 512
    output_mb: int = 64
    file_mb: int = 100
    pages: int = 2_000
    characters: int = 10_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. Edges in points from the page's top left; ``block`` groups the lines of one paragraph."""

    text: str
    block: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, height in points, and lines in reading order."""

    number: int
    height: float
    lines: tuple[Line, ...]

    @property
    def is_readable(self) -> bool:
        """Whether the page has letters or digits, and not mostly signs for letters the font does not explain."""
        text = "".join(line.text for line in self.lines)
        return sum(char.isalnum() for char in text) > text.count(UNKNOWN_LETTER)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """One entry of the PDF's outline: depth from 1 and the page it leads to, from 1."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class PdfText:
    """Everything ingestion needs from a PDF; ``pages_without_text`` lists page numbers that gave no words."""

    pages: tuple[Page, ...]
    bookmarks: tuple[Bookmark, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def pages_without_text(self) -> tuple[int, ...]:
        return tuple(page.number for page in self.pages if not page.is_readable)


LIMITS = ReadingLimits()


def read_pdf(file: IO[bytes], name: str, limits: ReadingLimits = LIMITS) -> PdfText:
    """Return the text of an open PDF; ``name`` is what errors call it.

    Raises a DocumentError: EmptyFile, NotAPdf, EncryptedPdf, DamagedPdf, ScannedPdf, TooLarge, TooSlow, TooMuchMemory.
    Bytes that cannot be a PDF never reach the child process.
    """
    _check_bytes(file, name, limits)
    with tempfile.TemporaryFile() as answer:
        code = _run_child(file, answer, name, limits)
        answer.seek(0)
        text = _assemble(_records(answer), code, name, limits)
    _require_text(text, name)
    return text


def _check_bytes(file: IO[bytes], name: str, limits: ReadingLimits) -> None:
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise EmptyFile(name)
    if size > limits.file_mb * MEGABYTE:
        raise TooLarge(name, f"{size / MEGABYTE:,.0f} MB, at most {limits.file_mb} MB")
    file.seek(0)
    if b"%PDF-" not in file.read(HEADER_WITHIN):
        raise NotAPdf(name)
    file.seek(max(0, size - TRAILER_WITHIN))
    if b"%%EOF" not in file.read():
        raise DamagedPdf(name, "its end is missing")
    file.seek(0)


def _run_child(file: IO[bytes], answer: IO[bytes], name: str, limits: ReadingLimits) -> int:
    """Run the jailed reader to its end and return its exit code. Raises TooSlow."""
    asked = {key: getattr(limits, key) for key in ("seconds", "data_mb", "output_mb", "pages")}
    try:
        return run_jailed("policies.reading.pdf_text_child", asked, file, answer, seconds=limits.seconds)
    except OutOfTime:
        raise TooSlow(name, f"limit {limits.seconds} seconds") from None


def _records(answer: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the child's records; a last line cut off by a limit or a crash is left out."""
    for line in answer:
        if line.endswith(b"\n"):
            yield json.loads(line)


def _assemble(records: Iterator[dict[str, Any]], code: int, name: str, limits: ReadingLimits) -> PdfText:
    about: dict[str, Any] = {}
    pages: list[Page] = []
    characters = 0
    for record in records:
        if "error" in record:
            raise REFUSALS[record["error"]](name, record["detail"])
        if "end" in record:
            return PdfText(tuple(pages), _bookmarks(about), _metadata(about))
        if "about" in record:
            about = record["about"]
            continue
        page = record["page"]
        pages.append(Page(len(pages) + 1, page["height"], tuple(Line(*line) for line in page["lines"])))
        characters += sum(len(line.text) for line in pages[-1].lines)
        if characters > limits.characters:
            raise TooLarge(name, f"more than {limits.characters:,} characters of text")
    raise _unfinished(code, name, len(pages) + 1, limits)


def _unfinished(code: int, name: str, page: int, limits: ReadingLimits) -> DocumentError:
    """Say what a child that ended without a last word died of, by its exit code."""
    if code == -signal.SIGXCPU:
        return TooSlow(name, f"limit {limits.seconds} seconds")
    if code in {-signal.SIGKILL, -signal.SIGABRT}:  # the machine's own memory limit; C++ without memory
        return TooMuchMemory(name, f"limit {limits.data_mb} MB")
    if code in {OUTPUT_FULL, -signal.SIGXFSZ}:
        return TooLarge(name, f"more than {limits.output_mb} MB of text")
    if code > 0:  # a traceback: it ran short before it could say so
        return TooMuchMemory(name, f"the reader did not get going within {limits.data_mb} MB")
    return DamagedPdf(name, f"the reader stopped at page {page}")


def _bookmarks(about: dict[str, Any]) -> tuple[Bookmark, ...]:
    return tuple(Bookmark(level, title, page) for level, title, page in about["bookmarks"])


def _metadata(about: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in (about["metadata"] or {}).items() if isinstance(value, str) and value.strip()}


def _require_text(text: PdfText, name: str) -> None:
    """Refuse a file most of whose pages gave no words: its rules would silently be missing from every search."""
    blank = text.pages_without_text
    if 2 * len(blank) > len(text.pages):
        raise ScannedPdf(name, f"{len(blank)} of {len(text.pages)} pages without text")


def open_for_reading(path: Path) -> IO[bytes]:
    """Open a regular file. Raises UnreadableFile where it is gone, forbidden, a folder, a device or a link loop."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableFile(printable(path), "not a regular file")
        return path.open("rb")
    except OSError as exc:
        raise UnreadableFile(printable(path), exc.strerror or "unknown fault") from exc


def printable(path: Path | str) -> str:
    """Return a path as text that can be printed and stored, whatever bytes its name is made of."""
    return os.fsencode(path).decode(errors="replace")
