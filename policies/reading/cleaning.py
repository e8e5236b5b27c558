"""Printed lines to clean ones: characters normalised, rows joined, running heads removed, hyphens mended. Pure."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from policies.reading.pdf_text import Line, Page

SOFT_HYPHEN = "\u00ad"
BAND = 0.10  # share of the page's height, at top and bottom, in which running heads and feet stand
GRID = 4  # points; a running line stands at the same height on every page, give or take this
CELL_GAP = 0.8  # of the type size; a wider gap on one line separates the cells of a table
PAGE_NUMBER = re.compile(r"[-–— ]*(page )?#([ -]?(of|/) ?#)?[-–— ]*", re.IGNORECASE)
CONTENTS_ENTRY = re.compile(r"(\. ?){4,}[ |]*\w+$")  # dot leaders: a line of a table of contents
LIST_MARK = re.compile(r"[•▪●◦‣·–—*-]|\(?[0-9A-Za-z]{1,4}[.)]")
BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010]$")
WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
KEEPS_HYPHEN = frozenset({"co", "non", "self", "anti", "cross", "ex", "quasi", "semi", "well"})


def clean_text(text: str) -> str:
    """Return the text in NFKC (so no ligatures) without control and zero-width characters, single spaces inside.

    A soft hyphen survives only at the very end, where it says that the word goes on in the next line.
    """
    normal = unicodedata.normalize("NFKC", text)
    kept = "".join(" " if char.isspace() else char for char in normal if char.isspace() or _printable(char))
    squeezed = " ".join(kept.split())
    broken = squeezed.endswith(SOFT_HYPHEN)
    return squeezed.replace(SOFT_HYPHEN, "") + (SOFT_HYPHEN if broken else "")


def _printable(char: str) -> bool:
    """Refuse controls, surrogates, unassigned and private codes, and format marks other than the soft hyphen."""
    return char == SOFT_HYPHEN or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn", "Co"}


def clean_pages(pages: Iterable[Page]) -> list[Page]:
    """Return the pages with clean, non-empty lines, one per printed row, without running heads, feet and contents."""
    tidy = [replace(page, lines=tuple(_rows(_clean_lines(page.lines)))) for page in pages]
    running = _running_lines(tidy)
    return [
        replace(page, lines=tuple(line for line in page.lines if not _is_furniture(line, page, running)))
        for page in tidy
    ]


def _clean_lines(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        if text := clean_text(line.text):
            yield replace(line, text=text)


def _rows(lines: Iterable[Line]) -> Iterator[Line]:
    """Join pieces that stand side by side: a list mark with its text by a space, table cells by a bar."""
    row: Line | None = None
    for line in lines:
        if row is not None and _side_by_side(row, line):
            cells = line.left - row.right > CELL_GAP * line.size and not LIST_MARK.fullmatch(row.text)
            text = f"{row.text}{' | ' if cells else ' '}{line.text}"
            size, bold = (line.size, line.bold) if LIST_MARK.fullmatch(row.text) else (row.size, row.bold and line.bold)
            row = replace(row, text=text, right=line.right, bottom=max(row.bottom, line.bottom), size=size, bold=bold)
            continue
        if row is not None:
            yield row
        row = line
    if row is not None:
        yield row


def _side_by_side(row: Line, line: Line) -> bool:
    overlap = min(row.bottom, line.bottom) - max(row.top, line.top)
    return line.left >= row.right - 1 and overlap > 0.6 * min(row.bottom - row.top, line.bottom - line.top)


def _running_lines(pages: list[Page]) -> set[tuple[int, str]]:
    """Return height and shape of lines repeated in the margins: on three pages, or on all pages of a shorter file."""
    seen = Counter(key for page in pages for key in {_shape(line) for line in page.lines if _in_margin(line, page)})
    least = min(3, max(2, len(pages)))
    return {key for key, pages_with in seen.items() if pages_with >= least}


def _is_furniture(line: Line, page: Page, running: set[tuple[int, str]]) -> bool:
    if CONTENTS_ENTRY.search(line.text):
        return True
    if not _in_margin(line, page):
        return False
    height, words = _shape(line)
    near = any((height + step, words) in running for step in (-1, 0, 1))
    return near or PAGE_NUMBER.fullmatch(words) is not None


def _in_margin(line: Line, page: Page) -> bool:
    return line.bottom <= BAND * page.height or line.top >= (1 - BAND) * page.height


def _shape(line: Line) -> tuple[int, str]:
    return math.floor(line.top / GRID), re.sub(r"\d+", "#", line.text)


def vocabulary(pages: Iterable[Page]) -> frozenset[str]:
    """Return every word printed unbroken, in lower case, and its parts between hyphens, to judge broken ones by."""
    words: set[str] = set()
    for page in pages:
        for line in page.lines:
            found = [match[0].lower() for match in WORD.finditer(BROKEN_WORD.sub("", line.text))]
            words.update(found)
            words.update(part for word in found for part in re.split("[-\u2010]", word))
    return frozenset(words)


def join_lines(lines: Iterable[str], words: frozenset[str]) -> str:
    """Return the lines of one paragraph as running text, words broken at line ends mended."""
    parts = list(lines)
    joined = parts[:1]
    for before, after in pairwise(parts):
        joined.append(after if _mend(joined, before, after, words) else f" {after}")
    return "".join(joined).removesuffix(SOFT_HYPHEN)


def _mend(joined: list[str], before: str, after: str, words: frozenset[str]) -> bool:
    """Drop or keep the hyphen at the end of ``joined``; False where the line did not end inside a word."""
    if before.endswith(SOFT_HYPHEN):
        joined[-1] = joined[-1].removesuffix(SOFT_HYPHEN)
        return True
    start = WORD.match(after)
    broken = BROKEN_WORD.search(before)
    if broken is None:
        return before.endswith("-") and len(before) > 1 and not before.endswith(" -") and after[:1].isalnum()
    if start is not None and not _keeps_hyphen(broken[1], start[0], words):
        joined[-1] = joined[-1][:-1]
    return start is not None or after[:1].isalnum()


def _keeps_hyphen(first: str, second: str, words: frozenset[str]) -> bool:
    """Tell "co-borrower" and "loan-to-value" from "mort-gage": the rest of the document knows, mostly."""
    left, right = first.lower(), second.lower()
    if left + right in words:
        return False
    if f"{left}-{right}" in words or second[0].isupper() or "-" in right or left in KEEPS_HYPHEN:
        return True
    return left in words and right in words
