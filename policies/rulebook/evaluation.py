"""One set of facts held against dated rules. Pure: what is looked up once for a rule serves all that ask again."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policies.rulebook import rule_wording as wording
from policies.rulebook.conditions import Lookup, find_row, match
from policies.rulebook.findings import FactValue, Finding, Result
from policies.rulebook.limits import Conditions, DatedLimit, Facts, FactWord, Limit, Rule
from policies.rulebook.rule_tests import TESTS, WITHIN_AREA_LIMIT, Verdict, at_most


@dataclass(frozen=True, slots=True)
class RuleOfDay:
    """A rule with what is in force on a day. ``applies`` are those of its conditions that are still to be asked."""

    rule: Rule
    dated: DatedLimit
    applies: Conditions
    about: Mapping[str, str]

    @classmethod
    def of(cls, rule: Rule, dated: DatedLimit, applies: Conditions) -> "RuleOfDay":
        """Return the rule with what each of its findings tells of it: title, layer, and since when it holds."""
        about = {"title": rule.title, "layer": rule.layer, "since": dated.since.isoformat()}
        return cls(rule, dated, applies, about)


class Evaluation:
    """The rules of a day on one set of facts, which must not change meanwhile."""

    __slots__ = ("_facts", "_quotes", "_rates", "_words")

    def __init__(self, facts: Facts, rates: Mapping[str, DatedLimit], words: Mapping[str, FactWord]) -> None:
        self._facts, self._rates, self._words = facts, rates, words
        self._quotes: dict[str, Lookup] = {}

    def quote(self, name: str) -> Lookup:
        """Return the row of a rate that fits the facts. Raises KeyError for a rate that the day does not have."""
        if name not in self._quotes:
            self._quotes[name] = find_row(self._rates[name].rows, self._facts, self.quote)
        return self._quotes[name]

    def finding(self, asked: RuleOfDay) -> Finding | None:
        """Return what a rule says of the facts; None where it does not apply to them."""
        applies = match(asked.applies, self._facts, self.quote)
        if applies.holds is False:
            return None
        if applies.missing:
            return self._unknown(asked, applies.missing)
        rule, found = asked.rule, find_row(asked.dated.rows, self._facts, self.quote)
        value = self._facts.get(rule.fact)
        missing = found.missing if value is not None else (rule.fact, *found.missing)
        if missing:
            return self._unknown(asked, missing, found.row.limit if found.row else None)
        if found.row is None:
            return self._outside_table(asked)
        if rule.test == WITHIN_AREA_LIMIT:
            return self._within_area(asked, found.row.limit)
        return self._tested(asked, TESTS[rule.test](value, found.row.limit), found.row.limit)

    def _within_area(self, asked: RuleOfDay, floor: Limit) -> Finding | None:
        """Up to the national floor all is well; above it the area's limit decides, and no area exceeds the ceiling."""
        value, area = self._facts[asked.rule.fact], self._facts.get(asked.rule.area_fact)
        verdict = at_most(value, floor)
        if verdict.passed:
            return self._tested(asked, verdict, floor)
        if area is not None:
            return self._tested(asked, at_most(value, area), area)
        ceiling = self.quote(asked.rule.ceiling).row
        if ceiling is not None and not at_most(value, ceiling.limit).passed:
            return self._tested(asked, at_most(value, ceiling.limit), ceiling.limit)
        return self._unknown(asked, (asked.rule.area_fact,))

    def _tested(self, asked: RuleOfDay, verdict: Verdict, limit: Limit) -> Finding:
        rule, result = asked.rule, Result.PASSED if verdict.passed else Result.FAILED
        message = wording.sentence(rule, result, self._words[rule.fact], self._facts[rule.fact], limit)
        if result is Result.FAILED and self._is_compensated(rule):
            result, message = Result.PASSED, wording.accepted(message, rule.because)
        return self._said(asked, result, message, limit=limit, margin=verdict.margin)

    def _is_compensated(self, rule: Rule) -> bool:
        return any(match(each, self._facts, self.quote).holds for each in rule.unless)

    def _outside_table(self, asked: RuleOfDay) -> Finding | None:
        if asked.rule.otherwise == Result.UNKNOWN:
            return self._unknown(asked, ())
        fact = asked.rule.fact
        return self._said(asked, Result.FAILED, wording.without_limit(self._words[fact], self._facts[fact]))

    def _unknown(self, asked: RuleOfDay, missing: tuple[str, ...], limit: Limit = None) -> Finding | None:
        if asked.rule.when_unknown == "skip" and self._facts.get(asked.rule.fact) is None:
            return None
        labels = [self._words[name].label if name in self._words else name.replace("_", " ") for name in missing]
        message = wording.unknown(asked.rule, labels)
        return self._said(asked, Result.UNKNOWN, message, limit=limit, missing=list(missing))

    def _said(
        self,
        asked: RuleOfDay,
        result: Result,
        message: str,
        *,
        limit: Limit = None,
        margin: Decimal | None = None,
        **details: Any,
    ) -> Finding:
        rule = asked.rule
        return Finding(
            code=rule.code,
            severity=rule.severity,
            result=result,
            fact=rule.fact,
            value=self._facts.get(rule.fact),
            limit=_flat(limit),
            margin=margin,
            unit=rule.unit,
            message=message,
            citation=asked.dated.citation,
            source_mark=asked.dated.mark,
            reason_code=rule.reason_code,
            details={**asked.about, **details},
        )


def _flat(limit: Limit) -> FactValue:
    return ", ".join(str(value) for value in limit) if isinstance(limit, tuple) else limit
