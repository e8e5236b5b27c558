"""The facts of a credit history: what went wrong in the past, how it ended, how long ago. None is unknown."""

from datetime import date

from lending.casefile import CaseFile
from policies.rulebook.rules import Facts

DISMISSAL, DISCHARGE, NOT_STATED = "dismissal", "discharge", "not_stated"


def credit_history(case: CaseFile) -> Facts:
    """Return what is past: flags, whole months up to the application, a bankruptcy's chapter and end.

    Nothing said of an event is none, and nothing said of extenuating circumstances is that none are documented. How a
    bankruptcy ended has a word of its own where the file does not say, so that rules can tell it from both ends.
    """
    several = (case.bankruptcies_in_seven_years or 0) > 1
    applied = case.application_date
    return {
        "bankruptcy": bool(case.bankruptcy_chapter or case.bankruptcy_date or case.bankruptcies_in_seven_years),
        "bankruptcy_chapter": _chapter(case.bankruptcy_chapter),
        "bankruptcy_ended_by": _ended_by(case.bankruptcy_dismissed),
        "months_since_bankruptcy": months_between(case.bankruptcy_date, applied),
        "several_bankruptcies": several,
        "foreclosure": case.foreclosure_date is not None or case.foreclosure_declared is True,
        "months_since_foreclosure": months_between(case.foreclosure_date, applied),
        "short_sale": case.short_sale_date is not None or case.short_sale_declared is True,
        "months_since_short_sale": months_between(case.short_sale_date, applied),
        "extenuating_circumstances": case.extenuating_circumstances is True,
    }


def months_between(start: date | None, end: date) -> int | None:
    """Return the whole months from one day to a later one; None when the first is unknown or lies after the second."""
    if start is None or start > end:
        return None
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _chapter(text: str | None) -> str | None:
    """Return the bare number of a bankruptcy chapter, however it was written: 7 for Ch. 7."""
    return "".join(sign for sign in text if sign.isdigit()) or text if text else None


def _ended_by(dismissed: bool | None) -> str:
    if dismissed is None:
        return NOT_STATED
    return DISMISSAL if dismissed else DISCHARGE
