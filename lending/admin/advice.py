"""The programs side by side and the path to yes of a decision, as the pages show them."""

from typing import Any

from lending.models import Decision

TOP = 2  # obstacles of a program that are shown at once
NOT_APPROVED = ("DECLINED", "REVIEW", "HOLD", "INCOMPLETE")


def advice_context(decision: Decision | None) -> dict[str, Any]:
    """Return what the templates of programs and path need; empty lists for a decision that stored none."""
    entries = decision.path_to_yes if decision else []
    return {
        "programs": [_program(row) for row in (decision.programs if decision else [])],
        "ways": [entry for entry in entries if entry["kind"] == "change"],
        "advice": [entry for entry in entries if entry["kind"] != "change"],
    }


def _program(row: dict[str, Any]) -> dict[str, Any]:
    """Add what stands in the way, cut to the first two, and how many more there are."""
    obstacles = row["obstacles"]
    return {**row, "first": obstacles[:TOP], "more": obstacles[TOP:]}
