"""A rulebook in words: each rule and rate with its dated limits, and what two books differ in. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policies.rulebook import rule_wording as wording
from policies.rulebook.limits import AnyOf, Between, Bound, Conditions, DatedLimit, FactWord, Limit, Rate, Rule
from policies.rulebook.rules import PROGRAM, RuleBook

RATES = "rates"  # the group of whatever is no rule
TESTS = {
    "at_most": "at most",
    "at_least": "at least",
    "below": "below",
    "one_of": "one of",
    "none_of": "none of",
    "equals": "is",
    "is_known": "is known",
    "within_area_limit": "within the area's limit",
}
BOUNDS = {"above": "above", "at_least": "at least", "below": "below", "at_most": "at most"}
EVERY_LOAN = "every loan"


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One row of a limit table: for which loans, and the limit with its unit."""

    where: str
    limit: str


@dataclass(frozen=True, slots=True)
class DatedLines:
    """What is in force from a day on, with its citation and how well that is known (V, 2nd, U)."""

    since: date
    lines: tuple[LimitLine, ...]
    citation: str
    mark: str


@dataclass(frozen=True, slots=True)
class Outline:
    """One rule or rate in words; ``programs`` is empty where it concerns all of them."""

    code: str
    group: str
    title: str
    layer: str
    severity: str
    test: str
    applies: str
    programs: tuple[str, ...]
    values: tuple[DatedLines, ...]
    others: tuple[tuple[str, str], ...] = ()

    def in_force(self, day: date) -> DatedLines | None:
        """Return what is in force on ``day``; None before the first value."""
        return next((each for each in reversed(self.values) if each.since <= day), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that differs: empty ``before`` where it is new, empty ``after`` where it is gone."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One rule or rate that was added, removed or changed."""

    code: str
    title: str
    kind: str
    lines: tuple[Line, ...]


def outlines(book: RuleBook) -> list[Outline]:
    """Return every rule and then every rate of a book, in its order."""
    rules = [_rule(rule, book.words) for rule in book.rules]
    return rules + [_rate(rate, book.words) for rate in book.rates.values()]


def differences(before: RuleBook, after: RuleBook) -> list[Change]:
    """Return the rules and rates that are not the same in both, each line with the value before and after."""
    old, new = ({each.code: each for each in outlines(book)} for book in (before, after))
    codes = [*new, *(code for code in old if code not in new)]
    changes = [_change(code, old.get(code), new.get(code)) for code in codes]
    return [each for each in changes if each.lines] + _word_changes(before.words, after.words)


def _rule(rule: Rule, words: Mapping[str, FactWord]) -> Outline:
    word, programs = words[rule.fact], rule.applies.get(PROGRAM)
    others = {
        "reason code": rule.reason_code,
        "accepted when": " or ".join(_where(each, words) for each in rule.unless),
        "because": rule.because,
        "where no row fits": rule.otherwise,
        "where the fact is unknown": rule.when_unknown,
        "the area's limit": rule.area_fact and words[rule.area_fact].label if rule.area_fact in words else "",
        "ceiling": rule.ceiling.replace("_", " "),
        "introduced later": "yes" if rule.introduced else "",
        **{f"sentence when {result}": sentence for result, sentence in rule.sentences.items()},
    }
    return Outline(
        code=rule.code,
        group=rule.group,
        title=rule.title,
        layer=rule.layer,
        severity=str(rule.severity),
        test=f"{word.label} {TESTS[rule.test]}",
        applies=_where(rule.applies, words),
        programs=tuple(str(value) for value in programs.values) if isinstance(programs, AnyOf) else (),
        values=tuple(_dated(limit, word.kind, words) for limit in rule.limits),
        others=tuple((name, text) for name, text in others.items() if text),
    )


def _rate(rate: Rate, words: Mapping[str, FactWord]) -> Outline:
    values = tuple(_dated(limit, rate.unit, words) for limit in rate.limits)
    title = rate.name.replace("_", " ")
    return Outline(rate.name, RATES, title[:1].upper() + title[1:], "", "", "", EVERY_LOAN, (), values)


def _dated(limit: DatedLimit, kind: str, words: Mapping[str, FactWord]) -> DatedLines:
    lines = tuple(LimitLine(_where(row.where, words), _limit(row.limit, kind)) for row in limit.rows)
    return DatedLines(limit.since, lines, limit.citation, limit.mark)


def _limit(limit: Limit, kind: str) -> str:
    if limit is None:
        return ""
    return (
        ", ".join(wording.shown(each, kind) for each in limit)
        if isinstance(limit, tuple)
        else wording.shown(limit, kind)
    )


def _where(conditions: Conditions, words: Mapping[str, FactWord]) -> str:
    parts = [f"{_named(words[name])} {_condition(each, words[name].kind)}" for name, each in conditions.items()]
    return "; ".join(parts) or EVERY_LOAN


def _named(word: FactWord) -> str:
    return f"{word.label}:" if word.kind == "flag" else word.label


def _condition(condition: AnyOf | Between, kind: str) -> str:
    if isinstance(condition, AnyOf):
        return " or ".join(wording.shown(value, kind) for value in condition.values)
    bounds = ((text, getattr(condition, name)) for name, text in BOUNDS.items())
    return " and ".join(f"{text} {_bound(bound, kind)}" for text, bound in bounds if bound is not None)


def _bound(bound: Bound, kind: str) -> str:
    return f"the {bound.replace('_', ' ')}" if isinstance(bound, str) else wording.shown(bound, kind)


def _change(code: str, before: Outline | None, after: Outline | None) -> Change:
    old, new = _aspects(before), _aspects(after)
    lines = [
        Line(what, old.get(what, ""), new.get(what, ""))
        for what in [*new, *(each for each in old if each not in new)]
        if old.get(what) != new.get(what)
    ]
    if not lines and list(old) != list(new):
        lines = [Line("order of the rows", *("; ".join(each) for each in (old, new)))]
    shown = after or before
    kind = "added" if before is None else "removed" if after is None else "changed"
    return Change(code, shown.title if shown else code, kind, tuple(lines))


def _aspects(outline: Outline | None) -> dict[str, str]:
    """Return everything an outline says, by what it says it of."""
    if outline is None:
        return {}
    said = {
        "file": outline.group,
        "title": outline.title,
        "layer": outline.layer,
        "weight": outline.severity,
        "test": outline.test,
        "applies to": outline.applies,
        **dict(outline.others),
    }
    for dated in outline.values:
        said |= {f"from {dated.since}, {line.where}": line.limit for line in dated.lines}
        said |= {f"from {dated.since}, citation": f"{dated.citation} ({dated.mark})"}
    return {what: text for what, text in said.items() if text}


def _word_changes(before: Mapping[str, FactWord], after: Mapping[str, FactWord]) -> list[Change]:
    said = [{name: f"{word.label} ({word.kind})" for name, word in words.items()} for words in (before, after)]
    names = [*said[1], *(name for name in said[0] if name not in said[1])]
    found = [(name, said[0].get(name, ""), said[1].get(name, "")) for name in names]
    return [
        Change(name, "Fact", "changed" if old and new else "added" if new else "removed", (Line("called", old, new),))
        for name, old, new in found
        if old != new
    ]
