"""Printed lines to paragraphs, which remember where on the page each of their words stands. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policies.reading.cleaning import join_lines
from policies.reading.pdf_text import Line, Page

Box = tuple[float, float, float, float]
LIST_ITEM = re.compile(r"[•▪●◦‣] |[-–—] |\([0-9A-Za-z]{1,5}\) |\d{1,2}[.)] ")
ENDS_ITEM = re.compile(r"([.;:,?!—–]|\b(and|or))$")
ENDS_SENTENCE = re.compile(r"[.;:?!)\]”\"]$")
LEAD_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text and the lines it was printed in."""

    text: str
    lines: tuple[Line, ...]

    def lines_at(self, start: int, end: int) -> list[Line]:
        """Return the lines that hold the characters from ``start`` to ``end``, to within a mended hyphen or two."""
        found, place = [], 0
        for line in self.lines:
            behind = place + len(line.text) + 1
            if place < end and behind > start + 1:
                found.append(line)
            place = behind
        return found or list(self.lines[-1:])


def around(lines: Sequence[Line]) -> Box:
    """Return the smallest box that holds lines: left, top, right, bottom in points from the page's top left."""
    left, top = min(line.left for line in lines), min(line.top for line in lines)
    return left, top, max(line.right for line in lines), max(line.bottom for line in lines)


def blocks_of(page: Page, headings: dict[int, str]) -> Iterator[tuple[str | None, list[Line]]]:
    """Yield the page's lines by printed block, each with the heading that starts there or None."""
    starts: list[tuple[str | None, list[Line]]] = []
    for place, line in enumerate(page.lines):
        if place in headings:
            starts.append((headings[place], [line]))
        elif not starts or line.block != starts[-1][1][-1].block:
            starts.append((None, [line]))
        else:
            starts[-1][1].append(line)
    yield from starts


def paragraphs_of(lines: Sequence[Line], words: frozenset[str]) -> list[Paragraph]:
    """Return one paragraph a block, and one an item or row where a list or table was printed without gaps."""
    groups: list[list[Line]] = []
    for line in lines:
        begins = " | " in line.text or (LIST_ITEM.match(line.text) and groups and ENDS_ITEM.search(groups[-1][-1].text))
        if not groups or begins or " | " in groups[-1][-1].text:
            groups.append([])
        groups[-1].append(line)
    joined = [Paragraph(join_lines([line.text for line in group], words), tuple(group)) for group in groups]
    return [paragraph for paragraph in joined if paragraph.text]


def runs_on(previous: str, text: str) -> bool:
    """Tell whether a page begins in the middle of a sentence that began on the page before."""
    return bool(previous) and not ENDS_SENTENCE.search(previous) and text[:1].islower()


def sentence_start(text: str) -> str:
    """Return the unfinished end of a paragraph, from its last sentence's start, at most 200 characters of it."""
    sentence = re.split(r"(?<=[.;:]) ", text)[-1]
    return sentence if len(sentence) <= LEAD_CHARACTERS else sentence[-LEAD_CHARACTERS:].partition(" ")[2]
