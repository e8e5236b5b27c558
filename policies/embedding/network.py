"""Text to unit vectors by a network in onnxruntime: half a second to start, and no torch in the process."""

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from policies.embedding.embedders import BATCH, ONNX, Vectors
from policies.embedding.export import Exported, exported, folder_of

TOKENS_AT_ONCE = 8_192  # of one batch with its padding; more costs memory and gains nothing


class OnnxEmbedder:
    """A sentence-transformers model as ``policies.embedding.export`` wrote it. Threads may share it."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.name = f"{model}{ONNX}"
        self._turn = threading.Lock()
        self._loaded: Network | None = None

    @property
    def dimensions(self) -> int:
        """How long each vector is."""
        return exported(self.model).dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), dimensions); what is longer than the model reads is cut."""
        return self._network().pooled(texts)

    def embed_with_words(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """Return what ``embed`` and ``token_vectors`` do, of one run of the network."""
        return self._network().both(texts)

    def token_vectors(self, texts: Sequence[str]) -> list[Vectors]:
        """Return each text's unit vectors of shape (tokens, dimensions), without the marks around a text."""
        return self._network().by_token(texts)

    def _network(self) -> "Network":
        with self._turn:
            if self._loaded is None:
                self._loaded = Network(folder_of(self.model), exported(self.model))
            return self._loaded


class Network:
    """The network and its tokenizer, both read once."""

    def __init__(self, folder: Path, about: Exported) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # who waits leaves the core
        options.log_severity_level = 3
        self._about = about
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(about.most_tokens)
        self._tokenizer.no_padding()

    def pooled(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), dimensions)."""
        vectors = np.zeros((len(texts), self._about.dimensions), dtype=np.float32)
        for places, tokens, mask, _words in self._batches(texts):
            vectors[places] = self._pooled(tokens, mask)
        return _units(vectors)

    def by_token(self, texts: Sequence[str]) -> list[Vectors]:
        """Return unit vectors of shape (tokens, dimensions) for each text."""
        return self.both(texts)[1]

    def both(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """Return unit vectors of shape (len(texts), dimensions), and for each text those of its words."""
        vectors = np.zeros((len(texts), self._about.dimensions), dtype=np.float32)
        by_word: list[Vectors] = [vectors[:0]] * len(texts)
        for places, tokens, mask, words in self._batches(texts):
            vectors[places] = self._pooled(tokens, mask)
            for row, place in enumerate(places):
                by_word[place] = _units(tokens[row][words[row]])
        return _units(vectors), by_word

    def _pooled(self, tokens: Vectors, mask: Vectors) -> Vectors:
        """Return a vector for each text from those of its tokens, (texts, tokens, d), as the model was trained."""
        if self._about.pooling == "cls":
            return tokens[:, 0]
        pooled: Vectors = np.einsum("btd,bt->bd", tokens, mask) / mask.sum(axis=1, keepdims=True)
        return pooled

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors, Vectors, Any]]:
        """Yield places, last layer (texts, tokens, d), mask, and which tokens are words; like lengths together."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda place: len(encodings[place].ids))
        for places in _groups(order, [len(each.ids) for each in encodings]):
            longest = max(len(encodings[place].ids) for place in places)
            ids, mask = np.zeros((2, len(places), longest), dtype=np.int64)
            words = np.zeros((len(places), longest), dtype=bool)
            for row, place in enumerate(places):
                length = len(encodings[place].ids)
                ids[row, :length], mask[row, :length] = encodings[place].ids, 1
                words[row, :length] = np.logical_not(encodings[place].special_tokens_mask)
            (tokens,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            yield places, tokens, mask.astype(np.float32), words


def _groups(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut places, shortest text first, into batches of at most 100 texts and 8,192 tokens."""
    group: list[int] = []
    for place in order:
        if group and (len(group) == BATCH or (len(group) + 1) * lengths[place] > TOKENS_AT_ONCE):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _units(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return units
