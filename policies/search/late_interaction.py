"""A passage judged word by word: each word of the question looks for its nearest word in the passage."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from policies.embedding.embedders import Vectors
from policies.embedding.word_signs import vectors_of

KEPT_MB = 64  # of token vectors, per process; some 400 passages


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage to be judged: its text, and the stored signs of its words, if there are any."""

    text: str
    words: bytes = b""


@runtime_checkable
class TokenEmbedder(Protocol):
    """A model that gives a vector for each word of a text."""

    @property
    def name(self) -> str: ...

    def token_vectors(self, texts: Sequence[str]) -> list[Vectors]:
        """Return each text's unit vectors of shape (tokens, dimensions)."""


class LateInteraction:
    """Scores from the embedder's own token vectors (Khattab and Zaharia, SIGIR 2020). Threads may share it."""

    reads_words = True

    def __init__(self, embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self.name = f"late interaction ({embedder.name})"
        self._turn = threading.Lock()
        self._kept: OrderedDict[str, np.ndarray[Any, np.dtype[np.float16]]] = OrderedDict()
        self._bytes = 0

    def score(self, question: str, passages: Sequence[Judged]) -> list[float]:
        """Return, for each passage, the mean over the question's words of the largest cosine to one of its words.

        Words whose signs are stored are not computed again.
        """
        if not passages:
            return []
        (asked,) = self._embedder.token_vectors([question])
        fresh = iter(self._passages([each.text for each in passages if not each.words]))
        size = asked.shape[1]
        return [_likeness(asked, vectors_of(each.words, size) if each.words else next(fresh)) for each in passages]

    def _passages(self, texts: Sequence[str]) -> list[Vectors]:
        """Return the texts' token vectors, those not kept computed in one batch and kept."""
        with self._turn:
            kept = {text: self._kept[text] for text in texts if text in self._kept}
            missing = [text for text in dict.fromkeys(texts) if text not in kept]
            fresh = dict(zip(missing, self._embedder.token_vectors(missing), strict=True)) if missing else {}
            for text in kept:
                self._kept.move_to_end(text)
            for text, vectors in fresh.items():
                self._keep(text, vectors.astype(np.float16))
        return [fresh[text] if text in fresh else kept[text].astype(np.float32) for text in texts]

    def _keep(self, text: str, vectors: "np.ndarray[Any, np.dtype[np.float16]]") -> None:
        """Keep vectors, letting go of those not asked for the longest where they no longer fit."""
        self._kept[text] = vectors
        self._bytes += vectors.nbytes
        while self._bytes > KEPT_MB * 1024 * 1024:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes


def _likeness(asked: Vectors, passage: Vectors) -> float:
    if not asked.size or not passage.size:
        return 0.0
    return float(np.mean(np.max(asked @ passage.T, axis=1)))
