"""Does a rulebook do what it says: each row can be reached, each limit holds at, below and above itself. Pure.

Facts are made up from the conditions themselves, so that a draft is tested without any application.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, product

from policies.rulebook.conditions import Lookup, as_number, find_row, match
from policies.rulebook.findings import FactValue, Finding, Result
from policies.rulebook.limits import AnyOf, Between, Conditions, Facts, LimitRow, Rule, in_force
from policies.rulebook.rule_tests import MEASURED, TESTS, WITHIN_AREA_LIMIT
from policies.rulebook.rules import DatedRules

WHOLE_KINDS = ("points", "count")
ANOTHER = "(another)"  # a text that no condition names
MOST_TRIES = 50_000  # combinations of facts before a row is given up as out of reach
Condition = AnyOf | Between


def self_test(rules: DatedRules) -> list[str]:
    """Return a sentence for each row that no loan can reach and each limit that does not hold at its edge."""
    faults: list[str] = []
    for rule in rules.rules:
        shares_table = any(rule.limits is rate.limits for rate in rules.rates.values())
        for place, row, facts in _reached(rules, rule.code, rule.applies):
            if facts is None:
                faults.extend([] if shares_table else [_out_of_reach(rule.code, place)])
            elif not _holds_at_its_edge(rules, rule, row, facts):
                faults.append(f"{rule.code}: the limit in row {place} does not hold at its edge. Correct its test.")
    for name in rules.rates:
        faults.extend(_out_of_reach(name, place) for place, _, facts in _reached(rules, name, {}) if facts is None)
    return faults


def _out_of_reach(name: str, place: int) -> str:
    return f"{name}: no loan can reach row {place}. Move it before the row that takes its loans, or remove it."


def _reached(rules: DatedRules, name: str, applies: Conditions) -> Iterator[tuple[int, LimitRow, Facts | None]]:
    """Yield each row with its place from 1 and facts that reach it, None where earlier rows take them all."""
    rows = _rows(rules, name)
    for place, row in enumerate(rows, 1):
        yield place, row, _reaching(rules, applies, rows[:place])


def _rows(rules: DatedRules, name: str) -> tuple[LimitRow, ...]:
    limits = next((rule.limits for rule in rules.rules if rule.code == name), None) or rules.rates[name].limits
    dated = in_force(limits, rules.day)
    return dated.rows if dated else ()


def _reaching(rules: DatedRules, applies: Conditions, rows: tuple[LimitRow, ...]) -> Facts | None:
    named: dict[str, list[Condition]] = {}
    for conditions in (applies, *(row.where for row in rows)):
        _gather(rules, conditions, named)
    wanted = [applies, rows[-1].where]
    choices = {name: _choices(rules, name, conditions, wanted) for name, conditions in named.items()}
    for values in islice(product(*choices.values()), MOST_TRIES):
        facts: Facts = dict(zip(choices, values, strict=True))
        quoted = _Quoted(rules, facts)
        if match(applies, facts, quoted).holds and find_row(rows, facts, quoted).row is rows[-1]:
            return facts
    return None


class _Quoted:
    """The rates of the day for made-up facts, as conditions ask for them."""

    def __init__(self, rules: DatedRules, facts: Facts) -> None:
        self.rules, self.facts = rules, facts

    def __call__(self, name: str) -> Lookup:
        return find_row(_rows(self.rules, name), self.facts, self)


def _gather(rules: DatedRules, conditions: Conditions, named: dict[str, list[Condition]]) -> None:
    """Add every condition under its fact, those of the rates that serve as bounds as well."""
    for fact, condition in conditions.items():
        named.setdefault(fact, []).append(condition)
        for bound in _bounds(condition):
            if isinstance(bound, str):
                for row in _rows(rules, bound):
                    _gather(rules, row.where, named)


def _bounds(condition: Condition) -> list[Decimal | str]:
    if isinstance(condition, AnyOf):
        return []
    given = (condition.above, condition.at_least, condition.below, condition.at_most)
    return [bound for bound in given if bound is not None]


def _choices(rules: DatedRules, fact: str, conditions: list[Condition], wanted: list[Conditions]) -> list[FactValue]:
    """Return the values worth trying: those named, those beside every bound, and one that nobody names."""
    kind = rules.words[fact].kind
    if kind == "flag":
        values: list[FactValue] = [True, False]
    elif kind == "text":
        values = [*(value for each in conditions if isinstance(each, AnyOf) for value in each.values), ANOTHER]
    else:
        values = list(_numbers(rules, kind, conditions))
    kept = [{fact: each[fact]} for each in wanted if fact in each]
    unique = list(dict.fromkeys(values))
    return [v for v in unique if all(match(each, {fact: v}, _Quoted(rules, {})).holds is not False for each in kept)]


def _numbers(rules: DatedRules, kind: str, conditions: list[Condition]) -> Iterator[Decimal]:
    for condition in conditions:
        edges = list(condition.values) if isinstance(condition, AnyOf) else _edges(rules, condition)
        for edge in edges:
            number = as_number(edge)
            yield from (number, number - _step(kind), number + _step(kind))


def _edges(rules: DatedRules, condition: Between) -> list[FactValue]:
    edges: list[FactValue] = []
    for bound in _bounds(condition):
        if isinstance(bound, str):
            edges.extend(row.limit for row in _rows(rules, bound) if not isinstance(row.limit, tuple))
        else:
            edges.append(bound)
    return edges


def _step(kind: str) -> Decimal:
    return Decimal(1) if kind in WHOLE_KINDS else Decimal("0.01")


def _holds_at_its_edge(rules: DatedRules, rule: Rule, row: LimitRow, facts: Facts) -> bool:
    """Return whether the rule passes and fails around its limit as its test says; True where nothing is measured."""
    if rule.test not in MEASURED - {WITHIN_AREA_LIMIT} or isinstance(row.limit, tuple):
        return True
    if rule.fact in facts:  # the conditions ask for it too, so that a step away from the limit may leave the row
        return True
    limit, step = as_number(row.limit), _step(rule.unit)
    return all(
        _agrees(rules, rule, limit, {**facts, rule.fact: value}) for value in (limit - step, limit, limit + step)
    )


def _agrees(rules: DatedRules, rule: Rule, limit: Decimal, facts: Facts) -> bool:
    found = _finding(rules, rule, facts)
    expected = Result.PASSED if TESTS[rule.test](facts[rule.fact], limit).passed else Result.FAILED
    compensated = expected is Result.FAILED and bool(rule.unless)
    return found is not None and found.limit == limit and (found.result is expected or compensated)


def _finding(rules: DatedRules, rule: Rule, facts: Facts) -> Finding | None:
    return next((each for each in rules.evaluate(facts, group=rule.group) if each.code == rule.code), None)
