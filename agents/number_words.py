"""Numbers that a text spells out, such as forty-one percent or two thousand dollars."""

import re
from dataclasses import dataclass
from decimal import Decimal

_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_VALUES = {word: value for value, word in enumerate((*_SMALL, *_TEENS))} | {
    word: 10 * (n + 2) for n, word in enumerate(_TENS)
}
_UNIT = r"per ?cent|(?:dollar|month|day|year|point|unit|week|hour|time)s?"
_WORD = "|".join([*_VALUES, *_SCALES])
_SPELLED = re.compile(
    rf"\b((?:{_WORD})(?:(?:[\s-]+(?:and[\s-]+)?|-)(?:{_WORD}))*)\b(?:[\s-]+point((?:[\s-]+(?:{_WORD}))+))?"
    rf"(?:[\s-]+({_UNIT})(?!\w))?",
    re.IGNORECASE,
)
LEAST = 13  # a smaller one counts only with its unit: "one of two borrowers" states no figure


@dataclass(frozen=True, slots=True)
class Spelled:
    """A figure in words as it was written, as a number, and with the word for its unit, if one follows."""

    written: str
    value: Decimal
    unit: str


def spelled_out(text: str) -> list[Spelled]:
    """Return the figures that a text spells out; small ones only where a unit follows."""
    found = [
        Spelled(match[0].strip(), _value(match[1]) + _fraction(match[2] or ""), match[3] or "")
        for match in _SPELLED.finditer(text)
    ]
    return [each for each in found if each.unit or each.value >= LEAST or each.value % 1]


def _value(words: str) -> Decimal:
    whole = part = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in _VALUES:
            part += _VALUES[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            whole, part = whole + max(part, 1) * _SCALES[word], 0
    return Decimal(whole + part)


def _fraction(words: str) -> Decimal:
    digits = "".join(str(_VALUES[word]) for word in re.findall(r"[a-z]+", words.lower()) if word in _VALUES)
    return Decimal(f"0.{digits}") if digits else Decimal(0)
