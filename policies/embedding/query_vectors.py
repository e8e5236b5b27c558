"""Vectors of questions, kept for an hour: the same question costs a cache read instead of a model's run."""

import hashlib
from collections.abc import Sequence

import numpy as np
from django.core.cache import caches

from policies.embedding.embedders import Embedder, Vectors

HOUR = 3_600  # seconds


def query_vectors(embedder: Embedder, questions: Sequence[str], corpus_version: str) -> Vectors:
    """Return unit vectors of shape (len(questions), 384); those not kept are computed in one batch, then kept.

    Vectors are kept per embedding model and state of the corpus. A cache that does not answer costs time only.
    """
    cache = caches["vectors"]
    keys = [cache_key(embedder.name, corpus_version, question) for question in questions]
    kept = {key: np.frombuffer(value, dtype=np.float32) for key, value in cache.get_many(keys).items()}
    missing = {key: question for key, question in zip(keys, questions, strict=True) if key not in kept}
    if missing:
        fresh = dict(zip(missing, embedder.embed(list(missing.values())), strict=True))
        cache.set_many({key: vector.astype(np.float32).tobytes() for key, vector in fresh.items()}, timeout=HOUR)
        kept |= fresh
    return np.stack([kept[key] for key in keys])


def cache_key(embedder: str, corpus_version: str, question: str) -> str:
    """Return under which key a question's vector is kept."""
    return "query-vector:" + hashlib.sha256("\0".join((embedder, corpus_version, question)).encode()).hexdigest()
