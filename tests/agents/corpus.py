"""A small lender in the database: a manual of four sections, embedded by hashing, and a list of one sanctioned name."""

from datetime import date

from policies.embedding.spaces import store_embedded
from policies.embedding.word_signs import Embedded
from policies.models import PolicyChunk, PolicyDocument, PolicyVersion, SanctionsEntry, SanctionsList
from tests.agents.a_run import TEXTS
from tests.fakes import HashEmbedder
from tests.policies.stored_texts import space_of

EMBEDDER = HashEmbedder.name


def stored_manual() -> None:
    """Store the manual as its ingestion would, with a passage a section."""
    embedder = HashEmbedder()
    document = PolicyDocument.objects.create(
        file_name="conventional-lending-manual.pdf", title="Conventional Lending Manual"
    )
    version = PolicyVersion.objects.create(
        document=document,
        number=1,
        content_hash="0" * 64,
        programs=["conventional", "jumbo"],
        states=["ALL"],
        effective_from=date(2026, 1, 1),
        pages=len(TEXTS),
        reader=1,
        file="policies/none.pdf",
    )
    vectors = embedder.embed(list(TEXTS.values()))
    chunks = PolicyChunk.objects.bulk_create(
        PolicyChunk(version=version, ordinal=number, page=number, section=section, text=text)
        for number, (section, text) in enumerate(TEXTS.items(), start=1)
    )
    store_embedded(space_of(embedder), chunks, Embedded(vectors))


def listed_party() -> None:
    """Store a sanctions list that names nobody in the tests."""
    sanctions = SanctionsList.objects.create(source="Test list", content_hash="1" * 64)
    SanctionsEntry.objects.create(sanctions_list=sanctions, number="1", kind="individual", name="QUORRISH, Thaddeus")
