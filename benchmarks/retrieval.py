"""LoanIQ's search beside LangChain's, LlamaIndex's and Haystack's: ``python benchmarks/retrieval.py``.

All of them search ObliQA's passages on one PostgreSQL with one embedder, the vectors given: 1,000 and 10,000 real
passages, all 12,988, and 100,000 of which the rest is made of real sentences. Quality is measured on the half of the
dev questions on which nothing is tuned. Each system has a process of its own; they answer the same questions in turns,
block by block, so that whatever else the machine does slows all alike. The peers are the optional packages ``peers``:
what is not installed is left out, and the output says so.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks import retrieval_corpus  # noqa: E402
from benchmarks.retrieval_corpus import Asked, Corpus  # noqa: E402
from benchmarks.retrieval_questions import FOLDER, QUESTIONS, ObliQuestion, load_passages, load_questions  # noqa: E402
from benchmarks.retrieval_runs import figures, measure  # noqa: E402
from benchmarks.scratch import scratch_database  # noqa: E402

PACKAGES: dict[str, tuple[str, ...]] = {
    "loaniq": (),
    "loaniq-reranked": (),
    "langchain": ("langchain-classic", "langchain-community", "langchain-postgres"),
    "llamaindex": ("llama-index-core", "llama-index-retrievers-bm25", "llama-index-vector-stores-postgres"),
    "haystack": ("haystack-ai", "pgvector-haystack"),
}
SIZES = (1_000, 10_000, 12_988, 100_000)
COLUMNS = (
    ("ndcg_10", "nDCG@10"),
    ("recall_5", "recall@5"),
    ("p50_ms", "p50 ms"),
    ("p95_ms", "p95 ms"),
    ("ndcg_10_three", "nDCG@10 of 3"),
    ("p50_ms_three", "p50 of 3"),
    ("p95_ms_three", "p95 of 3"),
    ("chunks_per_second", "chunks/s"),
    ("first_answer_s", "start s"),
    ("memory_mb", "MB"),
)


def main() -> int:
    """Measure and print; exit 1 where ObliQA is not there."""
    options = arguments()
    if not (options.data / QUESTIONS).exists():
        print(f"ObliQA is not in {options.data}. Name its folder with --data.", file=sys.stderr)
        return 1
    systems, missing = installed(options.systems)
    with scratch_database(), tempfile.TemporaryDirectory(prefix="loaniq-retrieval-") as folder:
        real, questions, asked = given(options)
        os.environ["BENCHMARK_DATABASE"] = database()
        report: dict[str, Any] = {
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
            "embedder": real.space,
            "questions": len(questions),
            "versions": {name: {each: version(each) for each in PACKAGES[name]} for name in systems},
            "missing": missing,
            "sizes": {},
        }
        for size in options.sizes:
            corpus = retrieval_corpus.of_size(real, size)
            measured = measure(systems, corpus, asked, Path(folder) / str(size))
            report["sizes"][size] = {name: figures(each, corpus, questions) for name, each in measured.items()}
            print("\n".join(told(size, report["sizes"][size])), file=sys.stderr if options.json else None, flush=True)
    print(json.dumps(report, indent=1) if options.json else "\n".join(about(report)))
    return 0


def arguments() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=300, help="how many of the 1,431 to ask")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--systems", nargs="+", choices=list(PACKAGES), default=list(PACKAGES))
    parser.add_argument("--data", type=Path, default=FOLDER, help="ObliQA's folder")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "loaniq-retrieval-vectors")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def installed(systems: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which systems can run, and which lack one of their packages."""
    here = [name for name in systems if all(map(_is_here, PACKAGES[name]))]
    return here, [name for name in systems if name not in here]


def _is_here(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def given(options: argparse.Namespace) -> tuple[Corpus, list[ObliQuestion], list[Asked]]:
    """Return the real passages and the questions, with the vectors of both; makes the model ready for all systems."""
    from policies.embedding.spaces import working_space

    working_space()
    passages, questions = load_passages(options.data), load_questions("report", options.data)
    made, space = retrieval_corpus.embedded([passage.text for passage in passages], options.cache)
    wordings = [retrieval_corpus.wordings_of(question) for question in questions]
    flat, _space = retrieval_corpus.embedded([each for three in wordings for each in three], options.cache)
    threes = flat.vectors.reshape(len(questions), len(wordings[0]), -1)
    asked = [Asked(three, vectors) for three, vectors in zip(wordings, threes, strict=True)]
    corpus = Corpus(passages, made.vectors, made.words, space)
    return corpus, questions[: options.questions], asked[: options.questions]


def database() -> str:
    """Return the address of the scratch PostgreSQL, as its owner."""
    from django.conf import settings
    from django.db import connection

    place = connection.get_connection_params()
    owner = settings.DATABASE_OWNER["USER"]
    return f"postgresql://{owner}@/{place['dbname']}?host={place['host']}&port={place['port']}"


def told(size: int, systems: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the figures of one size as lines of a table."""
    columns = [column for column in COLUMNS if any(column[0] in each for each in systems.values())]
    lines = [f"{size} chunks".ljust(18) + "".join(heading.rjust(14) for _, heading in columns)]
    for name, each in systems.items():
        lines.append(name.ljust(18) + "".join(str(each.get(key, "")).rjust(14) for key, _ in columns))
    return [*lines, ""]


def about(report: Mapping[str, Any]) -> list[str]:
    """Return what was measured with what."""
    lines = [f"{report['questions']} questions, {report['embedder']}, {report['machine']}"]
    lines += [f"{name}: not installed, left out" for name in report["missing"]]
    return lines + [f"{each} {number}" for name in report["versions"].values() for each, number in name.items()]


if __name__ == "__main__":
    sys.exit(main())
