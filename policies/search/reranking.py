"""The last judge of a search: a cross-encoder that reads question and passage together, or else word by word."""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from policies.embedding.embedders import CARRIED_MODEL, Embedder, embedder_named
from policies.exceptions import PolicyError
from policies.search.late_interaction import Judged, LateInteraction, TokenEmbedder

NONE = "none"

logger = logging.getLogger(__name__)


class RerankerError(PolicyError):
    """The configured reranking model cannot be used; the message names it and what to change."""


class Reranker(Protocol):
    """Scores passages against a question; a higher score is a better answer."""

    @property
    def name(self) -> str: ...

    @property
    def reads_words(self) -> bool:
        """Whether it uses the signs of passages' words, where they are stored."""

    def score(self, question: str, passages: Sequence[Judged]) -> list[float]:
        """Return one score for each passage, in their order."""


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, by folder or name, loaded by the first question that needs it."""

    reads_words = False

    def __init__(self, name: str) -> None:
        self.name = name
        self._turn = threading.Lock()  # one load; and tokenizers are not safe to share between threads
        self._loaded: Any = None

    def score(self, question: str, passages: Sequence[Judged]) -> list[float]:
        """Return the model's scores, computed in one batch. Raises RerankerError where it cannot be loaded."""
        if not passages:
            return []
        pairs = [(question, each.text) for each in passages]
        with self._turn:
            scores = self._model().predict(pairs, batch_size=len(pairs), show_progress_bar=False)
        return [float(score) for score in scores]

    def _model(self) -> Any:
        if self._loaded is None:
            self._loaded = _load_cross_encoder(self.name)
        return self._loaded


def _load_cross_encoder(name: str) -> Any:
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(name, local_files_only=not settings.MODEL_DOWNLOADS)
    except (OSError, ValueError) as exc:
        raise RerankerError(
            f"The reranking model {name!r} could not be loaded ({type(exc).__name__}). Set RERANKER_MODEL to a folder "
            "or name of a sentence-transformers cross-encoder, MODEL_DOWNLOADS=yes to fetch it, or RERANKER_MODEL=none."
        ) from exc


def configured_reranker(embedder: Embedder) -> Reranker | None:
    """Return the cross-encoder of ``RERANKER_MODEL``, or, where its weights are not to be had, late interaction.

    None where it is set to "none". Late interaction uses the token vectors of ``embedder``, or of the carried model
    where that one has none. One reranker a process.
    """
    model = settings.RERANKER_MODEL
    if not model or model == NONE:
        return None
    return _cross_encoder(model) if _has_weights(model) else _late_interaction(embedder.name)


@cache
def _has_weights(model: str) -> bool:
    """Return whether the weights are on this machine or may be fetched; looks only once, as a hub may be far."""
    from huggingface_hub import try_to_load_from_cache

    if settings.MODEL_DOWNLOADS or (Path(model) / "config.json").exists():
        return True
    with suppress(ValueError):  # a path that is not there is no name of a hub either
        if isinstance(try_to_load_from_cache(model, "config.json"), str):
            return True
    logger.info("The weights of %s are not on this machine; late interaction reranks in its place.", model)
    return False


@cache
def _cross_encoder(model: str) -> Reranker:
    return CrossEncoderReranker(model)


@cache
def _late_interaction(embedder_name: str) -> Reranker:
    embedder = embedder_named(embedder_name)
    return LateInteraction(embedder if isinstance(embedder, TokenEmbedder) else carried_token_embedder())


def carried_token_embedder() -> TokenEmbedder:
    """Return the carried model, which gives a vector for each word."""
    from policies.embedding.network import OnnxEmbedder

    return OnnxEmbedder(CARRIED_MODEL)
