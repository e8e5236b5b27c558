"""Stand-ins for what lies outside: an embedder that needs no model."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from policies.embedding.embedders import Vectors


class HashEmbedder:
    """Bags of words hashed into 384 places: texts that share words lie close, and the same text is always the same.

    Selected by ``EMBEDDING_MODEL=python:tests.fakes.HashEmbedder``.
    """

    name = "python:tests.fakes.HashEmbedder"
    dimensions = 384

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), 384)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
                row[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % self.dimensions] += 1
        lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / lengths


class OtherEmbedder(HashEmbedder):
    """Another model: the same bags of words, read from the other end."""

    name = "python:tests.fakes.OtherEmbedder"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), 384)."""
        return super().embed(texts)[:, ::-1].copy()
