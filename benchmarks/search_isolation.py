"""No search returns a foreign text: ``python benchmarks/search_isolation.py --queries 5000``.

Documents of random programs, states and histories go into a database of its own; every query has random filters and a
random day, and what comes back is held against an oracle that knows only how the documents were labelled: the newest
version begun by the day and not yet ended must be the text, and its labels must admit the filters.
"""

import argparse
import json
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

if TYPE_CHECKING:
    from policies.search.citations import SearchQuery

PROGRAMS = ("conventional", "fha", "va", "usda", "jumbo")
STATES = ("TX", "CA", "FL", "NY")
WORDS = (
    "borrower",
    "income",
    "credit",
    "reserve",
    "gift",
    "appraisal",
    "escrow",
    "lien",
    "title",
    "insurance",
    "ratio",
)
FIRST_DAY = date(2020, 1, 1)
DAYS = 2_500


@dataclass(frozen=True, slots=True)
class Labelled:
    """A version as it was made: whom it binds, and from when until when it is in force."""

    document: str
    number: int
    programs: tuple[str, ...]
    states: tuple[str, ...]
    begins: date
    ends: date | None

    def admits(self, program: str | None, state: str | None, on: date) -> bool:
        """Return whether it may answer: by its labels, and by the day."""
        by_program = program is None or "ALL" in self.programs or program in self.programs
        by_state = state is None or "ALL" in self.states or state in self.states
        return by_program and by_state and self.begins <= on and (self.ends is None or on < self.ends)


def history(numbers: random.Random, document: str) -> list[Labelled]:
    """Return one to four versions of a document, each in force until the next begins."""
    starts = sorted(FIRST_DAY + timedelta(days=day) for day in numbers.sample(range(DAYS), numbers.randint(1, 4)))
    return [
        Labelled(
            document,
            number,
            _some(numbers, PROGRAMS),
            _some(numbers, STATES),
            begins,
            starts[number] if number < len(starts) else None,
        )
        for number, begins in enumerate(starts, 1)
    ]


def _some(numbers: random.Random, names: Sequence[str]) -> tuple[str, ...]:
    return ("ALL",) if numbers.random() < 0.3 else tuple(numbers.sample(names, numbers.randint(1, 2)))


def store_history(numbers: random.Random, versions: Sequence[Labelled]) -> None:
    """Store the versions of one document with a few passages each."""
    from policies.embedding.spaces import store_embedded
    from policies.embedding.word_signs import embedded
    from policies.models import PolicyChunk, PolicyDocument, PolicyVersion
    from tests.fakes import HashEmbedder
    from tests.policies.stored_texts import space_of

    embedder = HashEmbedder()
    document = PolicyDocument.objects.create(file_name=versions[0].document, title=versions[0].document)
    for each in versions:
        version = PolicyVersion.objects.create(
            document=document,
            number=each.number,
            content_hash="0" * 64,
            programs=list(each.programs),
            states=list(each.states),
            effective_from=each.begins,
            superseded_on=each.ends,
            is_current=each.ends is None,
            pages=1,
            reader=1,
        )
        texts = [" ".join(numbers.choices(WORDS, k=8)) + f" {each.document} {each.number}" for _ in range(3)]
        chunks = PolicyChunk.objects.bulk_create(
            PolicyChunk(version=version, ordinal=place, page=1, section=str(place), text=text)
            for place, text in enumerate(texts)
        )
        store_embedded(space_of(embedder), chunks, embedded(embedder, texts))


def asked_at_random(numbers: random.Random) -> "SearchQuery":
    """Return a question of the corpus's own words with random filters and a random day."""
    from policies.search.citations import SearchQuery

    return SearchQuery(
        " ".join(numbers.choices(WORDS, k=3)),
        program=numbers.choice((None, *PROGRAMS)),
        state=numbers.choice((None, *STATES)),
        on=str(FIRST_DAY + timedelta(days=numbers.randrange(-100, DAYS + 100))),
        top=numbers.choice((1, 5, 20)),
    )


def run(queries: int, documents: int, seed: int) -> dict[str, int]:
    """Store a corpus, ask, and count: passages returned, those that are foreign, and silences where a text applied."""
    from policies.search.retrieval import PolicySearch
    from tests.fakes import HashEmbedder

    numbers = random.Random(seed)
    versions = [history(numbers, f"document-{place}.pdf") for place in range(documents)]
    for each in versions:
        store_history(numbers, each)
    known = {(each.document, each.number): each for rows in versions for each in rows}
    search = PolicySearch(embedder=HashEmbedder(), rewording=lambda _: None)
    counts = {"queries": 0, "passages": 0, "foreign": 0, "answered": 0}
    for _ in range(queries):
        query = asked_at_random(numbers)
        result = search.search(query, explained=True)
        seen = {(each.document, each.version) for each in (*result.passages, *result.dropped)}
        seen |= {(each.document, each.version) for each in result.considered}
        day = date.fromisoformat(query.on or "")
        bad = [each for each in seen if not known[each].admits(query.program, query.state, day)]
        counts["queries"] += 1
        counts["passages"] += len(result.passages)
        counts["foreign"] += len(bad)
        counts["answered"] += not result.abstained
    return counts


def main() -> int:
    """Print the counts; exit 1 where a foreign text came back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=5_000)
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    from benchmarks.scratch import scratch_database

    os.environ["RERANKER_MODEL"] = "none"
    with scratch_database():
        counts = run(options.queries, options.documents, options.seed)
    print(json.dumps(counts))
    return 1 if counts["foreign"] else 0


if __name__ == "__main__":
    sys.exit(main())
