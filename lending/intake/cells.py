"""One cell of a file to one typed value. An empty cell is None, an unknown fact. Errors never repeat the cell.

A cell may hold a name, a birth date or a note, so messages say what is expected instead of what stood there.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError

Reader = Callable[[str], Any]
PLAIN_NUMBER = re.compile(
    r"-?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})", re.ASCII
)  # no plus sign, exponent, or other alphabet


class CellError(ValueError):
    """A cell that cannot be read; the message says what is expected."""


def text(limit: int) -> Reader:
    """Return a reader of text up to ``limit`` characters, kept as it is."""

    def read(cell: str) -> str:
        if len(cell) > limit:
            raise CellError(f"is {len(cell)} characters long; at most {limit} fit.")
        if any(ord(character) < 32 and character not in "\r\n\t" for character in cell):
            raise CellError("holds a control character. Remove it.")
        return cell

    return read


def number(*, places: int, low: int = 0, high: int | None = None, of: str = "a plain number such as 1234.50") -> Reader:
    """Return a reader of a plain decimal from ``low`` to ``high``, both included, with at most ``places`` decimals."""

    def read(cell: str) -> Decimal:
        value = _decimal(cell, of)
        if value < low:
            raise CellError("is negative; it must be 0 or more." if low == 0 else f"must be {low} or more.")
        if high is not None and value > high:
            raise CellError(f"must be {high} or less.")
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            raise CellError(f"has more than {places} decimals.")
        return value

    return read


def _decimal(cell: str, of: str) -> Decimal:
    if "%" in cell:
        raise CellError(f"has a percent sign. Write {of}.")
    if "$" in cell or "," in cell:
        raise CellError(f"has a currency sign or a thousands separator. Write {of}.")
    if not PLAIN_NUMBER.fullmatch(cell):
        raise CellError(f"is not a number. Write {of}.")
    return Decimal(cell)


def dollars() -> Reader:
    """Return a reader of a dollar amount in cents precision, 0 or more."""
    return number(places=2, high=999_999_999_999, of="plain dollars such as 1234.50")


def whole(low: int, high: int) -> Reader:
    """Return a reader of a whole number from ``low`` to ``high``, both included."""

    def read(cell: str) -> int:
        if not (cell.isascii() and cell.removeprefix("-").isdigit()):
            raise CellError(f"is not a whole number. Write one from {low} to {high}.")
        if len(cell) > 12 or not low <= int(cell) <= high:
            raise CellError(f"must be from {low} to {high}.")
        return int(cell)

    return read


def day(cell: str) -> date:
    """Return a date written year first, such as 2026-11-02."""
    try:
        if len(cell) != len("2026-11-02"):
            raise CellError("is not a date. Write the year first, such as 2026-11-02.")
        return date.fromisoformat(cell)
    except ValueError as exc:
        raise CellError("is not a date. Write the year first, such as 2026-11-02.") from exc


def word(words: type[StrEnum]) -> Reader:
    """Return a reader of one word of a closed list."""
    allowed = [each.value for each in words]

    def read(cell: str) -> str:
        if cell not in allowed:
            raise CellError(f"is not one of {', '.join(allowed)}.")
        return cell

    return read


def yes_no(cell: str) -> bool:
    """Return True for yes, False for no."""
    if cell not in {"yes", "no"}:
        raise CellError("must be yes or no.")
    return cell == "yes"


def matching(validator: Callable[[str], None], limit: int = 254) -> Reader:
    """Return a reader of text up to ``limit`` characters that a model's validator accepts."""
    short = text(limit)

    def read(cell: str) -> str:
        try:
            validator(short(cell))
        except ValidationError as exc:
            raise CellError(f"cannot be taken. {' '.join(exc.messages)}") from exc
        return cell

    return read
