"""Decide loans while the models' server hangs, drips, never ends, fails or refuses: R8.

    python benchmarks/model_outage.py [--runs 1000] [--json]

Every agent has a model behind one scripted server on loopback; a run may take 3 seconds of models, 20,000 tokens and
0.25 dollars. Counted: outcomes, runs over their time (with a second of grace), over their tokens or dollars. A healthy
server of dear answers is part of it, so that dollars run out too. Goal: none over, none approved in an outage.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.llm.budget import Budget
from agents.llm.calls import Limits
from agents.llm.gateway import ModelGateway
from agents.llm.prices import Price, Prices
from agents.llm.providers import Access
from agents.llm.routing import Routes
from tests.agents.a_run import PII_AGENTS, context, run
from tests.builders_case import ada
from tests.model_server import ModelServer, drip, endless, hang, helpful, status

AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit")
MODEL = "compatible/scripted"
SECONDS, TOKENS, DOLLARS = 3.0, 20_000, Decimal("0.25")
GRACE = 1.0
TROUBLES = {
    "hangs": hang(10),
    "drips": drip(0.2),
    "never ends": endless,
    "500": status(500),
    "429": status(429),
    "is dear": helpful,
}
DEAR = Price(Decimal("0.05"), Decimal("0.2"))  # of which a run can pay one call, and of the usual price some ten
USUAL = Price(Decimal("0.005"), Decimal("0.015"))
AT_ONCE = 10
LIMITS = Limits(call_seconds=1.0, total_seconds=SECONDS, tries=2, least_wait=0, most_wait=0)


async def decided(address: str, price: Price) -> dict[str, Any]:
    """Decide one loan and return its outcome and what it spent."""
    prices = Prices({MODEL: price})
    budget = Budget(SECONDS, TOKENS, DOLLARS)
    routes = Routes(dict.fromkeys(AGENTS, MODEL), PII_AGENTS, frozenset({"compatible"}))
    access = Access(compatible_base_url=address, seconds=LIMITS.call_seconds)
    models = ModelGateway(routes, access, LIMITS, budget=budget, prices=prices)
    began = time.perf_counter()
    conclusion, _ = await run(ada(), context(models=models, deadline_seconds=60))
    return {
        "outcome": str(conclusion.outcome),
        "late": time.perf_counter() - began > SECONDS + GRACE,
        "over_tokens": budget.tokens_spent > TOKENS,
        "over_dollars": budget.dollars_spent > DOLLARS,
        "asked": len([call for call in models.calls if call.tries]),
        "stopped_by_budget": any(call.outcome == "budget" for call in models.calls),
    }


async def measured(trouble: str, runs: int) -> Counter[str]:
    """Decide ``runs`` loans, ten at a time, in one kind of trouble and count what came of them."""
    counts: Counter[str] = Counter()
    with ModelServer(TROUBLES[trouble]) as server:
        Access(compatible_base_url=server.address).prepare(MODEL)
        for start in range(0, runs, AT_ONCE):
            price = DEAR if trouble == "is dear" else USUAL
            some = (decided(server.address, price) for _ in range(min(AT_ONCE, runs - start)))
            for told in await asyncio.gather(*some):
                counts[told.pop("outcome")] += 1
                counts.update({name: int(told[name]) for name in told})
    return counts


def main() -> int:
    """Print the counts; exit 1 where a run was over its budget or approved in an outage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    each = -(-given.runs // len(TROUBLES))
    counts = {trouble: dict(asyncio.run(measured(trouble, each))) for trouble in TROUBLES}
    print(json.dumps(counts, indent=None if given.json else 1))
    bad = ("APPROVED", "late", "over_tokens", "over_dollars")
    return int(any(found.get(name) for found in counts.values() for name in bad))


if __name__ == "__main__":
    raise SystemExit(main())
