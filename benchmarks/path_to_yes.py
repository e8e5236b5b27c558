"""What the path to yes finds and costs: ``python benchmarks/path_to_yes.py [--cases 1000] [--seed 3] [--json]``.

Random applications, among them itemised debts, bankruptcies and every program, that the engine declines or refers.
Figures to hold: every suggestion is approved when the engine is asked again, no search needs more runs than its bound,
and the slowest takes less than a second.
"""

import argparse
import json
import random
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.engine.assessment import assess
from agents.engine.path import MOST_RUNS, NEEDS_A_WAY, path_to_yes
from agents.engine.path import Path as PathToYes
from agents.engine.programs import compare_programs
from benchmarks.gate_cases import random_case
from lending.casefile import CaseFile
from lending.vocabulary import LiabilityKind, Outcome
from policies.rulebook.rules import DatedRules, RuleBook
from tests.builders_case import changed, debt

DAY = date(2026, 11, 23)
MOST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Searched:
    """One search: what it found, seconds it took, and suggestions that the engine did not approve when asked again."""

    path: PathToYes
    seconds: float
    refused: int


def main() -> int:
    """Print the figures; exit 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000, help="how many that need a way")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.cases, options.seed)
    print(json.dumps(figures, indent=None if options.json else 2))
    return 0 if figures["met"] else 1


def measure(cases: int, seed: int) -> dict[str, Any]:
    """Return counts, runs of the engine and milliseconds over as many cases that need a way."""
    dice, rules = random.Random(seed), RuleBook.load().on(DAY)
    done: list[Searched] = []
    while len(done) < cases:
        case = harder(random_case(dice), dice)
        if assess(case, rules, sanctions=False).outcome in NEEDS_A_WAY:
            done.append(searched(case, rules))
    seconds, runs = sorted(each.seconds for each in done), sorted(each.path.runs for each in done)
    refused = sum(each.refused for each in done)
    return {
        "cases": cases,
        "with_suggestions": sum(bool(each.path.suggestions) for each in done),
        "facts_to_bring_suffice": sum(each.path.enough for each in done),
        "blocked": sum(bool(each.path.blocked) for each in done),
        "suggestions": sum(len(each.path.suggestions) for each in done),
        "suggestions_not_approved": refused,
        "ended_at_the_bound": sum(not each.path.complete for each in done),
        "runs": {"median": statistics.median(runs), "p95": runs[int(cases * 0.95) - 1], "most": runs[-1]},
        "ms": {
            "median": round(statistics.median(seconds) * 1_000, 1),
            "p95": round(seconds[int(cases * 0.95) - 1] * 1_000, 1),
            "most": round(seconds[-1] * 1_000, 1),
        },
        "met": not refused and runs[-1] <= MOST_RUNS and seconds[-1] < MOST_SECONDS,
    }


def harder(case: CaseFile, dice: random.Random) -> CaseFile:
    """Return the case at times with less income or with itemised debts, so that more needs a way."""
    if dice.random() < 0.5:
        case = changed(case, borrower={"monthly_income": Decimal(dice.randrange(3_500, 9_000, 100))})
    if dice.random() < 0.3:
        debts = (
            debt(LiabilityKind.INSTALMENT, 420, balance=8_000, months=30),
            debt(LiabilityKind.REVOLVING, 150, balance=3_000),
            debt(LiabilityKind.STUDENT_LOAN, 260, balance=25_000),
        )
        case = changed(case, borrower={"debts": debts[: dice.randrange(1, 4)]})
    return case


def searched(case: CaseFile, rules: DatedRules) -> Searched:
    """Search one case and ask the engine about every suggestion again; the comparison of programs is not timed."""
    answers = compare_programs(case, rules, sanctions=False)
    began = time.perf_counter()
    path = path_to_yes(case, rules, sanctions=False, answers=answers)
    seconds = time.perf_counter() - began
    changed_cases = [suggestion.assessment.case for suggestion in path.suggestions]
    refused = sum(assess(each, rules, sanctions=False).outcome is not Outcome.APPROVED for each in changed_cases)
    return Searched(path, seconds, refused)


if __name__ == "__main__":
    sys.exit(main())
