"""Which other sections a passage points to: "see section 4.2", "paragraph (c)(2) of this section". Pure."""

import re
from dataclasses import dataclass

from policies.reading.section_numbers import numbers_above

EXCEPTION = re.compile(
    r"\b(except|other than|unless|notwithstanding|does not apply|subject to)\b[^.;]{0,60}$", re.IGNORECASE
)
MARKS = r"(?:\([0-9A-Za-z]{1,5}\))+"
AND_MORE = rf"(?:,? (?:and|or|through|to) {MARKS}|, {MARKS})*"
REFERENCE = re.compile(
    r"(?P<law>(?:§+ ?|\bsections? |\b\d+ (?:C\.?F\.?R\.?|U\.?S\.?C\.?) ?(?:§ ?)?)"
    rf"\d+[a-z]?(?:-\d+)?(?:\.\d+)*(?:{MARKS})?)"
    rf"|(?P<regulation>\b\d{{3,4}}\.\d+(?:{MARKS})?)"
    rf"|(?P<guide>\b[A-Z]\d+-\d+(?:\.\d+)?(?:-\d+)?\b)"
    rf"|(?P<handbook>\b[IVX]+(?:\.[0-9A-Za-z]{{1,4}}){{1,6}}(?:{MARKS})?)"
    rf"|(?P<chapter>\b[Cc]hapter \d+\b)"
    rf"|(?P<own>\b(?:sub)?(?:paragraph|section)s? {MARKS}{AND_MORE})"
)
NUMBER = re.compile(rf"\d+[a-z]?(?:-\d+)?(?:\.\d+)*(?:{MARKS})?$")


@dataclass(frozen=True, slots=True)
class Reference:
    """A section's number as its heading has it, and whether the passage names it as an exception to itself."""

    wanted: str
    is_exception: bool


def references_in(text: str, own: str) -> tuple[Reference, ...]:
    """Return what a passage of section ``own`` points to, each once, in order; itself and what it lies in left out.

    Paragraphs "of this section" are those of the law that ``own`` is a part of.
    """
    found: dict[str, Reference] = {}
    for match in REFERENCE.finditer(text):
        is_exception = EXCEPTION.search(text, 0, match.start()) is not None
        for wanted in _wanted(match, own):
            if wanted and wanted != own and wanted not in numbers_above(own):
                found.setdefault(wanted, Reference(wanted, is_exception))
    return tuple(found.values())


def _wanted(match: re.Match[str], own: str) -> list[str]:
    if match["own"]:
        law = re.match(r"\d+[a-z]?(?:-\d+)?(?:\.\d+)?", own)
        return [law[0] + marks for marks in re.findall(MARKS, match["own"])] if law else []
    if match["chapter"]:
        return [match["chapter"].split()[-1]]
    if match["law"]:
        number = NUMBER.search(match["law"])
        return [number[0]] if number else []
    return [match.group().rstrip(".")]
