"""How many passages a second are stored, reading and embedding left out: one version, one transaction, vectors given.

``python benchmarks/ingest_speed.py [--passages 10000] [--rounds 3] [--json]``
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.scratch import scratch_database

WORDS_EACH = 75
DIMENSIONS = 384
WORDS = 90  # of a passage, on average


def texts(count: int) -> list[str]:
    """Return passages of some 450 characters, the same ones every time."""
    chance = random.Random(4)
    words = ["reserves", "income", "the", "of", "lender", "must", "ratio", "percent", "months", "borrower", "verify"]
    return [f"{number}. {' '.join(chance.choices(words, k=WORDS_EACH))}." for number in range(count)]


def draft(count: int, name: str) -> Any:
    """Return a draft of so many passages, with random unit vectors of the current space."""
    import numpy as np

    from policies.corpus.drafting import Draft
    from policies.embedding.spaces import working_space
    from policies.embedding.word_signs import Embedded
    from policies.reading.outlining import Chunk, Outline

    vectors = np.random.default_rng(4).standard_normal((count, DIMENSIONS), dtype=np.float32)
    words = [np.packbits(each > 0).tobytes() * WORDS for each in vectors]
    chunks = tuple(
        Chunk(
            ordinal=place,
            page=1 + place // 5,
            section="4 Ratios",
            within=None,
            text=text,
            boxes=((72.0, 90.0, 540.0, 110.0),),
            is_table=False,
        )
        for place, text in enumerate(texts(count))
    )
    return Draft(
        file_name=name,
        content_hash=name.encode().hex().ljust(64, "0"),
        metadata={},
        pages=1 + count // 5,
        pages_without_text=(),
        outline=Outline(sections=(), chunks=chunks),
        references=[()] * count,
        suspicious=[False] * count,
        space=working_space(),
        embedded=Embedded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), words),
    )


def seconds(count: int, name: str) -> float:
    """Store one version of so many passages; return the seconds until it is committed."""
    from policies.corpus.ingest import store

    made = draft(count, name)
    with tempfile.TemporaryFile() as copy:
        copy.write(b"%PDF-1.7")
        started = time.perf_counter()
        store(made, copy, "benchmark")
        return time.perf_counter() - started


def main() -> None:
    """Measure in a database that is thrown away afterwards; each round meets the rows of those before it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    with scratch_database():
        from django.conf import settings

        settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"
        rounds = [options.passages / seconds(options.passages, f"{number}.pdf") for number in range(options.rounds)]
    told = {"passages": options.passages, "per_second": [round(each) for each in rounds]}
    if options.as_json:
        print(json.dumps(told))
    else:
        print(f"{options.passages:,} passages: {statistics.median(rounds):,.0f} a second (median of {len(rounds)}).")


if __name__ == "__main__":
    main()
