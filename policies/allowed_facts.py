"""The published list of facts that may reach rules and the scorecard, and the refusal of every other one. Pure.

12 CFR 1002.4(a) and 1002.6(b): no rule may weigh race, color, religion, national origin, sex, marital status, age,
public assistance or the exercise of a consumer right. Whatever is not on the list cannot be weighed at all.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policies.rulebook.limits import Conditions, DatedLimit, Rate, RulebookError

FILE = Path(__file__).parent / "allowed_facts.toml"
RULES, SCORECARD = "rules", "scorecard"
SCORECARD_TABLES = "points_"  # how the name of every factor's table in the rulebook starts


@dataclass(frozen=True, slots=True)
class AllowedFact:
    """Why a lender may weigh the fact, and where it may be used: ``rules``, ``scorecard``."""

    why: str
    uses: frozenset[str]


@cache
def allowed_facts() -> Mapping[str, AllowedFact]:
    """Return the published list by name of fact."""
    listed = tomllib.loads(FILE.read_text())
    return {name: AllowedFact(entry["why"], frozenset(entry["uses"])) for name, entry in listed.items()}


def refuse_unlisted(words: Collection[str], rates: Mapping[str, Rate]) -> None:
    """Refuse a rulebook that names a fact outside the list, or scores one that is listed for rules alone.

    ``words`` are the facts that the rulebook says it knows. Raises RulebookError, which names the fact.
    """
    for name in words:
        _refuse(name, RULES, "facts.toml")
    for rate in rates.values():
        if rate.name.startswith(SCORECARD_TABLES):
            for name in _facts_of(rate.limits):
                _refuse(name, SCORECARD, f"[{rate.name}]")


def _refuse(name: str, use: str, place: str) -> None:
    fact = allowed_facts().get(name)
    if fact is None or use not in fact.uses:
        raise RulebookError(
            f"{place}: the fact {name!r} may not reach {'the ' * (use == SCORECARD)}{use}. Leave it out; only the "
            f"compliance officer may add a fact to {FILE.name}."
        )


def _facts_of(limits: Iterable[DatedLimit]) -> Iterable[str]:
    tables: Iterable[Conditions] = (row.where for limit in limits for row in limit.rows)
    return (name for table in tables for name in table)
