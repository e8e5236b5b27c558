"""What the rules cost: ``python benchmarks/rule_pass.py [--passes 500] [--applications 10000] [--json]``.

A rule pass is every rule on the facts of one case under all five programs; an engine pass is the same from the case
file on: ratios, facts, findings, score and gate. Then as many different applications go through the engine in this one
process. Figures to hold: a rule pass under 5 ms (median of processor time, which others on the machine do not stretch),
and no growing memory between the first tenth and the end.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.engine.assessment import UNDERWRITING, assess
from agents.engine.compliance import GROUP as COMPLIANCE
from agents.engine.programs import compare_programs
from lending.casefile import CaseFile
from lending.vocabulary import Program
from policies.rulebook.rules import DatedRules, RuleBook
from tests.builders_case import ada, changed

DAY = date(2026, 11, 2)
GOAL_MS = 5
MOST_GROWTH_MB = 8  # between the first tenth and the end; what the interpreter keeps for itself moves by this much
SEED = 3
STATES = ("OH", "TX", "NY", "HI", "CA")


def main() -> int:
    """Print the figures; exit 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passes", type=int, default=500)
    parser.add_argument("--applications", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.passes, options.applications)
    print(json.dumps(figures) if options.json else sentences(figures))
    return 0 if figures["met"] else 1


def measure(passes: int, applications: int) -> dict[str, Any]:
    """Return milliseconds per pass, and resident megabytes at the start, after a tenth and at the end."""
    rules, case = RuleBook.load().on(DAY), ada()
    rule_pass = timed(rules_alone(case, rules), passes)
    engine_pass = timed(lambda: compare_programs(case, rules, sanctions=False), passes)
    memory = list(resident_while(rules, applications))
    growth = memory[-1] - memory[1]
    return {
        "command": f"python benchmarks/rule_pass.py --passes {passes} --applications {applications}",
        "python": platform.python_version(),
        "rules": len(rules.rules),
        "programs": len(Program),
        "rule_pass_ms": rule_pass,
        "engine_pass_ms": engine_pass,
        "applications": applications,
        "resident_mb": dict(zip(("start", "first_tenth", "end"), memory, strict=True)),
        "growth_mb": round(growth, 1),
        "goal_ms": GOAL_MS,
        "met": rule_pass["processor_median"] < GOAL_MS and growth <= MOST_GROWTH_MB,
    }


def rules_alone(case: CaseFile, rules: DatedRules) -> Callable[[], object]:
    """Return what evaluates both groups on a case's facts under each program."""
    facts = [assess(replace(case, program=program), rules, sanctions=False).facts for program in Program]
    return lambda: [rules.evaluate(each, group=group) for each in facts for group in (UNDERWRITING, COMPLIANCE)]


def timed(work: Callable[[], object], passes: int) -> dict[str, float]:
    """Return median and 95th percentile of a call in milliseconds by the clock, and the median of processor time."""
    clock, processor = [], []
    for number in range(passes + 10):
        began, began_working = time.perf_counter(), time.process_time()
        work()
        if number >= 10:
            clock.append((time.perf_counter() - began) * 1_000)
            processor.append((time.process_time() - began_working) * 1_000)
    ordered = sorted(clock)
    figures = {
        "median": statistics.median(ordered),
        "p95": ordered[int(len(ordered) * 0.95) - 1],
        "processor_median": statistics.median(processor),
    }
    return {name: round(value, 2) for name, value in figures.items()}


def resident_while(rules: DatedRules, applications: int) -> Iterator[float]:
    """Yield resident megabytes before, after a tenth of, and after all the applications, each under every program."""
    dice = random.Random(SEED)
    yield resident_mb()
    for number in range(1, applications + 1):
        compare_programs(different(dice, number), rules, sanctions=False)
        if number in (applications // 10, applications):
            yield resident_mb()


def different(dice: random.Random, number: int) -> CaseFile:
    """Return a case unlike the one before in amount, price, income, debts, score and state."""
    price = Decimal(dice.randrange(150_000, 1_900_000))
    return changed(
        ada(),
        number=f"APP-2026-{number:06}",
        loan_amount=(price * dice.randrange(40, 101) / 100).quantize(Decimal("0.01")),
        officer_notes=f"Case {number}.",
        home={"purchase_price": price, "appraised_value": price, "state": dice.choice(STATES)},
        borrower={
            "monthly_income": Decimal(dice.randrange(2_000, 30_000)),
            "monthly_debts": Decimal(dice.randrange(0, 6_000)),
            "credit_score": dice.randrange(480, 850),
        },
    )


def resident_mb() -> float:
    """Return the process's resident memory in megabytes, as Linux counts it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000, 1)


def sentences(figures: dict[str, Any]) -> str:
    """Return the figures as a person reads them."""
    rule, engine, memory = figures["rule_pass_ms"], figures["engine_pass_ms"], figures["resident_mb"]
    return "\n".join(
        [
            f"{figures['rules']} rules, {figures['programs']} programs, one case; goal under {GOAL_MS} ms.",
            f"Rule pass: median {rule['median']} ms, p95 {rule['p95']} ms, processor {rule['processor_median']} ms.",
            f"Engine pass: median {engine['median']} ms, p95 {engine['p95']} ms, "
            f"processor {engine['processor_median']} ms.",
            f"{figures['applications']} applications: {memory['start']} MB at the start, {memory['first_tenth']} MB "
            f"after a tenth, {memory['end']} MB at the end; growth {figures['growth_mb']} MB.",
            f"Command: {figures['command']}",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
