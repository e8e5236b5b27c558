"""A document's sections as a tree that grows while the document is read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from policies.reading.section_numbers import number_in, numbers_above, title_in

PATH_CHARACTERS = 600
TITLE_CHARACTERS = 300
NUMBER_CHARACTERS = 60
STEP = " > "


@dataclass(frozen=True, slots=True)
class Section:
    """A heading: its place from 0, its parent's, its number and title, the path of headings to it, and its page."""

    ordinal: int
    parent: int | None
    number: str
    title: str
    path: str
    page: int


@dataclass(slots=True)
class SectionTree:
    """The sections so far and the one being read."""

    sections: list[Section] = field(default_factory=list)
    here: int | None = None
    _heading: int | None = None
    _numbers: dict[str, int] = field(default_factory=dict)

    def enter(self, heading: str, page: int) -> None:
        """Begin the section of a heading; its last step after " > " is its own, those before are above it."""
        *above, own = heading.split(STEP)
        number = number_in(own)[:NUMBER_CHARACTERS]
        parent = self._above(number) if number else self._named(above)
        self._heading = self.here = self._add(parent, number, title_in(own), page)

    def enter_paragraphs(self, numbers: Sequence[str], title: str, page: int) -> None:
        """Begin the sections that a paragraph of law opens, such as 1026.43(c) and (c)(1); the title is the first's."""
        for place, number in enumerate(each[:NUMBER_CHARACTERS] for each in numbers):
            parent = self._above(number)
            self.here = self._add(self._heading if parent is None else parent, number, "" if place else title, page)

    def path(self, section: int | None) -> str:
        """Return the headings from the top down to a section, "" for none."""
        return "" if section is None else self.sections[section].path

    def nearest(self, sections: Sequence[int | None]) -> int | None:
        """Return the section nearest to all of these that holds them."""
        lines = [self._line(section) for section in sections]
        return next((each for each in lines[0] if all(each in line for line in lines)), None)

    def are_near(self, sections: Sequence[int | None]) -> bool:
        """Return whether one of these holds the others right under it, or all lie right under one paragraph of law."""
        holding = self.nearest(sections)
        if holding is None:
            return False
        steps = [self._line(section).index(holding) for section in sections]
        return max(steps) <= 1 and ("(" in self.sections[holding].number or min(steps) == 0)

    def _line(self, section: int | None) -> list[int]:
        line = []
        while section is not None:
            line.append(section)
            section = self.sections[section].parent
        return line

    def _above(self, number: str) -> int | None:
        return next((self._numbers[each] for each in numbers_above(number) if each in self._numbers), None)

    def _named(self, above: list[str]) -> int | None:
        """Return the newest section called as the step above; the section of the last heading where none is."""
        if not above:
            return None
        for section in reversed(self.sections):
            if above[-1] in (section.title, f"{section.number} {section.title}") or above[-1].endswith(section.title):
                return section.ordinal
        return None

    def _add(self, parent: int | None, number: str, title: str, page: int) -> int:
        place = len(self.sections)
        own = _called(number, title, parent is not None and "(" in number)
        path = _short(STEP.join(filter(None, (self.path(parent), own))))
        self.sections.append(Section(place, parent, number, title[:TITLE_CHARACTERS], path, page))
        if number:
            self._numbers[number] = place
        return place


def _called(number: str, title: str, is_paragraph: bool) -> str:
    shown = f"({number.rpartition('(')[2]}" if is_paragraph else number
    return f"{shown} {title}".strip()


def _short(path: str) -> str:
    """Cut a path that is too long in its middle: its top and its end tell most."""
    if len(path) <= PATH_CHARACTERS:
        return path
    half = (PATH_CHARACTERS - 5) // 2
    return f"{path[:half]} ... {path[-half:]}"
