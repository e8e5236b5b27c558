"""The word index of a small corpus: weighed by rank-bm25 and kept in memory."""

import math
from itertools import accumulate

import numpy as np
from rank_bm25 import BM25Okapi

from policies.search.postings import K1, B, Postings, WordLists

ENGINE = "rank-bm25"


def in_memory(corpus: WordLists) -> Postings:
    """Return the corpus weighed once, word by word, so that a question only adds up what its words weigh."""
    holding: list[list[int]] = [[] for _ in corpus.words]
    for place, words in enumerate(corpus.lists):
        for word in set(words):
            holding[word].append(place)
    starts = np.array([0, *accumulate(len(places) for places in holding)], np.int64)
    places = np.fromiter((place for part in holding for place in part), np.int32, int(starts[-1]))
    return Postings(corpus.words, starts, places, _weights(corpus, holding), corpus.passages)


def _weights(corpus: WordLists, holding: list[list[int]]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return what each word weighs in each passage that holds it, with Lucene's idf in place of the package's own."""
    if not holding:
        return np.array([], np.float32)
    bm25 = BM25Okapi(corpus.lists, k1=K1, b=B)
    passages = len(corpus.lists)
    bm25.doc_len = np.array(bm25.doc_len)
    bm25.idf = {
        word: math.log(1 + (passages - len(places) + 0.5) / (len(places) + 0.5)) for word, places in enumerate(holding)
    }
    parts = (weight for word, places in enumerate(holding) for weight in bm25.get_batch_scores([word], places))
    return np.fromiter(parts, np.float32)
