"""The shapes of the rulebook: rules, rates and the dated limits they share. Pure: no Django, no clock."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from policies.rulebook.findings import FactValue, Severity

Facts = dict[str, FactValue]
Limit = FactValue | tuple[FactValue, ...]
Bound = Decimal | str  # a number, or the name of a rate that holds it on the day


class RulebookError(Exception):
    """The rulebook cannot answer: a date before its first value, a malformed rule, an unknown name."""


@dataclass(frozen=True, slots=True)
class FactWord:
    """How a fact is called in a sentence, and its kind: dollars, percent, months, years, points, count, text, flag."""

    label: str
    kind: str

    @property
    def is_number(self) -> bool:
        """Whether values of the fact can be compared with a limit."""
        return self.kind not in ("text", "flag")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds where the fact has one of these values."""

    values: tuple[FactValue, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Holds where the fact keeps every bound given: ``above`` and ``below`` exclude the bound itself."""

    above: Bound | None = None
    at_least: Bound | None = None
    below: Bound | None = None
    at_most: Bound | None = None


Conditions = dict[str, AnyOf | Between]


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One row of a limit table: the limit that applies where all of ``where`` holds. The first such row counts."""

    where: Conditions
    limit: Limit


@dataclass(frozen=True, slots=True)
class DatedLimit:
    """The limits in force from a day on, with the text they come from and how well that text is known (V, 2nd, U)."""

    since: date
    rows: tuple[LimitRow, ...]
    citation: str
    mark: str


def in_force(limits: tuple[DatedLimit, ...], day: date) -> DatedLimit | None:
    """Return what is in force on ``day``, or None before the first value."""
    return next((limit for limit in reversed(limits) if limit.since <= day), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """One named test of one fact. ``layer`` is agency or overlay; ``applies`` narrows it to programs and the like.

    ``otherwise`` is the result where no limit row fits (failed or unknown). ``when_unknown`` is ``unknown``, or
    ``skip`` for a test that is left out until its fact exists. A failed test counts as passed where one of ``unless``
    holds; ``because`` says so in words. ``area_fact`` and ``ceiling`` (a rate's name) belong to the test
    ``within_area_limit`` alone; ``sentences`` replaces the usual wording per result. Before its first value an
    ``introduced`` rule did not exist; any other rule then makes the whole book an error.
    """

    code: str
    group: str
    title: str
    layer: str
    fact: str
    test: str
    unit: str
    severity: Severity
    reason_code: str
    applies: Conditions
    otherwise: str
    when_unknown: str
    limits: tuple[DatedLimit, ...]
    unless: tuple[Conditions, ...] = ()
    because: str = ""
    area_fact: str = ""
    ceiling: str = ""
    introduced: bool = False
    sentences: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    """One dated table of rates or amounts that the engine reads, such as the FHA annual premium."""

    name: str
    unit: str
    limits: tuple[DatedLimit, ...]


@dataclass(frozen=True, slots=True)
class RateQuote:
    """A rate as found on a date: the value, its unit, its citation and source mark."""

    value: Decimal
    unit: str
    citation: str
    mark: str
