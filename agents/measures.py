"""Figures in prose with their units, so that 45 percent is not taken for 45 months. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agents.number_words import spelled_out

_UNITS = {"%": "percent", "percent": "percent", "per cent": "percent", "dollar": "dollars", "$": "dollars"} | {
    unit: f"{unit}s" for unit in ("month", "day", "year", "point", "unit", "week", "hour")
}
_UNIT = r"%|per ?cent|(?:dollar|month|day|year|point|unit|week|hour)s?"
_DIGITS = re.compile(rf"(?<![\w.-])-?(\$ ?)?(\d[\d,]*(?:\.\d+)?)(?!\w)(?:[ -]?({_UNIT})(?!\w))?", re.IGNORECASE)
_RANGE = re.compile(r"(?<![\w.-])(\$?\d[\d,.]*(?: ?%)?)[-\u2013](?=\$?\d)")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as a number, its unit (percent, dollars, months ...; "" where none is named), and as it was written."""

    value: Decimal
    unit: str
    written: str

    def agrees_with(self, other: "Measure") -> bool:
        """Whether both are the same number, in the same unit as far as both name one."""
        return self.value == other.value and (self.unit == other.unit or not self.unit or not other.unit)


def measures_in(text: str) -> list[Measure]:
    """Return the figures of a text; one spelled in words counts where a unit follows, both ends of a range count."""
    apart = _RANGE.sub(r"\1 to ", text)
    digits = [
        Measure(Decimal(number.replace(",", "")), _unit(unit or dollar.strip()), found.group().strip())
        for found in _DIGITS.finditer(apart)
        for dollar, number, unit in [found.groups(default="")]
    ]
    words = [Measure(said.value, _unit(said.unit), said.written) for said in spelled_out(apart) if said.unit]
    return digits + words


def without(text: str, labels: Iterable[str]) -> str:
    """Return the text without its labels, such as "section 4.2", whatever their case; a longer number is no label."""
    for label in sorted({label for label in labels if label}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(label)}(?!\w|[.,]\d)", " ", text, flags=re.IGNORECASE)
    return text


def _unit(word: str) -> str:
    plain = " ".join(word.lower().split())
    return _UNITS.get(plain) or _UNITS.get(plain.removesuffix("s"), "")
