"""Which model's vectors the search compares, and where a passage's vectors are stored."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from django.db import transaction
from django.utils import timezone

from policies.copying_in import copy_vectors_in, copy_words_in
from policies.embedding.embedders import Embedder, Vectors, configured_embedder, embedder_named
from policies.embedding.word_signs import Embedded
from policies.models import EmbeddingSpace, PassageVector, PassageWords, PolicyChunk
from policies.taking_turns import share_turn, take_turn

TURN = "policies.embedding.spaces"


def current_space() -> EmbeddingSpace | None:
    """Return the space that searches use; None while nothing was ever ingested."""
    return EmbeddingSpace.objects.filter(is_current=True).first()


def working_space() -> EmbeddingSpace:
    """Return the current space, made for the configured embedder where there is none. Raises EmbedderError."""
    if (space := current_space()) is not None:
        return space
    embedder = configured_embedder()
    with transaction.atomic():
        space, _made = EmbeddingSpace.objects.get_or_create(
            embedder=embedder.name,
            defaults={"dimensions": embedder.dimensions, "is_current": True, "completed_at": timezone.now()},
        )
    return space


@contextmanager
def alone_with_spaces() -> Iterator[None]:
    """Keep others from storing passages while the block changes which vectors serve."""
    with transaction.atomic():
        take_turn(TURN)
        yield


def still_current(space: EmbeddingSpace) -> bool:
    """Return whether searches use the space, and keep it so until the caller's transaction ends."""
    share_turn(TURN)
    return EmbeddingSpace.objects.filter(pk=space.pk, is_current=True).exists()


def embedder_of(space: EmbeddingSpace) -> Embedder:
    """Return the model that makes the vectors of a space. Raises EmbedderError where it cannot be used."""
    return embedder_named(space.embedder)


def store_embedded(space: EmbeddingSpace, chunks: Sequence[PolicyChunk], embedded: Embedded) -> None:
    """Store what a model makes of passages beside them, in the caller's transaction."""
    copy_vectors_in(space, chunks, embedded.vectors)
    if embedded.words is not None:
        copy_words_in(space, chunks, embedded.words)


def vectors_by_chunk(space: EmbeddingSpace, chunk_ids: Collection[int]) -> dict[int, Vectors]:
    """Return the stored vectors, each of shape (dimensions,), by passage; one without a vector is left out."""
    rows = PassageVector.objects.filter(space=space, chunk__in=chunk_ids).values_list("chunk_id", "vector")
    return {chunk: np.asarray(vector, dtype=np.float32) for chunk, vector in rows}


def words_by_chunk(space: EmbeddingSpace, chunk_ids: Collection[int]) -> dict[int, bytes]:
    """Return the signs of passages' words by passage; one without is left out."""
    rows = PassageWords.objects.filter(space=space, chunk__in=chunk_ids).values_list("chunk_id", "signs")
    return {chunk: bytes(signs) for chunk, signs in rows}
