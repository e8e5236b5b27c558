"""Numbers of sections: read from a heading, found at the start of a paragraph, put under the number above. Pure."""

import re

MARKED = re.compile(
    r"(?:§+ ?|\d+ (?:U\.?S\.?C\.?|C\.?F\.?R\.?) ?(?:§ ?)?)(?P<law>\d+[a-z]?(?:-\d+)?(?:\.\d+)*(?:\([0-9A-Za-z]+\))*)"
    r"|(?P<guide>[A-Z]\d+-\d+(?:\.\d+)?(?:-\d+)?)\b"
    r"|(?P<handbook>[IVX]+(?:\.[0-9A-Za-z]{1,4})+(?:\([0-9A-Za-z]+\))*)"
    r"|(?P<dotted>\d+[a-z]?(?:\.\d+)+(?:\([0-9A-Za-z]+\))*)"
    r"|(?:Chapter|Section|Part|Article) (?P<part>\d[\w.]*|[A-Z]\b)"
    r"|(?P<named>(?:Appendix|Topic|Subpart) [\w.]+)"
    r"|(?P<bare>\d{1,2})(?=[.:]? [A-Z])"
)
MARKS = re.compile(r"((?:\([0-9A-Za-z]{1,5}\) ?)+)")
INLINE = re.compile(r"\(([0-9A-Za-z]{1,5})\)")
BARE_MARK = re.compile(r"(\d{1,2}|[ivx]{1,5}|[A-Z])\. (?=\S)")
TITLE = re.compile(r"([A-Z][^.;:—()]{2,80}?)(?:\.(?=\W|[A-Z]|$)|—|–)")


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


def marks_at(text: str) -> tuple[list[str], str]:
    """Return the marks a paragraph begins with, and its title where it has one: ``(c) Repayment ability—(1) General``.

    A mark that follows the title counts too, and then the title is the first one's.
    """
    start = MARKS.match(text)
    if start is None:
        bare = BARE_MARK.match(text)
        return ([bare[1]] if bare else []), ""
    marks = INLINE.findall(start[1])
    titled = TITLE.match(text, start.end())
    if titled is None:
        return marks, ""
    inner = MARKS.match(text, titled.end() + (text[titled.end() : titled.end() + 1] == " "))
    return [*marks, *(INLINE.findall(inner[1]) if inner else ())], titled[1].strip()
