"""Which paragraph of a section of law is which, also where print leaves the titles between them out. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from policies.reading.section_numbers import INLINE, marks_at, number_in

Place = tuple[str, ...]  # the marks of a paragraph, such as c, 2, iii
LAW = re.compile(r"(\d+[a-z]?(?:-\d+)?(?:\.\d+)?)((?:\([0-9A-Za-z]+\))*)")  # 1026.43, 1691a: sections with paragraphs
# The order in which the Code of Federal Regulations and the United States Code number what lies inside a section.
REGULATION = ("letter", "digit", "roman", "capital", "digit", "roman")
STATUTE = ("letter", "digit", "capital", "roman", "great roman")
RARE = 4
UNPLACED = 3  # what a mark that fits nowhere costs, in unprinted paragraphs
WAYS = 24  # to read a section, kept at every mark


@dataclass(frozen=True, slots=True)
class Mark:
    """What a paragraph of law begins with, such as 2 for "(2)"; ``announced`` where the text before leads to a list."""

    text: str
    announced: bool = True
    is_bare: bool = False  # "2." may be a list's, so it is believed only where it comes in turn


@dataclass(frozen=True, slots=True)
class Opened:
    """The numbers that a paragraph of law opens, such as 1026.43(c) and 1026.43(c)(1), and the first one's title."""

    numbers: tuple[str, ...]
    title: str


@dataclass(slots=True)
class Law:
    """One section of law while it is read: its number, and place in print, marks and title of its paragraphs."""

    number: str = ""
    paragraphs: list[tuple[int, list[Mark], str]] = field(default_factory=list)

    def opened(self) -> Iterator[tuple[int, Opened]]:
        """Yield by place in print what each paragraph opens."""
        numbers = iter(paragraph_numbers(self.number, [mark for _, marks, _ in self.paragraphs for mark in marks]))
        for place, marks, title in self.paragraphs:
            if own := tuple(takewhile(bool, [next(numbers) for _ in marks])):
                yield place, Opened(own, title)


def numbered_law(printed: Sequence[tuple[str, bool]]) -> dict[int, Opened]:
    """Return what each paragraph of law opens, by its place in ``printed``: texts, and whether each is a heading.

    A heading such as "(b) Exceptions" may be a paragraph's; any other ends the section of law that is being read.
    """
    law, before, found = Law(), "", dict[int, Opened]()
    for place, (text, is_heading) in enumerate(printed):
        own = text.rpartition(" > ")[2] if is_heading else text
        marks, title = marks_at(own)
        if is_heading and not (law.number and own.startswith("(") and marks):
            found |= dict(law.opened())
            number = number_in(own)
            law, before = Law(number if LAW.fullmatch(number) else ""), ""
            continue
        if law.number and marks:
            announced = [not before or before[-1] in ":—–-", *[True] * (len(marks) - 1)]
            bare = not own.startswith("(")
            title = own.rpartition(f"({marks[-1]})")[2].strip() if is_heading else title
            law.paragraphs.append((place, [Mark(*each, bare) for each in zip(marks, announced, strict=True)], title))
        before = "" if is_heading else text
    return found | dict(law.opened())


def paragraph_numbers(number: str, marks: Sequence[Mark]) -> list[str]:
    """Return the full number at each mark of one section of law, such as 1026.43(c)(2); "" where it fits nowhere.

    A mark is the first of a deeper level or the next of one that is open. Titles are often left out in print, so that
    (d)(5)(ii) is followed by the (i) of (e)(1): a level that starts anew may lie under paragraphs never printed. Which
    way is meant, the marks behind it tell, so the whole section is read before any of it is numbered: the way with
    the fewest unprinted and unplaced paragraphs holds (Viterbi over the places one may stand at).
    """
    law = LAW.fullmatch(number)
    if law is None:
        return [""] * len(marks)
    kinds = REGULATION if "." in law[1] else STATUTE
    start = tuple(INLINE.findall(law[2]))
    ways: dict[Place, tuple[int, tuple[Any, ...]]] = {start: (0, ())}  # cost so far, and the way there, newest first
    for mark in marks:
        onward: dict[Place, tuple[int, tuple[Any, ...]]] = {}
        for place, (cost, way) in ways.items():
            for after, extra in [*_moves(place, mark, kinds), (place, UNPLACED)]:
                if after not in onward or cost + extra < onward[after][0]:
                    onward[after] = (cost + extra, (after if extra < UNPLACED else None, way))
        ways = dict(sorted(onward.items(), key=lambda entry: entry[1][0])[:WAYS])
    _, way = min(ways.values(), key=lambda each: each[0])
    return [law[1] + "".join(f"({mark})" for mark in place) if place else "" for place in _unwound(way)]


def _unwound(way: tuple[Any, ...]) -> list[Place | None]:
    places: list[Place | None] = []
    while way:
        place, way = way
        places.append(place)
    return places[::-1]


def _moves(place: Place, mark: Mark, kinds: Sequence[str]) -> Iterator[tuple[Place, int]]:
    """Yield where a mark may lead from a place, and how many paragraphs must have gone unprinted; deepest first.

    Levels below the fourth are rare, so one opens only where the text before announces a list.
    """
    deeper, text = len(place), mark.text
    if not deeper and re.fullmatch("[a-z]", text):  # an excerpt may begin anywhere
        yield (text,), 0
    elif deeper < (len(kinds) if mark.announced else RARE) and text == _first(kinds[deeper]):
        yield (*place, text), 0
    for level in range(deeper - 1, -1, -1):
        if text == _next(place[level], kinds[level]):
            yield (*place[:level], text), 0
    for level in range(deeper + 1, 0, -1) if not mark.is_bare else ():
        if level < RARE and text == _first(kinds[level]):
            yield from _unprinted(place, level, text, kinds)


def _unprinted(place: Place, level: int, text: str, kinds: Sequence[str]) -> Iterator[tuple[Place, int]]:
    """Yield the places under one or two unprinted paragraphs at which a level can start anew."""
    if level == len(place) + 1:
        yield (*place, _first(kinds[level - 1]), text), 1
        return
    if level <= len(place):
        yield (*place[: level - 1], _next(place[level - 1], kinds[level - 1]), text), 1
    if level > 1:
        above = _next(place[level - 2], kinds[level - 2])
        yield (*place[: level - 2], above, _first(kinds[level - 1]), text), 2


def _first(kind: str) -> str:
    return {"letter": "a", "digit": "1", "roman": "i", "capital": "A", "great roman": "I"}[kind]


def _next(mark: str, kind: str) -> str:
    if kind == "digit":
        return str(int(mark) + 1)
    if kind in {"roman", "great roman"}:
        following = ROMANS[(ROMANS.index(mark.lower()) + 1) % len(ROMANS)]
        return following.upper() if kind == "great roman" else following
    first, last = ("a", "z") if kind == "letter" else ("A", "Z")
    return first * (len(mark) + 1) if mark[0] == last else chr(ord(mark[0]) + 1) * len(mark)


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]


ROMANS = [_roman(number) for number in range(1, 40)]
