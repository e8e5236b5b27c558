"""What a decision costs beside retrieval: ``python benchmarks/decision_overhead.py [--runs 200] [--json]``.

The whole graph runs with the built-in writer and the house's rules; the policy search answers from memory at once.
Figure to hold: p95 under 300 ms.
"""

import argparse
import asyncio
import json
import platform
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.agents.a_run import context, run
from tests.builders_case import ada


def measure(runs: int) -> list[float]:
    """Return the milliseconds of each run, after three that warm up."""
    took = []
    for number in range(runs + 3):
        began = time.perf_counter()
        asyncio.run(run(ada(), context()))
        if number >= 3:
            took.append((time.perf_counter() - began) * 1_000)
    return sorted(took)


def main() -> int:
    """Print the figures; exit 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    took = measure(options.runs)
    p50, p95 = statistics.median(took), took[int(len(took) * 0.95) - 1]
    figures = {"runs": len(took), "p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "goal_ms": 300, "met": p95 < 300}
    if options.json:
        print(json.dumps({**figures, "python": platform.python_version()}))
    else:
        print(f"{len(took)} decisions: p50 {p50:.1f} ms, p95 {p95:.1f} ms; goal under 300 ms outside retrieval.")
    return 0 if figures["met"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
