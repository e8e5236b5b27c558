"""One plain sentence per finding, with the value and the limit in it."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from policies.rulebook.findings import FactValue, Result
from policies.rulebook.limits import FactWord, Limit, Rule

SENTENCES: dict[tuple[str, Result], str] = {
    ("at_most", Result.PASSED): "{Label} {value} is within the limit of {limit}.",
    ("at_most", Result.FAILED): "{Label} {value} is above the limit of {limit}.",
    ("at_least", Result.PASSED): "{Label} {value} meets the minimum of {limit}.",
    ("at_least", Result.FAILED): "{Label} {value} is below the minimum of {limit}.",
    ("below", Result.PASSED): "{Label} {value} is below the threshold of {limit}.",
    ("below", Result.FAILED): "{Label} {value} is not below the threshold of {limit}.",
    ("one_of", Result.PASSED): "{Label} {value} is accepted.",
    ("one_of", Result.FAILED): "{Label} {value} is not accepted; accepted: {limit}.",
    ("none_of", Result.PASSED): "{Label} {value} needs no closer look.",
    ("none_of", Result.FAILED): "{Label} {value} needs a closer look by a person.",
    ("equals", Result.PASSED): "{Label}: {value}, as required.",
    ("equals", Result.FAILED): "{Label}: {value}; required: {limit}.",
    ("is_known", Result.PASSED): "{Label} is known.",
    ("within_area_limit", Result.PASSED): "{Label} {value} is within the limit of {limit}.",
    ("within_area_limit", Result.FAILED): "{Label} {value} is above the limit of {limit}.",
}
UNITS = {"percent": " percent", "months": " months", "years": " years"}


def sentence(rule: Rule, result: Result, word: FactWord, value: FactValue, limit: Limit) -> str:
    """Return what a passed or failed test says, in the rule's own words where it has some."""
    pattern = rule.sentences.get(result) or SENTENCES[rule.test, result]
    return pattern.format(
        label=word.label, Label=_capital(word.label), value=shown(value, word.kind), limit=_limit(limit, word.kind)
    )


def accepted(failed: str, because: str) -> str:
    """Return what a failed guide says that a compensating fact makes acceptable."""
    return f"{failed.removesuffix('.')}, which is accepted because {because}."


def without_limit(word: FactWord, value: FactValue) -> str:
    """Return what is said where the limit table has no row for this kind of loan."""
    return f"No {word.label} is allowed for this kind of loan; it is {shown(value, word.kind)}."


def unknown(rule: Rule, missing: Iterable[str]) -> str:
    """Return what is said where the facts called ``missing`` are not known (or no published limit fits)."""
    names = list(missing)
    if rule.sentences.get(Result.UNKNOWN) and names:
        return rule.sentences[Result.UNKNOWN]
    if not names:
        return f"{rule.title} could not be tested: the rulebook holds no limit for this kind of loan."
    verb = "is" if len(names) == 1 else "are"
    return f"{rule.title} could not be tested because {_listed(names)} {verb} not known."


def shown(value: FactValue, kind: str) -> str:
    """Return a value as people write it: ``$832,750``, ``46.20 percent``, ``3.5 months``, ``yes``."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ")
    number = Decimal(value)
    if kind == "dollars":
        whole = number == number.to_integral_value()
        return f"{'-' if number < 0 else ''}${abs(number):,.{0 if whole else 2}f}"
    return f"{_plain(number, at_least_two=kind == 'percent')}{UNITS.get(kind, '')}"


def _plain(number: Decimal, *, at_least_two: bool) -> str:
    """Keep every decimal that says something, so that a value just over a limit does not look equal to it."""
    exponent = number.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"{number:.{max(decimals, 2 if at_least_two else 0)}f}"


@lru_cache(maxsize=2048)  # the rulebook's limits, which every application is held against
def _limit(limit: Limit, kind: str) -> str:
    if isinstance(limit, tuple):
        return ", ".join(shown(value, kind) for value in limit)
    return shown(limit, kind)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
