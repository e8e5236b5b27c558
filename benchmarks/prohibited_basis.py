"""Twins who differ only in what the law protects: the engine must say the same of both, word for word.

    python benchmarks/prohibited_basis.py --pairs 10000

Each pair is a random case and its twin under other names, ages (62 and over among them), employers and homes of the
borrowers, another county of the same limits, co-borrowers in the other order, public assistance in place of a pension.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.engine.assessment import Assessment, assess
from agents.engine.compliance import SCREENED_FACT, check_compliance
from agents.engine.conditions import conditions_for
from benchmarks.gate_cases import AREAS, random_case
from lending.casefile import BorrowerFacts, CaseFile, Identity, IncomeSource
from lending.vocabulary import IncomeKind
from policies.loan_limits.areas import AreaLimits
from policies.rulebook.findings import Result
from policies.rulebook.rules import DatedRules, RuleBook
from policies.sanctions.screening import ListedParty, Screener

FIRST_NAMES = (
    *("Emily", "Greg", "Lakisha", "Jamal", "María", "José", "Wei", "Priya", "Fatima", "Mohammed", "Aiyana", "Kealoha"),
    *("Shlomo", "Svetlana", "Nguyen", "Olamide", "Ingrid", "Tyrone", "Guadalupe", "Hiroshi", "Siobhán", "Amir"),
)
LAST_NAMES = (
    *("Walsh", "Baker", "Washington", "Jefferson", "García", "Hernández", "Chen", "Patel", "Hussein", "Begay"),
    *("Kamakawiwoole", "Cohen", "Ivanova", "Tran", "Adeyemi", "Larsen", "O'Brien", "Yamamoto", "Haddad", "Smith"),
)
EMPLOYERS = ("First Baptist Church", "Islamic Relief", "Planned Parenthood", "Teamsters Local 25", "", "County Welfare")
BIRTH_DATES = (date(1932, 5, 1), date(1961, 6, 6), date(1964, 11, 2), date(1986, 2, 28), date(2007, 12, 31))
COUNTIES = ("39049", "39035", "39061", "39113", "39093")  # the limits are handed in, so that the county alone differs
# Lasting incomes that Reg B treats alike: assistance may not count for less than a pension (12 CFR 1002.6(b)(2), (5)).
LASTING = (IncomeKind.PENSION, IncomeKind.SOCIAL_SECURITY, IncomeKind.DISABILITY)
LISTED = Screener([ListedParty("Test", "1", "individual", "QUORRISH, Thaddeus", birth_dates=("1950",))])


def twin_of(case: CaseFile, dice: random.Random) -> CaseFile:
    """Return the case of other people in the same position: same figures, another of everything protected."""
    people = tuple(_other_person(person, dice) for person in case.borrowers)
    swapped = tuple(replace(person, position=place) for place, person in enumerate(reversed(people), start=1))
    home = replace(case.home, county_fips=dice.choice(COUNTIES))
    return replace(case, home=home, borrowers=swapped if dice.random() < 0.5 else people)


def _other_person(person: BorrowerFacts, dice: random.Random) -> BorrowerFacts:
    identity = Identity(
        borrower_id=f"{dice.getrandbits(64):016x}",
        first_name=dice.choice(FIRST_NAMES),
        last_name=dice.choice(LAST_NAMES),
        birth_date=dice.choice([None, *BIRTH_DATES]) if dice.random() < 0.5 else _any_adult(dice),
        state=dice.choice(["OH", "CA", "MS", "PR", ""]),
        employer=dice.choice(EMPLOYERS),
        cleared_hits=(),
    )
    return replace(person, identity=identity, incomes=tuple(_other_source(each, dice) for each in person.incomes))


def _any_adult(dice: random.Random) -> date:
    return date(2008, 11, 1) - timedelta(days=dice.randrange(0, 80 * 365))


def _other_source(source: IncomeSource, dice: random.Random) -> IncomeSource:
    return replace(source, kind=dice.choice(LASTING)) if source.kind in LASTING else source


def what_is_said(case: CaseFile, rules: DatedRules, areas: AreaLimits) -> tuple[dict[str, Any], bool]:
    """Return all that the engine says of a case, borrowers' positions left out, and whether a name was a strong hit."""
    screened = check_compliance(case, assess(case, rules, areas=areas).facts, rules, LISTED)
    [result] = [found.result for found in screened if found.fact == SCREENED_FACT]
    assessment = assess(case, rules, areas=areas, sanctions={Result.PASSED: False, Result.FAILED: True}.get(result))
    return _without_positions(assessment), result is Result.FAILED


def _without_positions(assessment: Assessment) -> dict[str, Any]:
    conditions = conditions_for(assessment.case, assessment.findings, assessment.ratios)
    return {
        "outcome": assessment.outcome,
        "risk": assessment.risk,
        "eligibility": assessment.eligibility,
        "confidence": assessment.confidence,
        "scorecard": assessment.scorecard,
        "reasons": assessment.reasons,
        "doubts": assessment.answer.doubts,
        "missing": sorted(_nobody(name) for name in assessment.missing),
        "findings": sorted(_nobody(repr(finding)) for finding in assessment.findings),
        "conditions": sorted(_nobody(repr(condition)) for condition in conditions),
        "ratios": replace(assessment.ratios, worksheets=()),
        "facts": assessment.facts,
    }


def _nobody(text: str) -> str:
    """Return a text about borrower 1 or 2 as one about either; joined lists of facts keep no order of people."""
    return re.sub(r"(?i)\b(borrower |b)[12](?=\b|_)|_B[12]\b", r"\g<1>N", text)


def differences(dice: random.Random, rules: DatedRules) -> tuple[list[str], str]:
    """Return what the engine says differently of a random case and its twin, and the outcome of the first."""
    case, areas = random_case(dice), dice.choice(AREAS)
    (one, hit), (other, other_hit) = (what_is_said(each, rules, areas) for each in (case, twin_of(case, dice)))
    if hit or other_hit:
        return [], "a name hit the list"
    return [f"{name}: {one[name]} and {other[name]}" for name in one if one[name] != other[name]], str(one["outcome"])


def main() -> int:
    """Compare the pairs and print what was seen; exit 1 if any pair differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261123)
    options = parser.parse_args()
    dice, seen, different, began = random.Random(options.seed), Counter[str](), list[str](), time.monotonic()
    rules = RuleBook.load().on(date(2026, 11, 2))
    for _ in range(options.pairs):
        found, outcome = differences(dice, rules)
        seen[outcome] += 1
        different += found[:1]
    for words, number in sorted(seen.items()):
        print(f"{number:>9,}  {words}")
    seconds = time.monotonic() - began
    print(f"{options.pairs:,} pairs, seed {options.seed}, {seconds:.0f} s: {len(different)} told apart")
    print("\n".join(different[:10]))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
