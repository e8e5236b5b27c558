"""How often search finds the right page, how fast, and when it abstains: ``python benchmarks/search_quality.py FILE``.

FILE holds JSON lines with ``question``, ``document`` (its file name counts) and ``pages``; the documents must be
ingested. A hit is a returned passage from that document on one of those pages. Beside FILE it asks 13 questions made
of acronyms, with and without spelling them out, 18 questions far from lending, and 8 about money or law that no
mortgage policy answers.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")

if TYPE_CHECKING:
    from policies.search.citations import SearchQuery
    from policies.search.retrieval import PolicySearch


@dataclass(frozen=True, slots=True)
class Known:
    """A question and where its answer stands; ``pages`` from 1."""

    question: str
    document: str = ""
    pages: tuple[int, ...] = ()


def main() -> int:
    """Print the figures; exit 1 where nothing is ingested."""
    import django

    django.setup()
    from policies import selectors
    from policies.search.retrieval import PolicySearch

    options = arguments()
    if not selectors.corpus_version():
        print("No policies are ingested. Run: manage.py ingest_policies PATH", file=sys.stderr)
        return 1
    questions, acronyms = known(options.questions), known(HERE / "search_acronyms.jsonl")
    unanswerable = {
        name: plain(HERE.parent / "policies" / "search" / f"{name}.txt") for name in ("off_topic", "near_topic")
    }
    usual, literal = PolicySearch(), PolicySearch(rewording=lambda _: None)
    figures = {
        "questions": quality(usual, questions),
        "questions_acronyms_kept": quality(literal, questions),
        "acronyms": quality(usual, acronyms),
        "acronyms_kept": quality(literal, acronyms),
        "lowest_cosine": min(cosines(questions)),
        **{name: abstention(usual, asked) for name, asked in unanswerable.items()},
        "milliseconds": speed(usual, questions),
    }
    print(json.dumps(figures) if options.json else "\n".join(readable(figures)))
    return 0


def arguments() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def known(file: Path) -> list[Known]:
    """Read questions with their documents and pages."""
    entries = [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
    return [Known(entry["question"], Path(entry["document"]).name, tuple(entry["pages"])) for entry in entries]


def plain(file: Path) -> list[Known]:
    """Read questions that have no answer, one a line."""
    return [Known(line) for line in file.read_text().splitlines()]


def abstention(search: "PolicySearch", questions: Sequence[Known]) -> dict[str, float]:
    """Return how many were asked, how often the search abstained, and the cosine that came closest."""
    abstained = quality(search, questions)["abstained"]
    return {"asked": len(questions), "abstained": abstained, "highest_cosine": max(cosines(questions))}


def quality(search: "PolicySearch", questions: Sequence[Known]) -> dict[str, float]:
    """Return hits among the first and the first five, the mean reciprocal rank, and how often it abstained."""
    from policies.search.citations import SearchQuery

    ranks, abstained = [], 0
    for asked in questions:
        result = search.search(SearchQuery(asked.question))
        abstained += result.abstained
        places = [
            place
            for place, passage in enumerate(result.passages, 1)
            if passage.document == asked.document and passage.page in asked.pages
        ]
        ranks.append(1 / places[0] if places else 0.0)
    return {
        "asked": len(questions),
        "hit_at_1": sum(rank == 1 for rank in ranks),
        "hit_at_5": sum(rank > 0 for rank in ranks),
        "mrr": round(statistics.mean(ranks), 3),
        "abstained": abstained,
    }


def cosines(questions: Sequence[Known]) -> list[float]:
    """Return each question's cosine, in any of its own wordings, to the passage nearest to it."""
    from policies.search.citations import SearchQuery
    from policies.search.retrieval import PolicySearch

    found = [PolicySearch().evidence(SearchQuery(asked.question)) for asked in questions]
    return [round(evidence.cosine, 3) for evidence in found if evidence is not None]


def speed(search: "PolicySearch", questions: Sequence[Known]) -> dict[str, dict[str, float]]:
    """Return p50 and p95 in milliseconds of a search, with its vector still to be computed and with it kept."""
    from django.core.cache import cache

    from policies import selectors
    from policies.embedding import spaces
    from policies.embedding.query_vectors import cache_key
    from policies.search.citations import SearchQuery
    from policies.search.queries import reworded

    fresh, kept = [], []
    for asked in questions:
        wordings = filter(None, (asked.question, reworded(asked.question)))
        keys = [cache_key(spaces.working_space().embedder, selectors.corpus_version(), wording) for wording in wordings]
        cache.delete_many(keys)
        query = SearchQuery(asked.question)
        fresh.append(milliseconds(search, query))
        kept.append(milliseconds(search, query))
    return {"fresh": percentiles(fresh), "kept": percentiles(kept)}


def milliseconds(search: "PolicySearch", query: "SearchQuery") -> float:
    """Return how long a search took."""
    started = time.perf_counter()
    search.search(query)
    return (time.perf_counter() - started) * 1_000


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile."""
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


def readable(figures: dict[str, Any]) -> list[str]:
    """Return the figures as lines."""
    lines = []
    for name in ("questions", "questions_acronyms_kept", "acronyms", "acronyms_kept"):
        found = figures[name]
        lines.append(
            f"{name.replace('_', ' ')}: {found['hit_at_1']} of {found['asked']} first, {found['hit_at_5']} in five, "
            f"MRR {found['mrr']}, abstained {found['abstained']}"
        )
    lines.append(f"nearest passage of a question: cosine {figures['lowest_cosine']} or more")
    for name in ("off_topic", "near_topic"):
        found = figures[name]
        lines.append(
            f"{name.replace('_', ' ')}: abstained {found['abstained']} of {found['asked']}, "
            f"nearest passage: cosine {found['highest_cosine']} or less"
        )
    for name, times in figures["milliseconds"].items():
        lines.append(f"milliseconds, vector {name}: p50 {times['p50']}, p95 {times['p95']}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
