"""The rulebook: dated limits with citations, read from TOML and evaluated on facts. Pure: no Django, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from policies import rule_wording as wording
from policies.conditions import Lookup, as_number, find_row, match
from policies.findings import FactValue, Finding, Result
from policies.limits import DatedLimit, Facts, FactWord, Limit, Rate, RateQuote, Rule, RulebookError, in_force
from policies.rule_tests import TESTS, WITHIN_AREA_LIMIT, Verdict, at_most

__all__ = ["DatedRules", "Facts", "Rate", "RateQuote", "Rule", "RuleBook", "RulebookError"]

FOLDER = Path(__file__).parent / "rulebook"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule and rate the house has, for all days. ``version`` names the exact texts they were read from."""

    version: str
    rules: tuple[Rule, ...]
    rates: Mapping[str, Rate]
    words: Mapping[str, FactWord] = field(repr=False)

    @classmethod
    def load(cls, folder: Path | None = None) -> RuleBook:
        """Read every ``*.toml`` in ``folder`` (default: the house's own). RulebookError names file, rule and fault."""
        from policies.rulebook_reading import read_rulebook

        files = sorted((folder or FOLDER).glob("*.toml"))
        texts = {path.name: path.read_bytes() for path in files}
        rules, rates, words = read_rulebook(texts)
        digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + text for name, text in texts.items()))
        return cls(digest.hexdigest()[:16], rules, rates, words)

    def on(self, day: date) -> DatedRules:
        """Return the rules as they stood on ``day``. RulebookError where a rule or rate has no value yet."""
        rules = tuple(rule for rule in self.rules if not (rule.introduced and in_force(rule.limits, day) is None))
        for name, limits in [*((r.code, r.limits) for r in rules), *((r.name, r.limits) for r in self.rates.values())]:
            if in_force(limits, day) is None:
                raise RulebookError(
                    f"{name} has no value on {day}: its first starts on {limits[0].since}. "
                    "Add the earlier value to the rulebook, or ask for a later day."
                )
        return DatedRules(day, rules, self.rates, self.words)


