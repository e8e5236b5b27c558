"""Whether a changed loan is still within what the agencies tolerate between submission and closing. Pure.

The tolerances are dated limits of the rulebook, handed in by name as a run stored them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lending.display import dollars, fact_words, number, percent

Tolerances = Mapping[str, Mapping[str, Any]]
Told = tuple[bool | None, str]
WHEN_CHANGED = "when_changed"
# What the tolerances say together: one is exceeded, none is, or it cannot be told.
RESUBMISSION: dict[bool | None, str] = {
    True: "A tolerance is exceeded: submit the loan to automated underwriting again.",
    False: "Within every tolerance: the loan need not be submitted again.",
    None: "Whether the loan must be submitted again cannot be told: a figure, or the tolerances, are not stored.",
}


@dataclass(frozen=True, slots=True)
class Sides:
    """The figures of both runs: ratios as decimal strings, and facts by path, such as ``home.units``."""

    ratios_before: Mapping[str, str | None]
    ratios_after: Mapping[str, str | None]
    facts_before: Mapping[str, str | None]
    facts_after: Mapping[str, str | None]

    def ratio(self, name: str) -> tuple[Decimal | None, Decimal | None]:
        """Return a ratio of both runs; None is unknown."""
        return number(self.ratios_before.get(name)), number(self.ratios_after.get(name))

    def fact(self, name: str) -> tuple[Decimal | None, Decimal | None]:
        """Return a figure among the facts of both runs; None is unknown."""
        return number(self.facts_before.get(name)), number(self.facts_after.get(name))


@dataclass(frozen=True, slots=True)
class Demand:
    """One tolerance: whether it is exceeded (None: a figure is unknown), in a sentence, and whose rule it is."""

    name: str
    exceeded: bool | None
    text: str
    citation: str
    mark: str


def demands_of(sides: Sides, tolerances: Tolerances) -> tuple[Demand, ...]:
    """Return each tolerance with whether the later run exceeds it; empty where none were stored.

    A DTI in percent counts only when it rose; liens are closed-end balances and full credit lines in dollars.
    """
    return tuple(_demands(sides, tolerances))


def _demands(sides: Sides, tolerances: Tolerances) -> Iterator[Demand]:
    for name, test in TESTS.items():
        tolerance = tolerances.get(name)
        limit = number(tolerance["limit"]) if tolerance else None
        if tolerance and limit is not None:
            exceeded, text = test(sides, limit)
            yield Demand(name, exceeded, text, tolerance["citation"], tolerance["mark"])
    if changes := tolerances.get(WHEN_CHANGED):
        exceeded, text = _terms_changed(sides, changes["limit"])
        yield Demand(WHEN_CHANGED, exceeded, text, changes["citation"], changes["mark"])


def _dti_above(sides: Sides, limit: Decimal) -> Told:
    before, after = sides.ratio("back_end_dti")
    if before is None or after is None:
        return None, "The back-end DTI of a run is unknown."
    now = f"Back-end DTI {percent(after)} after {percent(before)}"
    if after > limit and after > before:
        return True, f"{now}: above {percent(limit)}."
    return False, f"{now}: it did not rise above {percent(limit)}."


def _dti_rise(sides: Sides, limit: Decimal) -> Told:
    before, after = sides.ratio("back_end_dti")
    if before is None or after is None:
        return None, "The back-end DTI of a run is unknown."
    exceeded = after - before >= limit
    return exceeded, f"Back-end DTI moved by {after - before:+} points; {limit} or more count."


def _loan_rise(sides: Sides, limit: Decimal) -> Told:
    return _rise("Loan amount", dollars, sides.ratio("base_loan_amount"), limit)


def _ltv_rise(sides: Sides, limit: Decimal) -> Told:
    return _rise("LTV", percent, sides.ratio("ltv"), limit)


def _lien_rise(sides: Sides, limit: Decimal) -> Told:
    return _rise("Subordinate liens", dollars, (_liens(sides.facts_before), _liens(sides.facts_after)), limit)


def _liens(facts: Mapping[str, str | None]) -> Decimal | None:
    closed, drawn, line = (number(facts.get(name)) for name in ("subordinate_balance", "heloc_balance", "heloc_limit"))
    return None if closed is None or drawn is None or line is None else closed + max(drawn, line)


def _rise(
    label: str, shown: Callable[[object], str], sides: tuple[Decimal | None, Decimal | None], limit: Decimal
) -> Told:
    before, after = sides
    if before is None or after is None:
        return None, f"{label} is unknown in a run."
    exceeded = after - before > limit
    return exceeded, f"{label} {shown(after)} after {shown(before)}: {'higher' if exceeded else 'no higher'}."


def _uncovered(sides: Sides, limit: Decimal) -> Told:
    (before, after), (_, funds) = sides.fact("funds_to_close"), sides.fact("liquid_assets")
    if before is None or after is None or funds is None:
        return None, "Funds to close, or the funds on file, are unknown in a run."
    now = f"Funds to close {dollars(after)} after {dollars(before)}, with {dollars(funds)} on file"
    exceeded = after > before and after - funds > limit
    return exceeded, f"{now}: {'not covered' if exceeded else 'covered, or no higher'}."


def _terms_changed(sides: Sides, names: list[str]) -> Told:
    if not sides.facts_before or not sides.facts_after:
        return None, "A run has stored no facts to compare."
    changed = [name for name in names if not same(sides.facts_before.get(name), sides.facts_after.get(name))]
    if not changed:
        return False, "Program, purpose, occupancy, terms and property are as they were."
    return True, f"Changed: {', '.join(fact_words(name) for name in changed)}."


def same(old: str | None, new: str | None) -> bool:
    """Return whether two stored values say the same: 320000 and 320000.00 are one amount, empty and unknown too."""
    if old == new or (not old and not new):
        return True
    one, other = number(old), number(new)
    return one is not None and one == other


TESTS: dict[str, Callable[[Sides, Decimal], Told]] = {
    "back_end_dti_above": _dti_above,
    "back_end_dti_rise": _dti_rise,
    "subordinate_liens_rise": _lien_rise,
    "loan_amount_rise": _loan_rise,
    "ltv_rise": _ltv_rise,
    "funds_to_close_uncovered": _uncovered,
}
