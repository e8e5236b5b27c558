"""One system in a process of its own: ``python -m benchmarks.retrieval_process SYSTEM ingest|serve FOLDER``.

FOLDER holds what ``retrieval_corpus.save`` wrote. ``ingest`` prints its seconds. ``serve`` prints how long it took to
be ready and how much memory, then answers lines {"first", "last", "wordings"} with milliseconds and ids by question.
"""

import gc
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.retrieval_corpus import load_asked, load_corpus
from benchmarks.retrieval_haystack import Haystack
from benchmarks.retrieval_langchain import LangChain
from benchmarks.retrieval_llamaindex import LlamaIndex
from benchmarks.retrieval_systems import LoanIQ, System

SYSTEMS: Mapping[str, Callable[[Path], System]] = {
    "loaniq": lambda folder: LoanIQ(folder, reranked=False),
    "loaniq-reranked": lambda folder: LoanIQ(folder, reranked=True),
    "langchain": LangChain,
    "llamaindex": LlamaIndex,
    "haystack": Haystack,
}
SETTLING = 20  # questions, after which memory is read
MEGABYTE = 1024 * 1024


def main() -> int:
    """Carry out one of the two."""
    logging.disable(logging.WARNING)
    name, act, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    answers = os.fdopen(os.dup(1), "w", buffering=1)  # what a package prints goes elsewhere
    os.dup2(2, 1)
    system = SYSTEMS[name](folder)
    (ingest if act == "ingest" else serve)(system, folder, lambda answer: print(json.dumps(answer), file=answers))
    return 0


def ingest(system: System, folder: Path, tell: Callable[[Any], None]) -> None:
    """Store the corpus; its vectors are given, so no model's time is in it."""
    corpus = load_corpus(folder)
    system.load()
    began = time.perf_counter()
    system.ingest(corpus)
    seconds = time.perf_counter() - began
    tell({"seconds": round(seconds, 2), "chunks_per_second": round(len(corpus.passages) / seconds, 1)})


def serve(system: System, folder: Path, tell: Callable[[Any], None]) -> None:
    """Say how the start went, then answer until the input ends."""
    asked = load_asked(folder)
    gc.collect()
    memory, began = resident(), time.perf_counter()
    system.load()
    loaded, loaded_memory = time.perf_counter(), resident()
    system.open(asked)
    system.ask(asked[0].wordings[:1])
    answered = time.perf_counter()
    for each in asked[1:SETTLING]:
        system.ask(each.wordings[:1])
    gc.collect()
    tell(
        {
            "import_s": round(loaded - began, 2),
            "open_s": round(answered - loaded, 2),
            "import_mb": round(loaded_memory - memory, 1),
            "memory_mb": round(resident() - memory, 1),
        }
    )
    for line in sys.stdin:
        wanted = json.loads(line)
        found = []
        for each in asked[wanted["first"] : wanted["last"]]:
            began = time.perf_counter()
            ids = system.ask(each.wordings[: wanted["wordings"]])
            milliseconds = (time.perf_counter() - began) * 1_000
            found.append({"ms": milliseconds, "ids": ids, "stages": system.stages})
        tell(found)


def resident() -> float:
    """Return this process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


if __name__ == "__main__":
    sys.exit(main())
