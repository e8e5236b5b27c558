"""A worksheet: how one figure came about, line by line, for the file and for whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

DOLLARS = "dollars"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a worksheet: the amount (None is unknown), whether it counts, why, and the text that says so.

    The amount is in dollars unless ``unit`` says percent or months.
    """

    label: str
    amount: Decimal | None
    included: bool
    why: str
    citation: str
    unit: str = DOLLARS


@dataclass(frozen=True, slots=True)
class Worksheet:
    """How one figure came about. ``total`` is None when a line that counts is unknown."""

    name: str
    unit: str
    lines: tuple[Line, ...]
    total: Decimal | None


def counted(label: str, amount: Decimal | None, why: str, citation: str = "", unit: str = DOLLARS) -> Line:
    """Return a line that counts; where its amount is unknown the reason says so."""
    return Line(label, amount, True, why if amount is not None else f"Unknown: {why}", citation, unit)


def left_out(label: str, amount: Decimal | None, why: str, citation: str = "", unit: str = DOLLARS) -> Line:
    """Return a line that is shown but does not count."""
    return Line(label, amount, False, why, citation, unit)


def total_of(lines: Sequence[Line]) -> Decimal | None:
    """Return the sum of the lines that count, in dollars; None when one of them is unknown or there is no line."""
    amounts = [line.amount for line in lines if line.included]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if lines and len(known) == len(amounts) else None


def summed(name: str, unit: str, lines: Sequence[Line]) -> Worksheet:
    """Return the worksheet whose figure is the sum of its lines."""
    return Worksheet(name, unit, tuple(lines), total_of(lines))
