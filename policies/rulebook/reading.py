"""TOML to rules and rates, read strictly: whatever is misspelt, missing or out of order is named, never guessed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from policies.allowed_facts import refuse_unlisted
from policies.rulebook.conditions import BOUNDS, as_number
from policies.rulebook.findings import FactValue, Result, Severity
from policies.rulebook.limits import (
    AnyOf,
    Between,
    Bound,
    Conditions,
    DatedLimit,
    FactWord,
    Limit,
    LimitRow,
    Rate,
    Rule,
    RulebookError,
)
from policies.rulebook.rule_tests import LISTED, MEASURED, TESTS, WITHIN_AREA_LIMIT

FACTS_FILE = "facts.toml"
KINDS = ("dollars", "percent", "months", "years", "points", "count", "text", "flag")
LAYERS = ("agency", "overlay", "law")
MARKS = ("V", "2nd", "U")
REQUIRED = ("title", "layer", "fact", "test", "severity", "reason_code")
OPTIONAL = (
    *("applies", "values", "values_from", "otherwise", "when_unknown", "unless", "because"),
    *("area_fact", "ceiling", "introduced", "sentences"),
)
RATE_KEYS = ("unit", "values")
VALUE_KEYS = ("from", "limit", "rows", "cite", "mark")
Table = dict[str, Any]
Parts = tuple[tuple[Rule, ...], dict[str, Rate], dict[str, FactWord]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the rulebook we read, so that an error can say so; and the facts that may be named there."""

    file: str
    name: str
    words: Mapping[str, FactWord]

    def error(self, problem: str) -> RulebookError:
        """Return the error that names file, rule and problem."""
        return RulebookError(f"{self.file}, [{self.name}]: {problem}")

    def word(self, fact: str) -> FactWord:
        """Return how a fact is called. RulebookError for one that facts.toml does not list."""
        if fact not in self.words:
            raise self.error(f"unknown fact {fact!r}. Correct the name, or add it to {FACTS_FILE}.")
        return self.words[fact]


def read_rulebook(texts: Mapping[str, bytes]) -> Parts:
    """Read TOML texts by file name. Raises RulebookError naming file, rule and problem."""
    files = {name: _toml(name, text) for name, text in texts.items()}
    words = _words(files.pop(FACTS_FILE, {}))
    places = [(Place(file, name, words), table) for file, body in files.items() for name, table in body.items()]
    seen: dict[str, str] = {}
    for place, table in places:
        if not isinstance(table, dict):
            raise place.error("is not a table. Start it with its name in brackets.")
        if place.name in seen:
            raise place.error(f"the name is used already in {seen[place.name]}. Give each rule and rate its own.")
        seen[place.name] = place.file
    rates = {place.name: _rate(place, table) for place, table in places if "test" not in table and "fact" not in table}
    rules = tuple(_rule(place, table, rates) for place, table in places if place.name not in rates)
    refuse_unlisted(words, rates)
    if not rules:
        raise RulebookError("The rulebook holds no rule. Check the folder it is read from.")
    return rules, rates, words


