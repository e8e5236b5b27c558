"""Does a condition hold on these facts: yes, no, or not to be told because a fact is unknown. Pure."""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from policies.limits import AnyOf, Between, Bound, Conditions, Facts, Limit, LimitRow

BOUNDS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}


@dataclass(frozen=True, slots=True)
class Match:
    """Whether conditions hold; None where that hangs on the ``missing`` facts."""

    holds: bool | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """The row that fits; None where none does, or where that hangs on the ``missing`` facts."""

    row: LimitRow | None
    missing: tuple[str, ...] = ()


Quote = Callable[[str], Lookup]


def match(conditions: Conditions, facts: Facts, quote: Quote) -> Match:
    """Return whether every condition holds; one that certainly fails outweighs any that cannot be told."""
    results = [_match_one(name, condition, facts, quote) for name, condition in conditions.items()]
    if any(result.holds is False for result in results):
        return Match(False)
    missing = tuple(dict.fromkeys(name for result in results for name in result.missing))
    return Match(None if missing else True, missing)


def find_row(rows: Iterable[LimitRow], facts: Facts, quote: Quote) -> Lookup:
    """Return the first row that fits. A row that might fit ends the search: a later one may not overtake it."""
    for row in rows:
        found = match(row.where, facts, quote)
        if found.holds is None:
            return Lookup(None, found.missing)
        if found.holds:
            return Lookup(row)
    return Lookup(None)


def as_number(value: Limit) -> Decimal:
    """Return a numeric fact or limit as Decimal. Raises TypeError for a list, text, a flag or a float."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"A number was expected, not {type(value).__name__}; hand facts in as Decimal or int.")
    return Decimal(value)


def _match_one(name: str, condition: AnyOf | Between, facts: Facts, quote: Quote) -> Match:
    value = facts.get(name)
    if value is None:
        return Match(None, (name,))
    if isinstance(condition, AnyOf):
        return Match(value in condition.values)
    return _within(as_number(value), condition, quote)


def _within(value: Decimal, condition: Between, quote: Quote) -> Match:
    missing: list[str] = []
    for word, compare in BOUNDS.items():
        bound: Bound | None = getattr(condition, word)
        if isinstance(bound, str):
            found = quote(bound)
            if found.row is None:
                missing.extend(found.missing or (bound,))
                continue
            bound = as_number(found.row.limit)
        if bound is not None and not compare(value, bound):
            return Match(False)
    return Match(None if missing else True, tuple(missing))
