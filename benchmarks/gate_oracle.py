"""A second reading of the rulebook, straight from its TOML, to judge the first by. It shares no code with it.

It knows one thing only: whether a rule applies to some facts and passed, failed or cannot be told.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "policies" / "rulebook"
GROUPS = ("underwriting", "compliance")
Table = dict[str, Any]
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "at_most": lambda value, limit: bool(value <= Decimal(limit)),
    "at_least": lambda value, limit: bool(value >= Decimal(limit)),
    "below": lambda value, limit: bool(value < Decimal(limit)),
    "one_of": lambda value, limit: value in limit,
    "none_of": lambda value, limit: value not in limit,
    "equals": lambda value, limit: bool(value == limit),
    "is_known": lambda value, _: value is not None,
}


class Oracle:
    """The rulebook's texts as plain tables, asked about one day."""

    def __init__(self, day: date, folder: Path = FOLDER) -> None:
        texts = {path.stem: tomllib.loads(path.read_text(), parse_float=Decimal) for path in folder.glob("*.toml")}
        self.day, self.kinds = day, {name: word["kind"] for name, word in texts.pop("facts").items()}
        self.tables: dict[str, Table] = {name: table for body in texts.values() for name, table in body.items()}
        self.rules = {name: table for group in GROUPS for name, table in texts[group].items() if "fact" in table}

    def results(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """Return passed, failed or unknown for every rule that applies to the facts."""
        told = ((code, self.result(rule, facts)) for code, rule in self.rules.items() if self._exists(rule))
        return {code: result for code, result in told if result}

    def severity(self, code: str) -> str:
        """Return hard, stop, review or note."""
        return str(self.rules[code]["severity"])

    def result(self, rule: Table, facts: Mapping[str, Any]) -> str:
        """Return passed, failed or unknown; "" where the rule does not apply or leaves itself out."""
        value = facts.get(rule["fact"])
        applies = self._holds(rule.get("applies", {}), facts)
        if applies is False:
            return ""
        silent = rule.get("when_unknown") == "skip" and value is None
        if applies is None or value is None:
            return "" if silent else "unknown"
        if rule["test"] == "is_known" and not self._has_rows(rule):
            return "passed"
        row = self._row(rule, facts)
        if row is None:
            return "unknown"
        if not row:
            return str(rule.get("otherwise", "unknown"))
        return self._tested(rule, facts, value, row["limit"])

    def _tested(self, rule: Table, facts: Mapping[str, Any], value: Any, limit: Any) -> str:
        if rule["test"] == "within_area_limit":
            passed = self._within_area(rule, facts, value, limit)
            if passed is None:
                return "unknown"
        else:
            passed = TESTS[rule["test"]](value, limit)
        excused = any(self._holds(each, facts) is True for each in rule.get("unless", []))
        return "passed" if passed or excused else "failed"

    def _within_area(self, rule: Table, facts: Mapping[str, Any], value: Any, floor: Any) -> bool | None:
        if value <= Decimal(floor):
            return True
        if (area := facts.get(rule["area_fact"])) is not None:
            return bool(value <= area)
        ceiling = self._row(self.tables[rule["ceiling"]], facts)
        return False if ceiling and value > Decimal(ceiling["limit"]) else None

    def _exists(self, rule: Table) -> bool:
        return bool(self._dated(rule)) or not rule.get("introduced")

    def _has_rows(self, table: Table) -> bool:
        return any("limit" in value or "rows" in value for value in self._values(table))

    def _values(self, table: Table) -> list[Table]:
        return list(table["values"] if "values" in table else self.tables[table["values_from"]]["values"])

    def _dated(self, table: Table) -> Table:
        """Return the value in force: the youngest that had started by the day."""
        started = [value for value in self._values(table) if value["from"] <= self.day]
        return max(started, key=lambda value: value["from"]) if started else {}

    def _row(self, table: Table, facts: Mapping[str, Any]) -> Table | None:
        """Return the first row that fits, an empty one where none does, None where it cannot be told."""
        dated = self._dated(table)
        for row in dated.get("rows", [{"limit": dated["limit"]}] if "limit" in dated else []):
            fits = self._holds({name: asked for name, asked in row.items() if name != "limit"}, facts)
            if fits is not False:
                return dict(row) if fits else None
        return {}

    def _holds(self, conditions: Table, facts: Mapping[str, Any]) -> bool | None:
        answers = list(self._answers(conditions, facts))
        return False if False in answers else None if None in answers else True

    def _answers(self, conditions: Table, facts: Mapping[str, Any]) -> Iterator[bool | None]:
        for name, asked in conditions.items():
            value = facts.get(name)
            if value is None:
                yield None
            elif isinstance(asked, dict):
                yield from (self._keeps(word, value, bound, facts) for word, bound in asked.items())
            else:
                choices = asked if isinstance(asked, list) else [asked]
                numeric = self.kinds[name] not in ("text", "flag")
                yield value in [Decimal(each) if numeric else each for each in choices]

    def _keeps(self, word: str, value: Any, bound: Any, facts: Mapping[str, Any]) -> bool | None:
        if isinstance(bound, str) and bound in self.tables:
            row = self._row(self.tables[bound], facts)
            if not row:
                return None
            bound = row["limit"]
        bound = Decimal(bound)
        kept = {"above": value > bound, "at_least": value >= bound, "below": value < bound, "at_most": value <= bound}
        return bool(kept[word])
