"""The jailed reader: a PDF on standard input, its text as JSON lines on standard output.

Started by ``pdf_text`` as ``python -m policies.reading.pdf_text_child LIMITS`` and never imported. Memory, CPU seconds
and size of output are capped before it opens the file, new processes and new descriptors before it reads a page: so
neither a socket nor another file can be opened, whatever a page makes the library do.

Output: one ``{"about": ...}`` line, one ``{"page": ...}`` line a page, then ``{"end": true}``; or at any point
``{"error": KIND, "detail": TEXT}`` as the last line.
"""

import json
import os
import re
import sys
from typing import Any

from policies.reading.jail import lock_in, pdf_library, shut_the_door

PAGE_CHARACTERS = 100_000  # a dense printed page has some 8,000
LOST_CONTENT = re.compile(r"zlib error|lzw|premature end|truncated|syntax error|unknown keyword|corrupt")
OUT_OF_MEMORY = re.compile(r"(m|c|re)alloc|out of memory|too much memory", re.IGNORECASE)
BOOKMARKS = 2_000
OUTPUT_FULL = 3  # exit code
BOLD = 16  # the flag of a span set in a bold face


class Refusal(Exception):
    """The file cannot be read; ``kind`` names the error that the parent raises."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail


def main(limits: dict[str, int]) -> None:
    """Read standard input under the limits: ``data_mb``, ``seconds`` of CPU, ``output_mb`` and ``pages``."""
    lock_in(data_mb=limits["data_mb"], seconds=limits["seconds"], output_mb=limits["output_mb"])
    pymupdf = pdf_library()
    try:
        _read(pymupdf, limits)
    except Refusal as refusal:
        _write({"error": refusal.kind, "detail": refusal.detail})
    except MemoryError:
        _write({"error": "memory", "detail": ""})
    except Exception as exc:  # noqa: BLE001  (the edge: the library raises what it likes, the parent needs one line)
        short = OUT_OF_MEMORY.search(str(exc)) is not None
        _write({"error": "memory" if short else "damaged", "detail": "" if short else "its structure is broken"})


def _read(pymupdf: Any, limits: dict[str, int]) -> None:
    document = pymupdf.open(filename="/dev/stdin", filetype="pdf")
    shut_the_door()
    _check(document, limits)
    _write({"about": {"metadata": document.metadata, "bookmarks": _bookmarks(document), "pages": document.page_count}})
    for page in document:
        _write({"page": _page(page, pymupdf)})
    if document.is_repaired:
        raise Refusal("damaged", "its index had to be rebuilt")
    _write({"end": True})


def _check(document: Any, limits: dict[str, int]) -> None:
    if document.needs_pass:
        raise Refusal("encrypted")
    if document.is_repaired:
        raise Refusal("damaged", "its index had to be rebuilt")
    if document.page_count == 0:
        raise Refusal("damaged", "it has no pages")
    if document.page_count > limits["pages"]:
        raise Refusal("large", f"{document.page_count:,} pages, at most {limits['pages']:,}")


def _bookmarks(document: Any) -> list[list[Any]]:
    """Return ``[level, title, page from 1]`` for each outline entry that leads to a page."""
    outline = document.get_toc(simple=True)
    return [[level, title, page] for level, title, page in outline[:BOOKMARKS] if 1 <= page <= document.page_count]


def _page(page: Any, pymupdf: Any) -> dict[str, Any]:
    """Return one page's height in points, its lines, and whether a page without text shows pictures."""
    pymupdf.TOOLS.reset_mupdf_warnings()
    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
    blocks = page.get_text("dict", flags=flags)["blocks"]
    lines = [
        _line(line, number) for number, block in enumerate(blocks) for line in block.get("lines", ()) if line["spans"]
    ]
    warnings = pymupdf.TOOLS.mupdf_warnings().lower()
    if OUT_OF_MEMORY.search(warnings):
        raise Refusal("memory", f"page {page.number + 1}")
    if LOST_CONTENT.search(warnings):
        raise Refusal("damaged", f"page {page.number + 1} cannot be read in full")
    if sum(len(line[0]) for line in lines) > PAGE_CHARACTERS:
        raise Refusal("large", f"page {page.number + 1} holds more than {PAGE_CHARACTERS:,} characters")
    return {"height": page.rect.height, "lines": lines, "pictures": not lines and bool(page.get_images())}


def _line(line: dict[str, Any], block: int) -> list[Any]:
    """Return ``[text, block, left, top, right, bottom, size in points, bold]``; size is that of most characters."""
    spans = line["spans"]
    widest = max(spans, key=lambda span: len(span["text"]))
    bold = all(span["flags"] & BOLD for span in spans if span["text"].strip())
    text = "".join(span["text"] for span in spans)
    return [text, block, *(round(edge, 1) for edge in line["bbox"]), round(widest["size"], 1), bold]


def _write(record: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()
    except OSError:  # the cap on output; the parent sees an unfinished answer of full size
        os._exit(OUTPUT_FULL)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
