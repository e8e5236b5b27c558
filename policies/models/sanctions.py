"""The sanctions lists that names are screened against."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SanctionsList(models.Model):
    """One loaded edition of an official list. The newest of a source is the one that is screened against."""

    source = models.CharField(max_length=60, help_text="Such as OFAC SDN.")
    content_hash = models.CharField(max_length=64)
    published_on = models.DateField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    is_sample = models.BooleanField(
        default=False, help_text="Made-up names for demonstration; screens nobody for real."
    )
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-loaded_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="one_current_list_per_source", condition=models.Q(is_current=True)
            )
        ]

    def __str__(self) -> str:
        return self.source


class SanctionsEntry(models.Model):
    """One listed party with all its names."""

    sanctions_list = models.ForeignKey(SanctionsList, on_delete=models.CASCADE, related_name="entries")
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, help_text="individual, entity, vessel or aircraft.")
    name = models.CharField(max_length=500)
    aliases = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    programs = models.CharField(max_length=300, blank=True)
    birth_dates = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    remarks = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "sanctions entries"
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["sanctions_list", "number"], name="entry_number_once_per_list")]

    def __str__(self) -> str:
        return self.name
