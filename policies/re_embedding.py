"""A change of the embedding model: the new vectors are made beside the old ones, which serve until all are there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit import log as audit_log
from policies.chunking import embedded_text
from policies.embeddings import Embedder, configured_embedder
from policies.models import EmbeddingSpace, PassageVector, PolicyChunk
from policies.spaces import alone_with_spaces, store_vectors

BATCH = 200


@dataclass(frozen=True, slots=True)
class ReEmbedding:
    """The model that searches use now, how many passages were embedded for it, and whether it took over just now."""

    embedder: str
    embedded: int
    switched: bool


def re_embed(*, by: str, on_progress: Callable[[int], None] | None = None) -> ReEmbedding:
    """Give every passage a vector of the configured model, then let searches use them.

    Work goes on where an interrupted call left off; searches and ingestion go on meanwhile with the old vectors.
    ``on_progress`` receives how many passages of this call are done. Raises EmbedderError.
    """
    embedder, embedded = configured_embedder(), 0
    space = _space(embedder)
    while True:
        embedded += _fill(space, embedder, on_progress, embedded)
        with alone_with_spaces():
            if not _missing(space).exists():  # else passages came in meanwhile
                return ReEmbedding(space.embedder, embedded, _take_over(space, by))


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


def _fill(space: EmbeddingSpace, embedder: Embedder, on_progress: Callable[[int], None] | None, before: int) -> int:
    """Embed what has no vector yet, a batch a transaction, and return how many passages that were."""
    done = 0
    while batch := list(_missing(space)[:BATCH]):
        vectors = embedder.embed([embedded_text(chunk.section, chunk.text) for chunk in batch])
        store_vectors(space, batch, vectors)
        done += len(batch)
        if on_progress is not None:
            on_progress(before + done)
    return done


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
