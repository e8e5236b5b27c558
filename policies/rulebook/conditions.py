"""Does a condition hold on these facts: yes, no, or not to be told because a fact is unknown. Pure."""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from policies.rulebook.limits import AnyOf, Between, Bound, Conditions, Facts, Limit, LimitRow

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
HOLDS, FAILS, NO_ROW = Match(True), Match(False), Lookup(None)


def match(conditions: Conditions, facts: Facts, quote: Quote) -> Match:
    """Return whether every condition holds; one that certainly fails outweighs any that cannot be told."""
    missing: list[str] = []
    for name, condition in conditions.items():
        value = facts.get(name)
        if value is None:
            missing.append(name)
        elif isinstance(condition, AnyOf):
            if value not in condition.values:
                return FAILS
        else:
            found = _within(as_number(value), condition, quote)
            if found.holds is False:
                return FAILS
            missing.extend(found.missing)
    return Match(None, tuple(dict.fromkeys(missing))) if missing else HOLDS


def find_row(rows: Iterable[LimitRow], facts: Facts, quote: Quote) -> Lookup:
    """Return the first row that fits. A row that might fit ends the search: a later one may not overtake it."""
    for row in rows:
        found = match(row.where, facts, quote)
        if found.holds is None:
            return Lookup(None, found.missing)
        if found.holds:
            return Lookup(row)
    return NO_ROW


def as_number(value: Limit) -> Decimal:
    """Return a numeric fact or limit as Decimal. Raises TypeError for a list, text, a flag or a float."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"A number was expected, not {type(value).__name__}; hand facts in as Decimal or int.")
    return Decimal(value)


def _within(value: Decimal, condition: Between, quote: Quote) -> Match:
    missing: list[str] = []
    for word, compare in BOUNDS.items():
        bound: Bound | None = getattr(condition, word)
        if bound is None:
            continue
        if isinstance(bound, str):
            found = quote(bound)
            if found.row is None:
                missing.extend(found.missing or (bound,))
                continue
            bound = as_number(found.row.limit)
        if not compare(value, bound):
            return FAILS
    return Match(None, tuple(missing)) if missing else HOLDS
