"""What models' guards cost a decision, and how near a decision with slow models comes to its critical path.

    python benchmarks/gateway_overhead.py [--runs 100] [--seconds 2] [--json]

Guards: a decision with a model that answers at once in every agent, less the same decision with the built-in writer and
less what the client itself took; the difference is prompts, budget, breakers, parsing, checks of figures and citations.
Critical path: intake, ratio, policy (which asks for wordings, then for a reading) beside compliance, underwriting,
decision, audit: seven questions in a row, each answered by a server on loopback after ``--seconds``.
Figures to hold: guards under 20 ms at p50; at most 1.15 times the critical path.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.llm.calls import Limits
from agents.llm.providers import Message, Reply
from tests.agents.a_run import context, gateway, run
from tests.builders_case import ada
from tests.model_server import GOOD, ModelServer, slowly

AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit")
IN_A_ROW = 7


@dataclass(slots=True)
class AtOnce:
    """A client that answers well and at once, and adds up its own time."""

    seconds: float = 0.0

    def prepare(self, model: str) -> None:
        """Load nothing."""

    async def __call__(self, model: str, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """Answer in the asked form."""
        began = time.perf_counter()
        text = json.dumps(GOOD[schema["title"]](messages[1].text))
        self.seconds += time.perf_counter() - began
        return Reply(text, "stop", refused=False, input_tokens=20, output_tokens=10)


def guards(runs: int) -> dict[str, float]:
    """Return milliseconds at p50: a decision without models, with them, and what the guards made of the difference."""
    bare, full, added = [], [], []
    for number in range(runs + 3):
        began = time.perf_counter()
        asyncio.run(run(ada(), context()))
        without = time.perf_counter() - began
        chat = AtOnce()
        models = gateway(dict.fromkeys(AGENTS, "compatible/at-once"), chat=chat)
        began = time.perf_counter()
        asyncio.run(run(ada(), context(models=models)))
        with_models = time.perf_counter() - began
        if number >= 3:
            bare.append(without)
            full.append(with_models)
            added.append(with_models - chat.seconds - without)
    named = {"without_models_ms": bare, "with_models_ms": full, "guards_ms": added}
    return {name: round(statistics.median(took) * 1_000, 1) for name, took in named.items()}


def critical_path(seconds: float) -> dict[str, float]:
    """Return the seconds of a decision whose every question takes ``seconds``, and its share of the critical path."""
    limits = Limits(call_seconds=30, total_seconds=100, tries=1)
    with ModelServer(slowly(seconds)) as server:
        models = gateway(dict.fromkeys(AGENTS, "compatible/slow"), address=server.address, limits=limits)
        models.chat.prepare("compatible/slow")
        began = time.perf_counter()
        asyncio.run(run(ada(), context(models=models)))
        took = time.perf_counter() - began
    return {"decision_s": round(took, 2), "path_s": IN_A_ROW * seconds, "of_path": round(took / IN_A_ROW / seconds, 3)}


def main() -> int:
    """Print the figures; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = {**guards(given.runs), **critical_path(given.seconds)}
    met = figures["guards_ms"] < 20 and figures["of_path"] <= 1.15
    print(json.dumps({**figures, "met": met}, indent=None if given.json else 1))
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
