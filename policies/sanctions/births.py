"""How a birth date agrees with those a list gives, which are often a year, an estimate or a range. Pure."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
YEARS_APART = 2  # listed birth years are often estimates


class BirthDate(StrEnum):
    """How the birth date agrees with the listed ones; UNKNOWN where either side has none."""

    SAME_DAY = "same day"
    SAME_YEAR = "same year"
    NEAR = "near"
    UNKNOWN = "unknown"
    DIFFERENT = "different"


def birth_agreement(born: date | None, listed: Iterable[str], *, years_apart: int = YEARS_APART) -> BirthDate:
    """Compare a birth date with the listed ones, such as ``12 Nov 1969`` or ``circa 1971``; the best counts.

    A year no more than ``years_apart`` from a listed one is near; with 0 none is.
    """
    known = [agreement for text in listed if (agreement := _with_one(born, text, years_apart)) is not None]
    return min(known, key=list(BirthDate).index) if born is not None and known else BirthDate.UNKNOWN


def _with_one(born: date | None, text: str, years_apart: int) -> BirthDate | None:
    years = [int(year) for year in YEAR.findall(text)]
    if born is None or not years:
        return None
    if f"{born:%d %b %Y}" == text.strip():
        return BirthDate.SAME_DAY
    if min(years) <= born.year <= max(years):
        return BirthDate.SAME_YEAR
    near = min(years) - years_apart <= born.year <= max(years) + years_apart
    return BirthDate.NEAR if near else BirthDate.DIFFERENT
