"""Two runs of one application side by side: what changed, and whether it must be submitted again. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from lending.ratios import Ratios
from lending.resubmission import Demand, Sides, Tolerances, demands_of, same

# The order of the figures; JSON in the database keeps none.
FIGURES = {field.name: place for place, field in enumerate(fields(Ratios))}
FACTS_LEFT_OUT = ("number", "officer_notes", "identity", "position")  # labels, or personal data that is not stored


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule said in one run: result, value and limit as stored, in ``unit``."""

    code: str
    result: str
    value: str
    limit: str
    unit: str
    message: str


@dataclass(frozen=True, slots=True)
class RunView:
    """One decided run as it is compared: its number, results and figures, plain facts, rules' results and versions."""

    number: int
    results: Mapping[str, str]
    ratios: Mapping[str, str | None]
    facts: Mapping[str, Any]
    rules: Sequence[RuleResult]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: its name (a path with dots for a fact), and both values; None where it was not there."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A rule whose result, value or limit differs; None where it was not applied in that run."""

    code: str
    before: RuleResult | None
    after: RuleResult | None

    @property
    def result_changed(self) -> bool:
        """Whether the rule itself says something else now, not only its value or limit."""
        return (self.before and self.before.result) != (self.after and self.after.result)

    @property
    def message(self) -> str:
        """What the rule says in the later run, or last said."""
        told = self.after or self.before
        return told.message if told else ""


@dataclass(frozen=True, slots=True)
class RunDiff:
    """Everything that differs between two runs. ``facts`` is None where a run has stored none to compare.

    ``demands`` are the tolerance rules with what each asks; ``resubmit`` is None where they could not all be told.
    """

    earlier: int
    later: int
    results: tuple[Difference, ...]
    ratios: tuple[Difference, ...]
    facts: tuple[Difference, ...] | None
    rules: tuple[RuleDifference, ...]
    versions: tuple[Difference, ...]
    demands: tuple[Demand, ...]

    @property
    def resubmit(self) -> bool | None:
        """Whether a tolerance is exceeded; None where none is, but some could not be told."""
        if any(demand.exceeded for demand in self.demands):
            return True
        return None if not self.demands or any(demand.exceeded is None for demand in self.demands) else False

    def as_plain(self) -> dict[str, Any]:
        """Return the comparison as JSON holds it."""
        return {**asdict(self), "resubmit": self.resubmit}


def compare_runs(earlier: RunView, later: RunView, tolerances: Tolerances) -> RunDiff:
    """Return what differs from one run to a later one. ``tolerances`` are those of the later run's day."""
    before, after = flattened(earlier.facts), flattened(later.facts)
    return RunDiff(
        earlier=earlier.number,
        later=later.number,
        results=tuple(_differences(earlier.results, later.results)),
        ratios=tuple(sorted(_differences(earlier.ratios, later.ratios), key=lambda each: FIGURES.get(each.name, 99))),
        facts=_in_place(_differences(before, after)) if before and after else None,
        rules=tuple(_rule_differences(earlier.rules, later.rules)),
        versions=tuple(_differences(earlier.versions, later.versions)),
        demands=tuple(
            sorted(demands_of(Sides(earlier.ratios, later.ratios, before, after), tolerances), key=_exceeded_first)
        ),
    )


def changed_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs between two plain case files, in the order in which a file is read."""
    return _in_place(_differences(flattened(before), flattened(after)))


def _in_place(facts: Iterator[Difference]) -> tuple[Difference, ...]:
    return tuple(sorted(facts, key=_place))


def flattened(facts: Mapping[str, Any]) -> dict[str, str | None]:
    """Return nested facts by path, such as ``home.units`` or ``borrowers.1.debts.2.balance`` (counted from 1)."""
    return dict(_leaves("", facts))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in FACTS_LEFT_OUT:
                yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            yield from _leaves(f"{path}.{place}", inner)
    else:
        yield path, None if value is None else str(value)


def _differences(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if not same(old, new):
            yield Difference(name, old, new)


def _exceeded_first(demand: Demand) -> int:
    return (True, None, False).index(demand.exceeded)


def _place(each: Difference) -> tuple[bool, str]:
    """Order facts as the file is read: the loan's own first, then borrowers, home and other homes."""
    return "." in each.name, each.name


def _rule_differences(before: Sequence[RuleResult], after: Sequence[RuleResult]) -> Iterator[RuleDifference]:
    """Yield the rules that differ, those with another result first."""
    old, new = {rule.code: rule for rule in before}, {rule.code: rule for rule in after}
    pairs = [RuleDifference(code, old.get(code), new.get(code)) for code in dict.fromkeys([*old, *new])]
    yield from sorted((pair for pair in pairs if _differs(pair)), key=lambda pair: not pair.result_changed)


def _differs(pair: RuleDifference) -> bool:
    if pair.before is None or pair.after is None or pair.result_changed:
        return True
    return not (same(pair.before.value, pair.after.value) and same(pair.before.limit, pair.after.limit))
