"""Policy versions and passages put straight into the database, without files."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from policies.corpus.labelling import end_before
from policies.embedding.embedders import Embedder
from policies.embedding.spaces import store_embedded
from policies.embedding.word_signs import embedded
from policies.models import EmbeddingSpace, PolicyChunk, PolicyDocument, PolicyVersion
from tests.fakes import HashEmbedder


def store(
    file_name: str,
    texts: Sequence[str],
    *,
    programs: Sequence[str] = ("ALL",),
    states: Sequence[str] = ("ALL",),
    effective: date | None = None,
    today: date | None = None,
    embedder: Embedder | None = None,
) -> PolicyVersion:
    """Store one more version of a document, a page for each text.

    The one before ends on its effective day or else ``today``.
    """
    model = embedder or HashEmbedder()
    document, _ = PolicyDocument.objects.get_or_create(file_name=file_name, defaults={"title": file_name})
    if former := document.versions.filter(is_current=True).first():
        former.is_current, former.superseded_on = False, end_before(former, effective or today or timezone.localdate())
        former.save()
    version = PolicyVersion.objects.create(
        document=document,
        number=document.versions.count() + 1,
        content_hash="0" * 64,
        programs=list(programs),
        states=list(states),
        effective_from=effective,
        pages=len(texts),
        reader=1,
    )
    chunks = PolicyChunk.objects.bulk_create(
        PolicyChunk(version=version, ordinal=place, page=place + 1, section=f"4.{place + 1}", text=text)
        for place, text in enumerate(texts)
    )
    store_embedded(space_of(model), chunks, embedded(model, texts))
    return version


def space_of(model: Embedder) -> EmbeddingSpace:
    """Return the model's space; the first one is the current one."""
    is_first = not EmbeddingSpace.objects.exists()
    about = {"dimensions": model.dimensions, "is_current": is_first}
    return EmbeddingSpace.objects.get_or_create(embedder=model.name, defaults=about)[0]
