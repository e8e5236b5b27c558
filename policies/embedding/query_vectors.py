"""Vectors of questions, kept for an hour: the same question costs a cache read instead of a model's run."""

import hashlib
import logging
from collections.abc import Sequence

import numpy as np
from django.core.cache import cache
from django.db import DatabaseError, transaction

from policies.embedding.embedders import Embedder, Vectors

HOUR = 3_600  # seconds

logger = logging.getLogger(__name__)


def query_vectors(embedder: Embedder, questions: Sequence[str], corpus_version: str) -> Vectors:
    """Return unit vectors of shape (len(questions), 384); those not kept are computed in one batch, then kept.

    Vectors are kept per embedding model and state of the corpus. A cache that does not answer costs time only.
    """
    keys = [cache_key(embedder.name, corpus_version, question) for question in questions]
    kept = {key: np.frombuffer(value, dtype=np.float32) for key, value in _read(keys).items()}
    missing = {key: question for key, question in zip(keys, questions, strict=True) if key not in kept}
    if missing:
        fresh = dict(zip(missing, embedder.embed(list(missing.values())), strict=True))
        _keep({key: vector.astype(np.float32).tobytes() for key, vector in fresh.items()})
        kept |= fresh
    return np.stack([kept[key] for key in keys])


def cache_key(embedder: str, corpus_version: str, question: str) -> str:
    """Return under which key a question's vector is kept."""
    return "query-vector:" + hashlib.sha256("\0".join((embedder, corpus_version, question)).encode()).hexdigest()


def _read(keys: Sequence[str]) -> dict[str, bytes]:
    try:
        with transaction.atomic():  # so that a missing cache table does not spoil the caller's transaction
            found: dict[str, bytes] = cache.get_many(keys)
    except (DatabaseError, OSError) as exc:
        logger.warning("The cache cannot be read (%s); run migrate to create its table.", type(exc).__name__)
        return {}
    return found


def _keep(vectors: dict[str, bytes]) -> None:
    try:
        with transaction.atomic():
            cache.set_many(vectors, timeout=HOUR)
    except (DatabaseError, OSError) as exc:
        logger.warning("The cache cannot be written (%s); run migrate to create its table.", type(exc).__name__)
