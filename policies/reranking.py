"""The last judge of a search: a cross-encoder that reads question and passage together. Used only where configured."""

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from django.conf import settings

from policies.exceptions import PolicyError


class RerankerError(PolicyError):
    """The configured reranking model cannot be used; the message names it and what to change."""


class Reranker(Protocol):
    """Scores passages against a question; a higher score is a better answer."""

    @property
    def name(self) -> str: ...

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one score for each text, in their order."""


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, by folder or name, loaded by the first question that needs it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._turn = threading.Lock()  # one load; and tokenizers are not safe to share between threads
        self._loaded: Any = None

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the model's scores, computed in one batch. Raises RerankerError where it cannot be loaded."""
        if not texts:
            return []
        with self._turn:
            scores = self._model().predict(
                [(question, text) for text in texts], batch_size=len(texts), show_progress_bar=False
            )
        return [float(score) for score in scores]

    def _model(self) -> Any:
        if self._loaded is None:
            self._loaded = _load_cross_encoder(self.name)
        return self._loaded


def _load_cross_encoder(name: str) -> Any:
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(name)
    except (OSError, ValueError) as exc:
        raise RerankerError(
            f"The reranking model {name!r} could not be loaded ({type(exc).__name__}). Set RERANKER_MODEL to a folder "
            "or name of a sentence-transformers cross-encoder, or leave it empty to keep the fused order."
        ) from exc


def configured_reranker() -> Reranker | None:
    """Return the reranker of ``RERANKER_MODEL``, one per process, or None where none is set."""
    return _reranker(settings.RERANKER_MODEL) if settings.RERANKER_MODEL else None


@cache
def _reranker(name: str) -> Reranker:
    return CrossEncoderReranker(name)
