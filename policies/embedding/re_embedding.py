"""A change of the embedding model: the new vectors are made beside the old ones, which serve until all are there."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit import log as audit_log
from policies.embedding.embedders import Embedder, configured_embedder
from policies.embedding.spaces import alone_with_spaces, current_space, store_embedded
from policies.embedding.word_signs import embedded
from policies.exceptions import ReEmbeddingUnderWay
from policies.models import EmbeddingSpace, PassageVector, PolicyChunk
from policies.reading.outlining import embedded_text
from policies.taking_turns import only_one

BATCH = 200
TURN = "policies.embedding.re_embedding"


@dataclass(frozen=True, slots=True)
class ReEmbedding:
    """The configured model, how many passages were embedded for it, and whether searches use it since just now."""

    embedder: str
    embedded: int
    switched: bool


def re_embed(*, by: str, seconds: float | None = None, on_progress: Callable[[int], None] | None = None) -> ReEmbedding:
    """Give every passage a vector of the configured model, then let searches use them.

    Work goes on where an interrupted call left off, and stops after ``seconds`` of wall clock; searches and ingestion
    go on meanwhile with the old vectors. ``on_progress`` receives how many passages of this call are done. Raises
    EmbedderError where the model cannot be used, ReEmbeddingUnderWay where another process is at it.
    """
    with only_one(TURN) as is_ours:
        if not is_ours:
            raise ReEmbeddingUnderWay
        return _re_embed(by, None if seconds is None else time.monotonic() + seconds, on_progress or _unseen)


def is_due() -> bool:
    """Return whether another model is configured than the one whose vectors searches use. Raises EmbedderError."""
    space = current_space()
    return space is not None and space.embedder != configured_embedder().name


def _re_embed(by: str, until: float | None, on_progress: Callable[[int], None]) -> ReEmbedding:
    embedder, done = configured_embedder(), 0
    space = _space(embedder)
    while True:
        while batch := list(_missing(space)[:BATCH]):
            if until is not None and time.monotonic() > until:
                return ReEmbedding(space.embedder, done, switched=False)
            texts = [embedded_text(chunk.section, chunk.text) for chunk in batch]
            store_embedded(space, batch, embedded(embedder, texts))
            done += len(batch)
            on_progress(done)
        with alone_with_spaces():
            if not _missing(space).exists():  # else passages came in meanwhile
                return ReEmbedding(space.embedder, done, _take_over(space, by))


def _unseen(done: int) -> None:
    """Show progress to nobody."""


def drop_others() -> int:
    """Remove the vectors of every model but the current one, and return how many models that were."""
    with alone_with_spaces():
        others = EmbeddingSpace.objects.filter(is_current=False)
        names = list(others.values_list("embedder", flat=True))
        others.delete()
    return len(names)


def _space(embedder: Embedder) -> EmbeddingSpace:
    found = EmbeddingSpace.objects.filter(embedder=embedder.name).first()
    if found is not None:
        return found
    about = {"dimensions": embedder.dimensions}
    return EmbeddingSpace.objects.get_or_create(embedder=embedder.name, defaults=about)[0]


def _missing(space: EmbeddingSpace) -> QuerySet[PolicyChunk]:
    has = PassageVector.objects.filter(space=space, chunk=OuterRef("pk"))
    return PolicyChunk.objects.filter(~Exists(has)).order_by("pk")


def _take_over(space: EmbeddingSpace, by: str) -> bool:
    """Let searches use the space; False where they do already."""
    before = EmbeddingSpace.objects.filter(is_current=True).first()
    if before == space:
        return False
    EmbeddingSpace.objects.filter(is_current=True).update(is_current=False)
    EmbeddingSpace.objects.filter(pk=space.pk).update(is_current=True, completed_at=timezone.now())
    was = before.embedder if before else ""
    subject = f"policies.embeddingspace:{space.pk}"
    audit_log.record("policy.reembedded", subject=subject, actor=by, embedder=space.embedder, before=was)
    return True
