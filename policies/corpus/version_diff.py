"""What a version changed against another, section by section and word by word. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|\S+")
LINES = re.compile(r"\n|[^\n]+")
MOST_WORDS = 6_000  # of both sides together; longer ones are compared line by line, which stays quick


class Change(StrEnum):
    """What became of a section."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class SectionText:
    """One section of a version: its number where it has one, its headings from the top down, and its own text."""

    number: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of one side; ``differs`` where the other side lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One section that differs, with the words of both sides; a side that lacks the section has none."""

    change: Change
    number: str
    path: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def differences(before: Sequence[SectionText], after: Sequence[SectionText]) -> tuple[SectionChange, ...]:
    """Return the sections that differ, in the order of the later version.

    Sections are the same by number or, without one, by path. A removed one stands behind the section it followed.
    """
    old, new = _keyed(before), _keyed(after)
    gone = _gone(old, new)
    found = [*gone.get(None, ())]
    for key, section in new.items():
        if key not in old:
            found.append(SectionChange(Change.ADDED, section.number, section.path, (), _whole(section)))
        elif _words(old[key].text) != _words(section.text):
            pieces = _pieces(old[key].text, section.text)
            found.append(SectionChange(Change.CHANGED, section.number, section.path, *pieces))
        found.extend(gone.get(key, ()))
    return tuple(found)


Key = tuple[str, int]


def _keyed(sections: Sequence[SectionText]) -> dict[Key, SectionText]:
    """Return sections by number or path; a name that comes again is told apart by how often it came before."""
    seen: Counter[str] = Counter()
    keyed: dict[Key, SectionText] = {}
    for section in sections:
        name = section.number or section.path
        keyed[name, seen[name]] = section
        seen[name] += 1
    return keyed


def _gone(old: dict[Key, SectionText], new: dict[Key, SectionText]) -> dict[Key | None, list[SectionChange]]:
    """Return the removed sections by the kept one that they followed."""
    gone: dict[Key | None, list[SectionChange]] = {}
    last: Key | None = None
    for key, section in old.items():
        if key in new:
            last = key
        else:
            change = SectionChange(Change.REMOVED, section.number, section.path, _whole(section), ())
            gone.setdefault(last, []).append(change)
    return gone


def _whole(section: SectionText) -> tuple[Piece, ...]:
    return (Piece(section.text, differs=True),)


def _words(text: str) -> list[str]:
    return text.split()


def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts cut where they differ; white space never counts as a difference."""
    unit = WORDS if len(_words(before)) + len(_words(after)) <= MOST_WORDS else LINES
    old, new = unit.findall(before), unit.findall(after)
    matcher = SequenceMatcher(None, [_alike(each) for each in old], [_alike(each) for each in new], autojunk=False)
    runs = matcher.get_opcodes()
    return (
        tuple(_side(((old[a:b], tag != "equal") for tag, a, b, _, _ in runs))),
        tuple(_side(((new[a:b], tag != "equal") for tag, _, _, a, b in runs))),
    )


def _alike(token: str) -> str:
    return " ".join(token.split())


def _side(runs: Iterator[tuple[list[str], bool]]) -> Iterator[Piece]:
    return (Piece("".join(tokens), differs) for tokens, differs in runs if tokens)
