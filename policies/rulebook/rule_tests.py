"""The tests a rule may name: each takes a known fact and its limit and says whether it passes and by how much."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from policies.rulebook.conditions import as_number
from policies.rulebook.findings import FactValue
from policies.rulebook.limits import Limit

WITHIN_AREA_LIMIT = "within_area_limit"  # needs three limits, so policies.rulebook.rules works it out from at_most


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the test passed, and the room left to the limit in the fact's unit; None where nothing is measured."""

    passed: bool
    margin: Decimal | None = None


def at_most(value: FactValue, limit: Limit) -> Verdict:
    """Pass up to and including the limit."""
    margin = as_number(limit) - as_number(value)
    return Verdict(margin >= 0, margin)


def at_least(value: FactValue, limit: Limit) -> Verdict:
    """Pass from the limit on."""
    margin = as_number(value) - as_number(limit)
    return Verdict(margin >= 0, margin)


def below(value: FactValue, limit: Limit) -> Verdict:
    """Pass up to but not including the limit."""
    margin = as_number(limit) - as_number(value)
    return Verdict(margin > 0, margin)


def one_of(value: FactValue, limit: Limit) -> Verdict:
    """Pass where the value is listed."""
    return Verdict(value in _listed(limit))


def none_of(value: FactValue, limit: Limit) -> Verdict:
    """Pass where the value is not listed."""
    return Verdict(value not in _listed(limit))


def equals(value: FactValue, limit: Limit) -> Verdict:
    """Pass where the value is the limit itself, such as a flag."""
    return Verdict(value == limit)


def is_known(value: FactValue, limit: Limit) -> Verdict:
    """Pass for any value: an unknown one never gets here."""
    return Verdict(value is not None)


TESTS: dict[str, Callable[[FactValue, Limit], Verdict]] = {
    "at_most": at_most,
    "at_least": at_least,
    "below": below,
    "one_of": one_of,
    "none_of": none_of,
    "equals": equals,
    "is_known": is_known,
}
MEASURED = frozenset({"at_most", "at_least", "below", WITHIN_AREA_LIMIT})
LISTED = frozenset({"one_of", "none_of"})


def _listed(limit: Limit) -> tuple[FactValue, ...]:
    return limit if isinstance(limit, tuple) else (limit,)
