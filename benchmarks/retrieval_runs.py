"""Runs the systems, each in a process of its own, and makes figures of their answers."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import retrieval_corpus
from benchmarks.retrieval_corpus import Asked, Corpus
from benchmarks.retrieval_peers import connection_url
from benchmarks.retrieval_questions import ObliQuestion, ndcg_at_10, recall_at_5

SHARES = {"loaniq-reranked": "loaniq"}  # whose ingest it searches
BLOCK = 20  # questions a system answers before the next one's turn
WORDINGS = (1, 3)
ROOT = Path(__file__).resolve().parent.parent
Process = subprocess.Popen[str]


class SystemFailed(Exception):
    """A system's process ended early; what it had to say stands above on standard error."""


@dataclass(slots=True)
class Measured:
    """A system at one size: its ingest, its start, and its answers by number of wordings."""

    ingest: Mapping[str, float]
    start: Mapping[str, float]
    answers: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: {count: [] for count in WORDINGS})


def measure(systems: Sequence[str], corpus: Corpus, asked: Sequence[Asked], folder: Path) -> dict[str, Measured]:
    """Let each system store the corpus and start, one after another; then they answer in turns."""
    retrieval_corpus.save(corpus, asked, folder)
    ingested = {name: _alone(name, folder) for name in dict.fromkeys(SHARES.get(name, name) for name in systems)}
    _settle()
    with ExitStack() as stack:
        running, measured = {}, {}
        for name in systems:
            running[name] = stack.enter_context(_process(name, "serve", folder))
            measured[name] = Measured(ingested[SHARES.get(name, name)], _said(running[name]))
        for wordings in WORDINGS:
            for first in range(0, len(asked), BLOCK):
                for name, working in running.items():
                    block = {"first": first, "last": first + BLOCK, "wordings": wordings}
                    measured[name].answers[wordings] += _answered(working, block)
    return measured


def figures(measured: Measured, corpus: Corpus, questions: Sequence[ObliQuestion]) -> dict[str, Any]:
    """Return a system's figures; quality only where all the passages that answer are in the corpus."""
    present = {passage.id for passage in corpus.passages}
    is_whole = all(question.gold <= present for question in questions)
    found: dict[str, Any] = {}
    for wordings, answers in measured.answers.items():
        ending = "_three" if wordings > 1 else ""
        if is_whole:
            ids = [answer["ids"] for answer in answers]
            pairs = list(zip(ids, (question.gold for question in questions), strict=True))
            found[f"ndcg_10{ending}"] = round(statistics.mean(ndcg_at_10(*pair) for pair in pairs), 4)
            found[f"recall_5{ending}"] = round(statistics.mean(recall_at_5(*pair) for pair in pairs), 4)
        found[f"unanswered{ending}"] = sum(not answer["ids"] for answer in answers)
        cuts = statistics.quantiles([answer["ms"] for answer in answers], n=20, method="inclusive")
        found |= {f"p50_ms{ending}": round(cuts[9], 1), f"p95_ms{ending}": round(cuts[18], 1)}
        found[f"stages_ms{ending}"] = {
            stage: round(statistics.median(answer["stages"].get(stage, 0.0) for answer in answers), 2)
            for stage in answers[-1]["stages"]
        }
    first = {"first_answer_s": round(measured.start["import_s"] + measured.start["open_s"], 2)}
    return {**found, **measured.ingest, **measured.start, **first}


def _alone(name: str, folder: Path) -> dict[str, float]:
    """Return what a system says of its ingest."""
    with _process(name, "ingest", folder) as working:
        said: dict[str, float] = _said(working)
    return said


@contextmanager
def _process(name: str, act: str, folder: Path) -> Iterator[Process]:
    """Start a system; it ends when its input does."""
    command = [sys.executable, "-m", "benchmarks.retrieval_process", name, act, str(folder)]
    pipe, environment = subprocess.PIPE, os.environ | {"TQDM_DISABLE": "1"}
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, env=environment) as working:
        try:
            yield working
        finally:
            if working.stdin is not None:
                working.stdin.close()


def _answered(working: Process, block: Mapping[str, int]) -> list[dict[str, Any]]:
    """Have a block of questions answered."""
    print(json.dumps(block), file=working.stdin, flush=True)
    answers: list[dict[str, Any]] = _said(working)
    return answers


def _said(working: Process) -> Any:
    """Return the next thing a process says. Raises SystemFailed where it ended."""
    if working.stdout is None or not (line := working.stdout.readline()):
        raise SystemFailed(f"{working.args!r} ended with {working.wait()}.")
    return json.loads(line)


def _settle() -> None:
    """Have PostgreSQL gather its statistics, as it does by itself a minute after; no system's time."""
    import psycopg

    with psycopg.connect(connection_url(), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