def _toml(name: str, text: bytes) -> Table:
    try:
        return tomllib.loads(text.decode(), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise RulebookError(f"{name}: is not valid TOML: {exc}.") from exc


def _words(table: Table) -> dict[str, FactWord]:
    words = {}
    for name, entry in table.items():
        place = Place(FACTS_FILE, name, {})
        if not isinstance(entry, dict) or set(entry) != {"label", "kind"} or entry["kind"] not in KINDS:
            raise place.error(f"a fact has a label and a kind ({', '.join(KINDS)}).")
        words[name] = FactWord(entry["label"], entry["kind"])
    return words


def _rate(place: Place, table: Table) -> Rate:
    _only(place, table, RATE_KEYS, RATE_KEYS)
    if table["unit"] not in KINDS:
        raise place.error(f"unknown unit {table['unit']!r}; known: {', '.join(KINDS)}.")
    limits = _dated_limits(place, table["values"], FactWord(place.name, table["unit"]), rates={})
    return Rate(place.name, table["unit"], limits)


def _rule(place: Place, table: Table, rates: Mapping[str, Rate]) -> Rule:
    _only(place, table, (*REQUIRED, *OPTIONAL), REQUIRED)
    word = place.word(table["fact"])
    _check_test(place, table, word, rates)
    limits = _rule_limits(place, table, word, rates)
    return Rule(
        code=place.name,
        group=place.file.removesuffix(".toml"),
        title=table["title"],
        layer=_choice(place, "layer", table["layer"], LAYERS),
        fact=table["fact"],
        test=table["test"],
        unit=word.kind if word.is_number else "",
        severity=Severity(_choice(place, "severity", table["severity"], tuple(Severity))),
        reason_code=table["reason_code"],
        applies=_conditions(place, table.get("applies", {}), rates),
        otherwise=_choice(place, "otherwise", table.get("otherwise", Result.UNKNOWN), (Result.FAILED, Result.UNKNOWN)),
        when_unknown=_choice(place, "when_unknown", table.get("when_unknown", "unknown"), ("unknown", "skip")),
        limits=limits,
        unless=tuple(_conditions(place, each, rates) for each in table.get("unless", ())),
        because=table.get("because", ""),
        area_fact=table.get("area_fact", ""),
        ceiling=table.get("ceiling", ""),
        introduced=table.get("introduced", False),
        sentences=table.get("sentences", {}),
    )


def _check_test(place: Place, table: Table, word: FactWord, rates: Mapping[str, Rate]) -> None:
    test = _choice(place, "test", table["test"], (*TESTS, WITHIN_AREA_LIMIT))
    if test in MEASURED and not word.is_number:
        raise place.error(f"test {test} needs a number, but {table['fact']} is a {word.kind}.")
    if not re.fullmatch(r"[A-Z][A-Z_]+", str(table["reason_code"])):
        raise place.error(f"reason_code {table['reason_code']!r} is not in capitals.")
    if table.get("unless") and not table.get("because"):
        raise place.error("unless needs because, the words that say why the value is accepted.")
    if test == WITHIN_AREA_LIMIT:
        place.word(table.get("area_fact", ""))
        if table.get("ceiling") not in rates:
            raise place.error(f"test {test} needs ceiling, the name of a rate.")
    if not set(table.get("sentences", {})) <= set(Result):
        raise place.error(f"sentences may be given for {', '.join(Result)}.")


def _rule_limits(place: Place, table: Table, word: FactWord, rates: Mapping[str, Rate]) -> tuple[DatedLimit, ...]:
    if ("values" in table) == ("values_from" in table):
        raise place.error("give either values or values_from.")
    if "values" in table:
        return _dated_limits(place, table["values"], word, rates, table["test"])
    if table["values_from"] not in rates:
        raise place.error(f"values_from names the unknown rate {table['values_from']!r}.")
    return rates[table["values_from"]].limits


def _dated_limits(
    place: Place, values: Any, word: FactWord, rates: Mapping[str, Rate], test: str = ""
) -> tuple[DatedLimit, ...]:
    if not isinstance(values, list) or not values:
        raise place.error("values must list at least one dated value.")
    limits: list[DatedLimit] = []
    for value in values:
        limit = _dated_limit(place, value, word, rates, test)
        if limits and limit.since <= limits[-1].since:
            raise place.error(f"the values from {limits[-1].since} and {limit.since} overlap. List them oldest first.")
        limits.append(limit)
    return tuple(limits)


def _dated_limit(place: Place, value: Any, word: FactWord, rates: Mapping[str, Rate], test: str) -> DatedLimit:
    if not isinstance(value, dict):
        raise place.error("each of values is a table with from, limit, cite and mark.")
    _only(place, value, VALUE_KEYS, ("from", "mark"))
    since = value["from"]
    if not isinstance(since, date) or isinstance(since, datetime):
        raise place.error(f"from must be a date such as 2026-01-01, not {since!r}.")
    if not str(value.get("cite", "")).strip():
        raise place.error(f"the value from {since} has no cite. Name the manual and section it comes from.")
    if ("limit" in value) == ("rows" in value) and test != "is_known":
        raise place.error(f"the value from {since} needs either limit or rows.")
    mark = _choice(place, "mark", value["mark"], MARKS)
    rows = value.get("rows", [{"limit": value["limit"]}] if "limit" in value else [])
    read = tuple(_row(place, row, word, rates, test) for row in rows) or (LimitRow({}, None),)
    return DatedLimit(since, read, value["cite"], mark)


def _row(place: Place, row: Table, word: FactWord, rates: Mapping[str, Rate], test: str) -> LimitRow:
    if not isinstance(row, dict) or "limit" not in row:
        raise place.error("each row is a table with a limit.")
    where = _conditions(place, {name: value for name, value in row.items() if name != "limit"}, rates)
    return LimitRow(where, _limit(place, row["limit"], word, test))


def _limit(place: Place, value: Any, word: FactWord, test: str) -> Limit:
    if isinstance(value, list):
        return tuple(_value(place, each, word) for each in value)
    if test in LISTED:
        raise place.error(f"test {test} needs a list as limit.")
    return _value(place, value, word)


def _conditions(place: Place, table: Any, rates: Mapping[str, Rate]) -> Conditions:
    if not isinstance(table, dict):
        raise place.error("conditions are a table of facts.")
    return {name: _condition(place, place.word(name), value, rates) for name, value in table.items()}


def _condition(place: Place, word: FactWord, value: Any, rates: Mapping[str, Rate]) -> AnyOf | Between:
    if not isinstance(value, dict):
        return AnyOf(tuple(_value(place, each, word) for each in (value if isinstance(value, list) else [value])))
    if not word.is_number:
        raise place.error(f"{word.label} is a {word.kind} and has no bounds.")
    _only(place, value, tuple(BOUNDS), ())
    return Between(**{bound: _bound(place, given, word, rates) for bound, given in value.items()})


def _bound(place: Place, given: Any, word: FactWord, rates: Mapping[str, Rate]) -> Bound:
    if isinstance(given, str) and given in rates:
        return given
    return as_number(_value(place, given, word))


def _value(place: Place, value: Any, word: FactWord) -> FactValue:
    if word.is_number and not isinstance(value, bool):
        try:
            return Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise place.error(f"{value!r} is not a number of {word.kind}.") from None
    if isinstance(value, bool) and word.kind == "flag":
        return value
    if isinstance(value, str) and word.kind == "text":
        return value
    raise place.error(f"{value!r} is not a {word.kind}, which {word.label} needs.")


def _choice(place: Place, key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise place.error(f"unknown {key} {value!r}; known: {', '.join(allowed)}.")
    return str(value)


def _only(place: Place, table: Table, allowed: tuple[str, ...], required: tuple[str, ...]) -> None:
    if unknown := sorted(set(table) - set(allowed)):
        raise place.error(f"unknown key {unknown[0]!r}; known: {', '.join(allowed)}.")
    if lacking := [key for key in required if key not in table]:
        raise place.error(f"{lacking[0]} is missing.")
