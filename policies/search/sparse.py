"""Search by words: one BM25 index for each state of the corpus, of the engine that suits its size."""

import threading
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from policies import selectors
from policies.search import sparse_file, sparse_memory
from policies.search.postings import Array, Postings, WordLists, word_lists
from policies.search.stages import Scored
from policies.search.words import terms

FILTERS_KEPT = 64  # one bit a passage each: 0.1 MB where there are 100,000


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """BM25 over the passages of one state of the corpus. Only read once it is built, so threads may share it.

    ``engine`` is "rank-bm25", in memory, or "bm25s", in files.
    """

    corpus_version: str
    engine: str
    postings: Postings
    _filters: dict[frozenset[UUID], tuple[Array | None]] = field(default_factory=dict, compare=False, repr=False)

    def search(self, question: str, *, versions: Set[UUID], limit: int) -> list[Scored]:
        """Return the passages of those versions that share a word with the question, best first, with BM25 scores."""
        return self.postings.best(terms(question), self._admitted(frozenset(versions)), limit)

    def covered(self, question: str, chunk_ids: Iterable[int]) -> float:
        """Return how much of the question the best of these passages holds, 0 to 1, rare words counting more."""
        return self.postings.covered(terms(question), list(chunk_ids))

    def _admitted(self, versions: frozenset[UUID]) -> Array | None:
        """Return which passages are of those versions, None for all; worked out once for the wordings of a question."""
        if (kept := self._filters.get(versions)) is None:
            if len(self._filters) >= FILTERS_KEPT:
                self._filters.clear()
            kept = self._filters[versions] = (self.postings.passages.admitted(versions),)
        return kept[0]


_turn = threading.Lock()


def current_index(corpus_version: str) -> SparseIndex:
    """Return the index of this state of the corpus, built or opened at most once per process; others wait for it."""
    with _turn:
        return _index_of(corpus_version)


def prepare_index() -> None:
    """Have the index of the corpus as it is now ready before somebody searches.

    One in files serves every process of the host from then on; one in memory serves this process.
    """
    if version := selectors.corpus_version():
        current_index(version)


@lru_cache(maxsize=1)
def _index_of(corpus_version: str) -> SparseIndex:
    texts, passages = selectors.texts_version()
    in_memory = passages <= settings.SPARSE_MEMORY_CHUNKS
    engine = sparse_memory.ENGINE if in_memory else sparse_file.ENGINE
    return SparseIndex(corpus_version, engine, _postings_of(texts, in_memory))


@lru_cache(maxsize=1)
def _postings_of(texts_version: str, in_memory: bool) -> Postings:
    """Return the weighed words of the passages, kept where a version was only relabelled or superseded."""
    if in_memory:
        return sparse_memory.in_memory(_corpus())
    return sparse_file.on_disk(texts_version, _corpus)


def _corpus() -> WordLists:
    return word_lists(selectors.chunk_texts())
