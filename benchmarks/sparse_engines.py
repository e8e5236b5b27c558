"""What word search costs by engine and size of the corpus: ``python benchmarks/sparse_engines.py``.

Made-up passages with the words and lengths of ObliQA's are indexed by rank-bm25, in memory, and by bm25s, in files.
Each engine starts in a process of its own. Printed: seconds to build, milliseconds until a fresh process can search
(rank-bm25 builds, bm25s opens), milliseconds per question of the dev set apart from cutting it into words, megabytes
of memory gained, and megabytes of files. Then the quality of both on ObliQA itself. No database is used.
"""

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
VERSIONS = 40
LIMIT = 15
ENGINES = ("rank-bm25", "bm25s")

if TYPE_CHECKING:
    from policies.search.postings import Postings
    from policies.selectors import ChunkText


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one engine at one size; each ``_ms`` in milliseconds, memory and files in megabytes of 10^6 bytes."""

    engine: str
    passages: int
    build_s: float
    ready_ms: float
    p50_ms: float
    p95_ms: float
    filtered_p50_ms: float
    memory_mb: float
    files_mb: float


def main() -> int:
    """Print the table, or, as one engine's process, its line."""
    options = _options()
    if options.engine:
        import django

        django.setup()
        cost = _measured(options.engine, options.sizes[0], options.questions, Path(options.folder))
        print(json.dumps(asdict(cost)))
        return 0
    costs = [_in_own_process(engine, size, options.questions) for size in options.sizes for engine in ENGINES]
    if options.json:
        print(json.dumps([asdict(cost) for cost in costs]))
        return 0
    print(f"{'engine':<10}" + "".join(f"{name:>16}" for name in list(Cost.__slots__)[1:]))
    for cost in costs:
        print(f"{cost.engine:<10}" + "".join(f"{value:>16,.2f}" for value in list(asdict(cost).values())[1:]))
    _print_quality()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="passages")
    parser.add_argument("--questions", type=int, default=500, help="how many to ask")
    parser.add_argument("--json", action="store_true", help="print JSON, without the quality")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_own_process(engine: str, size: int, questions: int) -> Cost:
    """Return one engine's cost; for bm25s a first process builds the files and a second one opens them."""
    with tempfile.TemporaryDirectory(prefix="loaniq-sparse-") as folder:
        command = [sys.executable, __file__, "--sizes", str(size), "--questions", str(questions)]
        command += ["--engine", engine, "--folder", f"{folder}/index"]
        runs = [
            Cost(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
            for _ in range(2)
        ]
    first, second = runs
    return Cost(**{**asdict(second), "build_s": first.build_s})


def _measured(engine: str, size: int, questions: int, folder: Path) -> Cost:
    from policies.search import (
        sparse_file,
        sparse_memory,  # before the memory is looked at
    )
    from policies.search.postings import word_lists
    from policies.search.words import terms

    asked = [terms(text) for text in _questions(questions)]
    rows = list(_made_up(size)) if engine == "rank-bm25" or not folder.exists() else []
    gc.collect()
    before, began = _resident(), time.perf_counter()
    if rows and engine == "bm25s":
        sparse_file.save(sparse_file.weighed(word_lists(rows)), folder)
    built = time.perf_counter() - began
    began = time.perf_counter()
    index = sparse_memory.in_memory(word_lists(rows)) if engine == "rank-bm25" else sparse_file.opened(folder)
    ready = time.perf_counter() - began
    versions = frozenset(UUID(int=number) for number in range(VERSIONS * 3 // 4))
    every, some = _times(index, asked, None), _times(index, asked, versions)
    gc.collect()
    return Cost(
        engine=engine,
        passages=size,
        build_s=round(ready if engine == "rank-bm25" else built, 2),
        ready_ms=round(ready * 1_000, 1),
        p50_ms=round(statistics.median(every), 3),
        p95_ms=round(statistics.quantiles(every, n=20)[-1], 3),
        filtered_p50_ms=round(statistics.median(some), 3),
        memory_mb=round((_resident() - before) / 1e6, 1),
        files_mb=round(sum(file.stat().st_size for file in folder.glob("*")) / 1e6, 1),
    )


def _times(index: "Postings", asked: list[list[str]], versions: frozenset[UUID] | None) -> list[float]:
    admitted = index.passages.admitted(versions) if versions is not None else None
    times = []
    for words in asked:
        began = time.perf_counter()
        index.best(words, admitted, LIMIT)
        times.append((time.perf_counter() - began) * 1_000)
    return times


def _resident() -> int:
    """Return the bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _questions(number: int) -> list[str]:
    from benchmarks.retrieval_questions import load_questions

    return [question.text for question in load_questions("report")[:number]]


def _made_up(size: int) -> "Iterator[ChunkText]":
    """Yield passages of words drawn as often as ObliQA uses them, each as long as one of its passages."""
    from benchmarks.retrieval_questions import load_passages
    from policies.selectors import ChunkText

    words = [passage.text.split() for passage in load_passages()]
    pool, lengths = [word for passage in words for word in passage], [len(passage) for passage in words]
    draw = random.Random(4)
    for number in range(size):
        text = " ".join(draw.choices(pool, k=draw.choice(lengths)))
        yield ChunkText(number + 1, UUID(int=number % VERSIONS), "", text)


def _print_quality() -> None:
    """Print nDCG@10 and recall@5 on both halves of the dev questions, for each engine."""
    import django

    django.setup()
    from benchmarks.retrieval_questions import load_passages, load_questions, ndcg_at_10, recall_at_5
    from policies.search import sparse_file, sparse_memory
    from policies.search.postings import word_lists
    from policies.search.words import terms
    from policies.selectors import ChunkText

    passages = load_passages()
    corpus = word_lists(ChunkText(place, UUID(int=1), "", each.text) for place, each in enumerate(passages))
    print(f"\nObliQA, {len(passages):,} passages")
    for engine, index in zip(ENGINES, (sparse_memory.in_memory(corpus), sparse_file.weighed(corpus)), strict=True):
        for part in ("tune", "report"):
            questions = load_questions(part)
            found = [
                [passages[scored.chunk_id].id for scored in index.best(terms(question.text), None, 10)]
                for question in questions
            ]
            pairs = [(ids, question.gold) for ids, question in zip(found, questions, strict=True)]
            ndcg = statistics.mean(ndcg_at_10(ids, gold) for ids, gold in pairs)
            recall = statistics.mean(recall_at_5(ids, gold) for ids, gold in pairs)
            print(f"{engine:<10} {part:<7} {len(pairs):>5} questions  nDCG@10 {ndcg:.4f}  recall@5 {recall:.4f}")


if __name__ == "__main__":
    sys.exit(main())
