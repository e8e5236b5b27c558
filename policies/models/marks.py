"""What people said of passages that read like orders to a model."""

import hashlib

from django.db import models

from policies.models.documents import PolicyDocument

REASON_CHARACTERS = 500


class PassageMark(models.Model):
    """A person's word on one wording in one document: policy, or an order to a model. It outlives a new reading."""

    document = models.ForeignKey(PolicyDocument, on_delete=models.CASCADE, related_name="marks")
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the passage's text.")
    is_suspicious = models.BooleanField(help_text="It is an order to a model, and none is shown it.")
    reason = models.CharField(max_length=REASON_CHARACTERS)
    marked_by = models.CharField(max_length=150)
    marked_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "text_hash"], name="one_mark_per_wording")]

    def __str__(self) -> str:
        return "kept from models" if self.is_suspicious else "policy text"


def text_hash(text: str) -> str:
    """Return by what a passage's wording is known."""
    return hashlib.sha256(text.encode()).hexdigest()
