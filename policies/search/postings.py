"""Which passages hold a word and what it counts there: the arrays that both word-search engines fill."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from policies.search.stages import Scored
from policies.search.words import terms
from policies.selectors import ChunkText

# BM25 with Lucene's idf, log(1 + (passages - holding + 0.5) / (holding + 0.5)), which no common word turns negative
# (Kamphuis and others, ECIR 2020). Chosen on half of ObliQA's dev questions: nDCG@10 0.690 there and 0.696 on the
# other half, where the usual 1.5 and 0.75 give 0.671 and 0.677.
K1 = 0.8  # how soon a word repeated in a passage counts no more
B = 0.7  # how much a long passage counts less
DIGITS = 4  # of a score: what differs only by the order of adding is equal

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Passages:
    """What is searched, by place: ``chunk_ids`` ascending, ``version_of`` the number of its version in ``versions``."""

    chunk_ids: Array
    versions: Sequence[UUID]
    version_of: Array

    def admitted(self, versions: Set[UUID]) -> Array | None:
        """Return which passages are of those versions, shape (passages,); None for all of them."""
        wanted = np.fromiter((version in versions for version in self.versions), bool, len(self.versions))
        return None if wanted.all() else wanted[self.version_of]


@dataclass(frozen=True, slots=True)
class Postings:
    """Where each word stands and its share of the BM25 score there.

    ``words`` numbers them; number w fills starts[w] to starts[w + 1] of ``places``, ascending, and of ``weights``.
    """

    words: Mapping[str, int]
    starts: Array
    places: Array
    weights: Array
    passages: Passages

    def of(self, word: int) -> slice:
        """Return where a word's part of ``places`` and ``weights`` lies."""
        return slice(int(self.starts[word]), int(self.starts[word + 1]))

    def best(self, asked: Sequence[str], admitted: Array | None, limit: int) -> list[Scored]:
        """Return the admitted passages that hold any of the words, by falling BM25 score, equal ones by id."""
        parts = [self.of(self.words[word]) for word in asked if word in self.words]
        if not parts:
            return []
        places = np.concatenate([self.places[part] for part in parts])
        weights = np.concatenate([self.weights[part] for part in parts])
        scores = np.bincount(places, weights, len(self.passages.chunk_ids))
        if admitted is not None:
            scores *= admitted
        found = _highest(scores, limit)
        marks, ids = np.round(scores[found], DIGITS), self.passages.chunk_ids[found]
        order = np.lexsort((ids, -marks))[:limit]
        return [Scored(*pair) for pair in zip(ids[order].tolist(), marks[order].tolist(), strict=True)]

    def covered(self, asked: Collection[str], chunk_ids: Collection[int]) -> float:
        """Return how much of the words the best of these passages holds, 0 to 1, rare words counting more."""
        ids = self.passages.chunk_ids
        wanted = np.fromiter(chunk_ids, np.int64)
        passages = np.searchsorted(ids, wanted)
        passages = passages[np.append(ids, -1)[passages] == wanted]
        held, whole = np.zeros(len(passages)), 0.0
        for word in set(asked):
            places = self.places[self.of(self.words[word])] if word in self.words else self.places[:0]
            weight = math.log(1 + len(ids) / (len(places) or 0.5))
            whole += weight
            if len(places):
                nearest = np.minimum(np.searchsorted(places, passages), len(places) - 1)
                held += weight * (places[nearest] == passages)
        return float(held.max(initial=0.0)) / (whole or 1.0)


def _highest(scores: Array, limit: int) -> Array:
    """Return the places of the ``limit`` highest scores above 0, with all that tie with the lowest of them."""
    least = 0.0
    if 0 < limit < len(scores):
        least = np.partition(scores, -limit)[-limit] - 10.0**-DIGITS
    return np.flatnonzero((scores >= least) & (scores > 0))


@dataclass(frozen=True, slots=True)
class WordLists:
    """Every passage as the numbers of its words, in order and with repeats; ``words`` numbers them."""

    passages: Passages
    words: Mapping[str, int]
    lists: Sequence[Sequence[int]]


def word_lists(rows: Iterable[ChunkText]) -> WordLists:
    """Return the words of the rows' sections and texts; the rows come by ascending chunk id."""
    words: dict[str, int] = {}
    versions: dict[UUID, int] = {}
    chunk_ids, version_of, lists = [], [], []
    for row in rows:
        chunk_ids.append(row.chunk_id)
        version_of.append(versions.setdefault(row.version_id, len(versions)))
        lists.append([words.setdefault(word, len(words)) for word in terms(f"{row.section}\n{row.text}")])
    passages = Passages(np.array(chunk_ids, np.int64), tuple(versions), np.array(version_of, np.int32))
    return WordLists(passages, words, lists)