@dataclass(frozen=True, slots=True)
class DatedRules:
    """The rulebook on one day."""

    day: date
    rules: tuple[Rule, ...]
    rates: Mapping[str, Rate] = field(repr=False)
    words: Mapping[str, FactWord] = field(repr=False)

    def evaluate(self, facts: Facts, *, group: str) -> list[Finding]:
        """Return one finding for each rule of ``group`` (underwriting, compliance) that applies to the facts.

        A rule whose facts are unknown gives an UNKNOWN finding, unless it says that it is left out until they exist.
        RulebookError for an unknown group.
        """
        findings = [self._finding(rule, facts) for rule in self._of(group)]
        return [finding for finding in findings if finding is not None]

    def applicable(self, facts: Facts, group: str | None = None) -> list[Rule]:
        """Return the rules that ``evaluate`` answers with a finding: all groups, or one."""
        return [rule for rule in self._of(group) if self._finding(rule, facts) is not None]

    def rate(self, name: str, facts: Facts) -> RateQuote | None:
        """Return the number that rate ``name`` has for these facts, in the rate's unit.

        None where no row fits or a fact it needs is unknown; RulebookError for an unknown name or one without numbers.
        """
        row = self._quote(name, facts).row
        if row is None:
            return None
        dated = self._dated(self.rates[name].limits)
        return RateQuote(_rate_value(name, row.limit), self.rates[name].unit, dated.citation, dated.mark)

    def highest(self, name: str) -> Decimal:
        """Return the largest number in the rate's table, such as the points a scorecard factor can give at most."""
        return max(_rate_value(name, row.limit) for row in self._dated(self._rate(name).limits).rows)

    def _of(self, group: str | None) -> list[Rule]:
        rules = [rule for rule in self.rules if group in (None, rule.group)]
        if group is not None and not rules:
            known = ", ".join(sorted({rule.group for rule in self.rules}))
            raise RulebookError(f"The rulebook has no group {group!r}; it has {known}.")
        return rules

    def _dated(self, limits: tuple[DatedLimit, ...]) -> DatedLimit:
        dated = in_force(limits, self.day)
        if dated is None:
            raise RulebookError(f"{self.day} lies before the first value; ask RuleBook.on for the rules of a day.")
        return dated

    def _rate(self, name: str) -> Rate:
        if name not in self.rates:
            raise RulebookError(f"The rulebook has no rate {name!r}; it has {', '.join(sorted(self.rates))}.")
        return self.rates[name]

    def _quote(self, name: str, facts: Facts) -> Lookup:
        return find_row(self._dated(self._rate(name).limits).rows, facts, lambda other: self._quote(other, facts))

    def _finding(self, rule: Rule, facts: Facts) -> Finding | None:
        applies = match(rule.applies, facts, lambda name: self._quote(name, facts))
        if applies.holds is False:
            return None
        if applies.missing:
            return self._unknown(rule, facts, applies.missing)
        found = find_row(self._dated(rule.limits).rows, facts, lambda name: self._quote(name, facts))
        value = facts.get(rule.fact)
        missing = found.missing if value is not None else (rule.fact, *found.missing)
        if missing:
            return self._unknown(rule, facts, missing, found.row.limit if found.row else None)
        if found.row is None:
            return self._outside_table(rule, facts)
        if rule.test == WITHIN_AREA_LIMIT:
            return self._within_area(rule, facts, found.row.limit)
        return self._tested(rule, facts, TESTS[rule.test](value, found.row.limit), found.row.limit)

    def _within_area(self, rule: Rule, facts: Facts, floor: Limit) -> Finding | None:
        """Up to the national floor all is well; above it the area's limit decides, and no area exceeds the ceiling."""
        value, area = facts[rule.fact], facts.get(rule.area_fact)
        verdict = at_most(value, floor)
        if verdict.passed:
            return self._tested(rule, facts, verdict, floor)
        if area is not None:
            return self._tested(rule, facts, at_most(value, area), area)
        ceiling = self._quote(rule.ceiling, facts).row
        if ceiling is not None and not at_most(value, ceiling.limit).passed:
            return self._tested(rule, facts, at_most(value, ceiling.limit), ceiling.limit)
        return self._unknown(rule, facts, (rule.area_fact,))

    def _tested(self, rule: Rule, facts: Facts, verdict: Verdict, limit: Limit) -> Finding:
        result = Result.PASSED if verdict.passed else Result.FAILED
        message = wording.sentence(rule, result, self.words[rule.fact], facts[rule.fact], limit)
        if result is Result.FAILED and self._is_compensated(rule, facts):
            result, message = Result.PASSED, wording.accepted(message, rule.because)
        return self._said(rule, facts, result, message, limit=limit, margin=verdict.margin)

    def _is_compensated(self, rule: Rule, facts: Facts) -> bool:
        return any(match(each, facts, lambda name: self._quote(name, facts)).holds for each in rule.unless)

    def _outside_table(self, rule: Rule, facts: Facts) -> Finding | None:
        if rule.otherwise == Result.UNKNOWN:
            return self._unknown(rule, facts, ())
        message = wording.without_limit(self.words[rule.fact], facts[rule.fact])
        return self._said(rule, facts, Result.FAILED, message)

    def _unknown(self, rule: Rule, facts: Facts, missing: tuple[str, ...], limit: Limit = None) -> Finding | None:
        if rule.when_unknown == "skip" and facts.get(rule.fact) is None:
            return None
        labels = [self.words[name].label if name in self.words else name.replace("_", " ") for name in missing]
        message = wording.unknown(rule, labels)
        return self._said(rule, facts, Result.UNKNOWN, message, limit=limit, missing=list(missing))

    def _said(
        self,
        rule: Rule,
        facts: Facts,
        result: Result,
        message: str,
        *,
        limit: Limit = None,
        margin: Decimal | None = None,
        **details: Any,
    ) -> Finding:
        dated = self._dated(rule.limits)
        return Finding(
            code=rule.code,
            severity=rule.severity,
            result=result,
            fact=rule.fact,
            value=facts.get(rule.fact),
            limit=_flat(limit),
            margin=margin,
            unit=rule.unit,
            message=message,
            citation=dated.citation,
            source_mark=dated.mark,
            reason_code=rule.reason_code,
            details={"title": rule.title, "layer": rule.layer, "since": dated.since.isoformat(), **details},
        )


def _flat(limit: Limit) -> FactValue:
    return ", ".join(str(value) for value in limit) if isinstance(limit, tuple) else limit


def _rate_value(name: str, limit: Limit) -> Decimal:
    if isinstance(limit, tuple):
        raise RulebookError(f"Rate {name} holds a list, not a number; use it through a rule.")
    return as_number(limit)
