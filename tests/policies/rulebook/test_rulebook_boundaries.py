"""Every number of the rulebook, at it, one step below and one step above, held against a plain reading of the files.

The reading below knows nothing of the evaluator: it takes the TOML as text and compares numbers, one line a case.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from policies.rulebook.rules import FOLDER, DatedRules
from tests.policies.ordinary_loan import BOOK, ORDINARY, STEP

Table = dict[str, Any]
TABLES: dict[str, Table] = {
    name: {**table, "group": path.stem}
    for path in sorted(FOLDER.glob("*.toml"))
    if path.name != "facts.toml"
    for name, table in tomllib.loads(path.read_text()).items()
}
KINDS: dict[str, str] = {
    name: word["kind"] for name, word in tomllib.loads((FOLDER / "facts.toml").read_text()).items()
}
RULE_NAMES = [name for name, table in TABLES.items() if "test" in table]
RATE_NAMES = [name for name, table in TABLES.items() if "test" not in table]


# ---------------------------------------------------------------- the plain reading


def dated(name: str, day: date) -> Table:
    """Return the value in force: the last that starts on or before the day."""
    table = TABLES[name]
    values = TABLES[table["values_from"]]["values"] if "values_from" in table else table["values"]
    found: Table = [value for value in values if value["from"] <= day][-1]
    return found


def number(given: Any, facts: Table, day: date) -> Decimal | None:
    """Return a bound: a number, or what the table of that name says."""
    if isinstance(given, str) and given in TABLES:
        row = first_row(given, facts, day)
        return Decimal(row["limit"]) if row not in (None, "unknown") else None
    return Decimal(given)


def holds(conditions: Table, facts: Table, day: date) -> bool | None:
    answers: list[bool | None] = []
    for name, wanted in conditions.items():
        value = facts.get(name)
        if value is None:
            answers.append(None)
        elif not isinstance(wanted, dict):
            listed = wanted if isinstance(wanted, list) else [wanted]
            answers.append(any(str(value) == str(each) for each in listed))
        else:
            for word, given in wanted.items():
                bound = number(given, facts, day)
                if bound is None:
                    answers.append(None)
                elif word == "at_least":
                    answers.append(value >= bound)
                elif word == "at_most":
                    answers.append(value <= bound)
                elif word == "above":
                    answers.append(value > bound)
                else:
                    answers.append(value < bound)
    if False in answers:
        return False
    return None if None in answers else True


def first_row(name: str, facts: Table, day: date) -> Any:
    value = dated(name, day)
    for row in value.get("rows", [{"limit": value.get("limit")}]):
        fits = holds({key: each for key, each in row.items() if key != "limit"}, facts, day)
        if fits is None:
            return "unknown"
        if fits:
            return row
    return None


def expected(name: str, facts: Table, day: date) -> str | None:
    """Return passed, failed or unknown; None where the rule says nothing of such a loan."""
    rule = TABLES[name]
    value = facts.get(rule["fact"])
    silent = None if rule.get("when_unknown") == "skip" and value is None else "unknown"
    applies = holds(rule.get("applies", {}), facts, day)
    if applies is False:
        return None
    row = first_row(name, facts, day)
    if applies is None or value is None or row == "unknown":
        return silent
    if row is None:
        return str(rule.get("otherwise", "unknown"))
    if rule["test"] == "within_area_limit":
        return within_area(rule, facts, day, Decimal(row["limit"]))
    passed = passes(rule["test"], value, row["limit"])
    if not passed and any(holds(each, facts, day) for each in rule.get("unless", [])):
        return "passed"
    return "passed" if passed else "failed"


def passes(test: str, value: Any, limit: Any) -> bool:
    if test == "is_known":
        return True
    if test in ("one_of", "none_of"):
        return (str(value) in [str(each) for each in limit]) is (test == "one_of")
    if test == "equals":
        return bool(value == limit)
    if test == "at_least":
        return bool(value >= Decimal(limit))
    return bool(value < Decimal(limit)) if test == "below" else bool(value <= Decimal(limit))


def within_area(rule: Table, facts: Table, day: date, floor: Decimal) -> str:
    if facts["loan_amount"] <= floor:
        return "passed"
    if facts.get("county_limit") is not None:
        return "passed" if facts["loan_amount"] <= facts["county_limit"] else "failed"
    ceiling = number(rule["ceiling"], facts, day)
    return "failed" if ceiling is not None and facts["loan_amount"] > ceiling else "unknown"


# ---------------------------------------------------------------- the cases


@cache
def rules_on(day: date) -> DatedRules:
    return BOOK.on(day)


def facts_with(conditions: Table, day: date, facts: Table) -> Table:
    """Return the facts changed so that the conditions hold, on the edge where there is one."""
    changed = dict(facts)
    for name, wanted in conditions.items():
        if not isinstance(wanted, dict):
            changed[name] = wanted[0] if isinstance(wanted, list) else wanted
    for name, wanted in conditions.items():
        if isinstance(wanted, dict):
            [word, given], *_ = wanted.items()
            bound = number(given, changed, day)
            assert bound is not None, f"{name}: no bound"
            changed[name] = bound + Decimal(STEP[KINDS[name]]) * {"above": 1, "below": -1}.get(word, 0)
    return changed


def rows_of(name: str) -> Iterator[tuple[date, Table]]:
    table = TABLES[name]
    values = TABLES[table["values_from"]]["values"] if "values_from" in table else table["values"]
    for value in values:
        for row in value.get("rows", [{"limit": value.get("limit")}]):
            yield value["from"], row


def around(fact: str, edge: Decimal, facts: Table) -> Iterator[Table]:
    step = Decimal(STEP[KINDS[fact]])
    for change in (-step, Decimal(0), step):
        yield {**facts, fact: edge + change}


def edges(conditions: Table, facts: Table, day: date) -> Iterator[Table]:
    """Yield the facts around every number that the conditions name."""
    for name, wanted in conditions.items():
        for given in wanted.values() if isinstance(wanted, dict) else ():
            bound = number(given, facts, day)
            if bound is not None:
                yield from around(name, bound, facts)


def cases_of(name: str) -> Iterator[tuple[date, Table]]:
    """Yield a day and facts around every number of a rule or rate: its limits and the bounds of its rows."""
    rule = TABLES[name]
    for day, row in rows_of(name):
        where = {key: value for key, value in row.items() if key != "limit"}
        facts = facts_with({**rule.get("applies", {}), **where}, day, dict(ORDINARY))
        yield day, facts
        for conditions in (rule.get("applies", {}), where, *rule.get("unless", [])):
            yield from ((day, each) for each in edges(conditions, facts, day))
        if rule.get("test") in ("at_most", "at_least", "below", "within_area_limit"):
            for each in around(rule["fact"], Decimal(row["limit"]), facts):
                yield day, each
                for wanted in rule.get("unless", []):
                    yield day, {**each, **facts_with(wanted, day, each)}


@pytest.mark.parametrize("name", RULE_NAMES)
def test_every_rule_answers_as_its_text_reads_around_every_number(name: str) -> None:
    seen: set[str | None] = set()
    for day, facts in cases_of(name):
        for program in (facts["program"], "fha"):
            asked = {**facts, "program": program}
            found = [each for each in rules_on(day).evaluate(asked, group=TABLES[name]["group"]) if each.code == name]
            told = str(found[0].result) if found else None
            assert told == expected(name, asked, day), f"{day}: {asked}"
            seen.add(told)
    measured = TABLES[name]["test"] in ("at_most", "at_least", "below")
    assert not measured or {"passed", "failed"} <= seen, f"{name} was seen {seen} only"


@pytest.mark.parametrize("name", RATE_NAMES)
def test_every_rate_is_the_first_row_that_fits_around_every_number(name: str) -> None:
    for day, facts in cases_of(name):
        row = first_row(name, facts, day)
        if isinstance(dated(name, day).get("limit"), list):
            continue  # a list is read through a rule
        quote = rules_on(day).rate(name, facts)
        assert (quote.value if quote else None) == (None if row in (None, "unknown") else Decimal(row["limit"])), facts


@pytest.mark.parametrize("name", RULE_NAMES)
def test_every_dated_value_starts_on_its_day_and_not_before(name: str) -> None:
    table = TABLES[name]
    values = TABLES[table["values_from"]]["values"] if "values_from" in table else table["values"]
    for value in values[1:]:
        before = date.fromordinal(value["from"].toordinal() - 1)
        facts = facts_with({**table.get("applies", {})}, value["from"], dict(ORDINARY))
        for day in (before, value["from"]):
            told = [each for each in rules_on(day).evaluate({**facts}, group=table["group"]) if each.code == name]
            assert [each.citation for each in told] in ([dated(name, day)["cite"]], [])
