"""Numbers of sections: read from a heading, found at the start of a paragraph, put under the number above. Pure."""

import re
from dataclasses import dataclass, field

MARKED = re.compile(
    r"(?:§+ ?|\d+ (?:U\.?S\.?C\.?|C\.?F\.?R\.?) ?(?:§ ?)?)(?P<law>\d+[a-z]?(?:-\d+)?(?:\.\d+)*(?:\([0-9A-Za-z]+\))*)"
    r"|(?P<guide>[A-Z]\d+-\d+(?:\.\d+)?(?:-\d+)?)\b"
    r"|(?P<handbook>[IVX]+(?:\.[0-9A-Za-z]{1,4})+(?:\([0-9A-Za-z]+\))*)"
    r"|(?P<dotted>\d+[a-z]?(?:\.\d+)+(?:\([0-9A-Za-z]+\))*)"
    r"|(?:Chapter|Section|Part|Article) (?P<part>\d[\w.]*|[A-Z]\b)"
    r"|(?P<named>(?:Appendix|Topic|Subpart) [\w.]+)"
    r"|(?P<bare>\d{1,2})(?=[.:]? [A-Z])"
)
LAW = re.compile(
    r"(\d+[a-z]?(?:-\d+)?(?:\.\d+)?)((?:\([0-9A-Za-z]+\))*)"
)  # 1026.43 and 1691a: paragraphs under it are its sections
MARKS = re.compile(r"((?:\([0-9A-Za-z]{1,5}\) ?)+)")
INLINE = re.compile(r"\(([0-9A-Za-z]{1,5})\)")
TITLE = re.compile(r"([A-Z][^.;:—()]{2,80}?)(?:\.(?=\W|[A-Z]|$)|—|–)")
# The order in which the Code of Federal Regulations and the United States Code number what lies inside a section.
RARE = 4
REGULATION, STATUTE = (
    ("letter", "digit", "roman", "capital", "digit", "roman"),
    (*("letter", "digit", "capital", "roman", "great roman"),),
)


def number_in(heading: str) -> str:
    """Return the number a heading begins with, such as 1026.43(c), 4.2 or II.A.5.b; "" where it has none."""
    found = MARKED.match(heading.strip())
    return next(filter(None, found.groups()), "").rstrip(".") if found else ""


def title_in(heading: str) -> str:
    """Return a heading without its number."""
    found = MARKED.match(heading.strip())
    return heading.strip()[found.end() :].lstrip(" .:—–-") if found else heading.strip()


def numbers_above(number: str) -> list[str]:
    """Return the numbers that a number lies under, nearest first: 4.2.1 under 4.2 and 4, II.A.5 under II.A."""
    above = []
    while (shorter := re.sub(r"(\([0-9A-Za-z]+\)|[.-][0-9A-Za-z]+|^)$", "", number)) and shorter != number:
        above.append(shorter)
        number = shorter
    return above


@dataclass(slots=True)
class Paragraphs:
    """Where one stands among the paragraphs of a section of law: (c), then (2), then (iii)."""

    number: str
    marks: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The full number, such as 1026.43(c)(2)."""
        return self.number + "".join(f"({mark})" for mark in self.marks)

    def enter(self, mark: str, *, announced: bool = True) -> bool:
        """Go to the paragraph of that mark; False, and no move, where none of that mark can come now.

        It is the first of a deeper level or the next of one that is open, the deeper one where both fit. A level that
        starts anew lies under the next paragraph above it, even where that one was never printed. Levels below the
        fourth are rare, so one opens only where the text before ``announced`` a list.
        """
        kinds = REGULATION if "." in self.number else STATUTE
        deeper = len(self.marks)
        if not deeper and re.fullmatch("[a-z]", mark):  # an excerpt may begin anywhere
            self.marks.append(mark)
            return True
        if deeper < (len(kinds) if announced else RARE) and mark == _first(kinds[deeper]):
            self.marks.append(mark)
            return True
        for level in range(len(self.marks) - 1, -1, -1):
            if mark == _next(self.marks[level], kinds[level]):
                self.marks[level:] = [mark]
                return True
        for level in range(len(self.marks) - 1, 0, -1):
            if mark == _first(kinds[level]):
                self.marks[level - 1 :] = [_next(self.marks[level - 1], kinds[level - 1]), mark]
                return True
        return False


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


def marks_at(text: str) -> tuple[list[str], str]:
    """Return the marks a paragraph begins with, and its title where it has one: ``(c) Repayment ability—(1) General``.

    A mark that follows the title counts too, and then the title is the first one's.
    """
    start = MARKS.match(text)
    if start is None:
        return [], ""
    marks = INLINE.findall(start[1])
    titled = TITLE.match(text, start.end())
    if titled is None:
        return marks, ""
    inner = MARKS.match(text, titled.end() + (text[titled.end() : titled.end() + 1] == " "))
    return [*marks, *(INLINE.findall(inner[1]) if inner else ())], titled[1].strip()
