"""The rulebook: dated limits with citations, read from TOML and evaluated on facts. Pure: no Django, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from policies.rulebook.conditions import as_number
from policies.rulebook.evaluation import Evaluation, RuleOfDay
from policies.rulebook.findings import FactValue, Finding
from policies.rulebook.limits import (
    AnyOf,
    DatedLimit,
    Facts,
    FactWord,
    Limit,
    Rate,
    RateQuote,
    Rule,
    RulebookError,
    in_force,
)

__all__ = ["DatedRules", "Facts", "Rate", "RateQuote", "Rule", "RuleBook", "RulebookError"]

FOLDER = Path(__file__).parent
VERSION_DIGITS = 16  # of the hash; a run names its rulebook by these
DAYS_KEPT = 8
PROGRAM = "program"  # the fact that most rules are narrowed by


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule and rate the house has, for all days. ``version`` names the exact texts they were read from."""

    version: str
    rules: tuple[Rule, ...]
    rates: Mapping[str, Rate]
    words: Mapping[str, FactWord] = field(repr=False)
    _days: dict[date, DatedRules] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def load(cls, folder: Path | None = None) -> RuleBook:
        """Read every ``*.toml`` in ``folder`` (default: the house's own). RulebookError names file, rule and fault."""
        return cls.from_texts({path.name: path.read_bytes() for path in (folder or FOLDER).glob("*.toml")})

    @classmethod
    def from_texts(cls, texts: Mapping[str, bytes]) -> RuleBook:
        """Read TOML texts by file name. RulebookError names file, rule and fault."""
        from policies.rulebook.reading import read_rulebook

        rules, rates, words = read_rulebook(dict(sorted(texts.items())))
        return cls(hash_of(texts)[:VERSION_DIGITS], rules, rates, words)

    def on(self, day: date) -> DatedRules:
        """Return the rules as they stood on ``day``. RulebookError where a rule or rate has no value yet.

        A day asked for again is answered with the same object, so that what it worked out serves every application.
        """
        if day not in self._days:
            if len(self._days) >= DAYS_KEPT:
                self._days.clear()
            self._days[day] = self._dated(day)
        return self._days[day]

    def _dated(self, day: date) -> DatedRules:
        rules = tuple(rule for rule in self.rules if not (rule.introduced and in_force(rule.limits, day) is None))
        for name, limits in [*((r.code, r.limits) for r in rules), *((r.name, r.limits) for r in self.rates.values())]:
            if in_force(limits, day) is None:
                raise RulebookError(
                    f"{name} has no value on {day}: its first starts on {limits[0].since}. "
                    "Add the earlier value to the rulebook, or ask for a later day."
                )
        return DatedRules(day, rules, self.rates, self.words)


def hash_of(texts: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over file names and texts, as 64 hex digits; a book's version is the first of them."""
    ordered = sorted(texts.items())
    return hashlib.sha256(b"\0".join(name.encode() + b"\0" + text for name, text in ordered)).hexdigest()


@dataclass(frozen=True, eq=False)
class DatedRules:
    """The rulebook on one day. Keep it for many applications: what all of them look up is worked out only once."""

    day: date
    rules: tuple[Rule, ...]
    rates: Mapping[str, Rate] = field(repr=False)
    words: Mapping[str, FactWord] = field(repr=False)

    def evaluate(self, facts: Facts, *, group: str) -> list[Finding]:
        """Return one finding for each rule of ``group`` (underwriting, compliance) that applies to the facts.

        A rule whose facts are unknown gives an UNKNOWN finding, unless it says that it is left out until they exist.
        RulebookError for an unknown group.
        """
        evaluation = Evaluation(facts, self._rates_of_day, self.words)
        findings = (evaluation.finding(asked) for asked in self._candidates(group, facts))
        return [finding for finding in findings if finding is not None]

    def applicable(self, facts: Facts, group: str | None = None) -> list[Rule]:
        """Return the rules that ``evaluate`` answers with a finding: all groups, or one."""
        evaluation = Evaluation(facts, self._rates_of_day, self.words)
        return [asked.rule for asked in self._candidates(group, facts) if evaluation.finding(asked) is not None]

    def rate(self, name: str, facts: Facts) -> RateQuote | None:
        """Return the number that rate ``name`` has for these facts, in the rate's unit.

        None where no row fits or a fact it needs is unknown; RulebookError for an unknown name or one without numbers.
        """
        self._known(name)
        row = Evaluation(facts, self._rates_of_day, self.words).quote(name).row
        if row is None:
            return None
        dated = self._rates_of_day[name]
        return RateQuote(_rate_value(name, row.limit), self.rates[name].unit, dated.citation, dated.mark)

    def highest(self, name: str) -> Decimal:
        """Return the largest number in the rate's table, such as the points a scorecard factor can give at most."""
        self._known(name)
        if name not in self._highest:
            self._highest[name] = max(_rate_value(name, row.limit) for row in self._rates_of_day[name].rows)
        return self._highest[name]

    @cached_property
    def _highest(self) -> dict[str, Decimal]:
        return {}

    @cached_property
    def _rates_of_day(self) -> Mapping[str, DatedLimit]:
        dated = ((name, in_force(rate.limits, self.day)) for name, rate in self.rates.items())
        return {name: limit for name, limit in dated if limit is not None}

    @cached_property
    def _groups(self) -> Mapping[str | None, tuple[RuleOfDay, ...]]:
        """Return the rules by group; under None all of them."""
        dated = ((rule, in_force(rule.limits, self.day)) for rule in self.rules)
        rules = [RuleOfDay.of(rule, limit, rule.applies) for rule, limit in dated if limit is not None]
        names: list[str | None] = [None, *dict.fromkeys(rule.group for rule in self.rules)]
        return {name: tuple(each for each in rules if name in (None, each.rule.group)) for name in names}

    @cached_property
    def _of_program(self) -> Mapping[tuple[str | None, FactValue], tuple[RuleOfDay, ...]]:
        """Return by group and program the rules that may concern it, their program being no question any more."""
        named = [rule.applies.get(PROGRAM) for rule in self.rules]
        programs = {value for condition in named if isinstance(condition, AnyOf) for value in condition.values}
        return {
            (group, program): tuple(_of_program(each) for each in rules if _may_concern(each.rule, program))
            for group, rules in self._groups.items()
            for program in programs
        }

    def _candidates(self, group: str | None, facts: Facts) -> tuple[RuleOfDay, ...]:
        """Return the rules of a group that may apply, in the rulebook's order."""
        if group not in self._groups:
            known = ", ".join(sorted(name for name in self._groups if name))
            raise RulebookError(f"The rulebook has no group {group!r}; it has {known}.")
        return self._of_program.get((group, facts.get(PROGRAM)), self._groups[group])

    def _known(self, name: str) -> None:
        if name not in self.rates:
            raise RulebookError(f"The rulebook has no rate {name!r}; it has {', '.join(sorted(self.rates))}.")


def _may_concern(rule: Rule, program: FactValue) -> bool:
    condition = rule.applies.get(PROGRAM)
    return not isinstance(condition, AnyOf) or program in condition.values


def _of_program(asked: RuleOfDay) -> RuleOfDay:
    applies = {name: condition for name, condition in asked.rule.applies.items() if name != PROGRAM}
    return RuleOfDay.of(asked.rule, asked.dated, applies)


def _rate_value(name: str, limit: Limit) -> Decimal:
    if isinstance(limit, tuple):
        raise RulebookError(f"Rate {name} holds a list, not a number; use it through a rule.")
    return as_number(limit)
