"""Policy documents, their versions and searchable chunks."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from pgvector.django import HnswIndex, VectorField

EMBEDDING_DIMENSIONS = 384  # the column's size; a check compares it with the configured embedder


class PolicyDocument(models.Model):
    """One manual, rule or guide, known by its file name; its text lives in versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=300)
    issuer = models.CharField(max_length=200, blank=True)
    tier = models.CharField(max_length=40, blank=True, help_text="Federal rule, agency guide or lender overlay.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class PolicyVersion(models.Model):
    """One edition of a document. Exactly one version of a document is current; the older ones keep their text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="1 for the first ingestion of this document.")
    edition = models.CharField(max_length=60, blank=True)
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the file's bytes.")
    programs = ArrayField(models.CharField(max_length=20), default=list, help_text="Programs, or ALL.")
    states = ArrayField(models.CharField(max_length=3), default=list, help_text="Two-letter states, or ALL.")
    effective_from = models.DateField(null=True, blank=True)
    superseded_on = models.DateField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    pages = models.PositiveIntegerField()
    embedder = models.CharField(max_length=200)
    file = models.FileField(upload_to="policies/", max_length=300)
    ingested_at = models.DateTimeField(auto_now_add=True)
    ingested_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("document__title", "-number")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once_per_document"),
            models.UniqueConstraint(
                fields=["document"], name="one_current_version_per_document", condition=models.Q(is_current=True)
            ),
            models.CheckConstraint(
                name="superseded_version_has_date",
                condition=models.Q(is_current=True) | models.Q(superseded_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} (version {self.number})"


class PolicyChunk(models.Model):
    """A passage small enough to match, with the page and section a citation needs."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="chunks")
    ordinal = models.PositiveIntegerField()
    page = models.PositiveIntegerField(help_text="Page of the file, from 1, on which the passage starts.")
    section = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    embedding = VectorField(dimensions=EMBEDDING_DIMENSIONS, help_text="Unit vector of shape (384,).")

    class Meta:
        ordering = ("version", "ordinal")
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="chunk_ordinal_once_per_version"),
            models.CheckConstraint(name="chunk_text_not_empty", condition=~models.Q(text="")),
            models.CheckConstraint(name="chunk_page_from_one", condition=models.Q(page__gte=1)),
        ]
        indexes = [
            HnswIndex(
                name="chunk_embedding_hnsw",
                fields=["embedding"],
                m=16,
                ef_construction=64,
                opclasses=["vector_cosine_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.section or 'Passage'} (page {self.page})"
