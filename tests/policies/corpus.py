"""Policy versions and passages put straight into the database, without files."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from policies.embeddings import Embedder
from policies.models import PolicyChunk, PolicyDocument, PolicyVersion
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
    """Store one more version of a document, a page for each text; ``today`` is when it replaces the one before."""
    model = embedder or HashEmbedder()
    document, _ = PolicyDocument.objects.get_or_create(file_name=file_name, defaults={"title": file_name})
    document.versions.filter(is_current=True).update(is_current=False, superseded_on=today or timezone.localdate())
    version = PolicyVersion.objects.create(
        document=document,
        number=document.versions.count() + 1,
        content_hash="0" * 64,
        programs=list(programs),
        states=list(states),
        effective_from=effective,
        pages=len(texts),
        embedder=model.name,
    )
    PolicyChunk.objects.bulk_create(
        PolicyChunk(
            version=version, ordinal=place, page=place + 1, section=f"4.{place + 1}", text=text, embedding=vector
        )
        for place, (text, vector) in enumerate(zip(texts, model.embed(texts), strict=True))
    )
    return version
