"""The gate against invented runs and invented cases: it must never approve what a second, simpler judge refuses.

    python benchmarks/gate_property.py --cases 100000

Half of the cases are runs put together at random (findings, counts, score, verdicts, faults, doubts), the other half
case files with random figures and blanks, taken through the whole engine. Every finding of those is compared with a
second reading of the rulebook's texts, every approval with a simpler underwriter, every reason with its failed rule.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.gate_cases_judged import Judge
from benchmarks.gate_runs import broken_by, random_run


def main() -> int:
    """Run both halves and print what was seen; exit 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20261123)
    options = parser.parse_args()
    dice, seen, broken, began = random.Random(options.seed), Counter[str](), [], time.monotonic()
    judge = Judge()
    for _ in range(options.cases // 2):
        run = random_run(dice)
        seen[f"run {run.answer().outcome}"] += 1
        broken += broken_by(run, dice)
    for _ in range(options.cases - options.cases // 2):
        wrong, outcome = judge.broken(dice)
        seen[f"case {outcome}"] += 1
        broken += wrong
    for words, number in sorted(seen.items()):
        print(f"{number:>9,}  {words}")
    print(
        f"{options.cases:,} cases, seed {options.seed}, {time.monotonic() - began:.0f} s: {len(broken)} broken promises"
    )
    print("\n".join(dict.fromkeys(broken[:20])))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
