"""Policy documents, their versions, sections and searchable passages."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Cast
from pgvector.django import HnswIndex, VectorField

DIMENSIONS = (256, 384, 512, 768, 1024, 1536)  # of the models whose vectors an index finds; a migration adds another


class Tier(models.TextChoices):
    """Whose word a document is; where two differ, the stricter binds."""

    UNKNOWN = "", "not said"
    FEDERAL = "federal rule", "Federal rule"
    AGENCY = "agency guide", "Agency guide"
    LENDER = "lender overlay", "Lender overlay"


class PolicyDocument(models.Model):
    """One manual, rule or guide, known by its file name; its text lives in versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=300)
    issuer = models.CharField(max_length=200, blank=True)
    tier = models.CharField(max_length=40, blank=True, choices=Tier, default=Tier.UNKNOWN)
    source = models.CharField(max_length=500, blank=True, help_text="Watched folder or S3 address it came from.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("title",)
        constraints = [
            models.CheckConstraint(name="document_tier_is_known", condition=models.Q(tier__in=Tier.values)),
        ]

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
    reader = models.PositiveSmallIntegerField(help_text="Edition of the reading code; an older one is read again.")
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


class PolicySection(models.Model):
    """One heading of a version with what stands under it up to the next heading; sections form a tree."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="sections")
    ordinal = models.PositiveIntegerField()
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    number = models.CharField(max_length=60, blank=True, help_text="Such as 1026.43(c)(2), II.A.5.b or B3-6-02.")
    title = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=600, help_text="The headings from the top down to this one.")
    page = models.PositiveIntegerField(help_text="Page of the file, from 1, on which its heading stands.")

    class Meta:
        ordering = ("version", "ordinal")
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="section_ordinal_once_per_version"),
            models.CheckConstraint(name="section_page_from_one", condition=models.Q(page__gte=1)),
        ]
        indexes = [models.Index(fields=["number"], name="section_number")]

    def __str__(self) -> str:
        return self.path


class PolicyChunk(models.Model):
    """A passage small enough to match, with the page, section and place on the page that a citation needs."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="chunks")
    within = models.ForeignKey(PolicySection, null=True, on_delete=models.CASCADE, related_name="chunks")
    ordinal = models.PositiveIntegerField()
    page = models.PositiveIntegerField(help_text="Page of the file, from 1, on which the passage stands.")
    section = models.CharField(max_length=600, blank=True, help_text="The path of its section.")
    text = models.TextField()
    boxes = models.JSONField(default=list, help_text="[left, top, right, bottom] in points from the page's top left.")
    is_table = models.BooleanField(default=False)
    is_suspicious = models.BooleanField(default=False, help_text="Reads like an instruction to a model.")

    class Meta:
        verbose_name = "passage"
        ordering = ("version", "ordinal")
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="chunk_ordinal_once_per_version"),
            models.CheckConstraint(name="chunk_text_not_empty", condition=~models.Q(text="")),
            models.CheckConstraint(name="chunk_page_from_one", condition=models.Q(page__gte=1)),
        ]
        indexes = [
            models.Index(fields=["version"], name="suspicious_passage", condition=models.Q(is_suspicious=True)),
        ]

    def __str__(self) -> str:
        return f"{self.section or 'Passage'} (page {self.page})"


class PolicyReference(models.Model):
    """A passage's mention of another section, such as "except as provided in section 4.2"; ``wanted`` is its number."""

    chunk = models.ForeignKey(PolicyChunk, on_delete=models.CASCADE, related_name="references")
    wanted = models.CharField(max_length=60)
    is_exception = models.BooleanField(default=False, help_text="It names an exception to the passage.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chunk", "wanted"], name="reference_once_per_chunk")]
        indexes = [models.Index(fields=["wanted"], name="reference_wanted")]

    def __str__(self) -> str:
        return self.wanted


class EmbeddingSpace(models.Model):
    """The vectors of one embedding model. Search uses the current one; another is filled beside it, then takes over."""

    embedder = models.CharField(max_length=200, unique=True)
    dimensions = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    covered_weight = models.FloatField(null=True, blank=True, help_text="Of the words in the evidence; see the next.")
    least = models.FloatField(null=True, blank=True, help_text="Evidence below which a search abstains, as calibrated.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], name="one_current_embedding_space", condition=models.Q(is_current=True)
            ),
            models.CheckConstraint(name="dimensions_have_an_index", condition=models.Q(dimensions__in=DIMENSIONS)),
        ]

    def __str__(self) -> str:
        return self.embedder


class PassageVector(models.Model):
    """A passage as one embedding model sees it; ``version`` is the passage's own, so that a search needs no join."""

    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="vectors")
    chunk = models.ForeignKey(PolicyChunk, on_delete=models.CASCADE, related_name="vectors")
    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="vectors")
    dimensions = models.PositiveSmallIntegerField()
    vector = VectorField(help_text="Unit vector of shape (dimensions,).")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "chunk"], name="vector_once_per_space_and_chunk")]
        indexes = [
            HnswIndex(
                OpClass(Cast("vector", VectorField(dimensions=size)), name="vector_cosine_ops"),
                name=f"vector_hnsw_{size}",
                m=16,
                ef_construction=64,
                condition=models.Q(dimensions=size),
            )
            for size in DIMENSIONS
        ]

    def __str__(self) -> str:
        return f"{self.chunk} ({self.space})"


class PassageWords(models.Model):
    """The words of a passage as one embedding model sees them, for the last judge of a search."""

    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="words", db_index=False)
    chunk = models.ForeignKey(PolicyChunk, on_delete=models.CASCADE, related_name="words")
    signs = models.BinaryField(help_text="Signs of unit vectors of shape (words, dimensions), eight to a byte.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "chunk"], name="words_once_per_space_and_chunk")]

    def __str__(self) -> str:
        return f"Words of {self.chunk} ({self.space})"
