"""What polling remembers of the watched folders and S3 addresses."""

from django.db import models


class WatchedItem(models.Model):
    """A file as it was when it was last dealt with, or a whole source that could not be read.

    The same file is neither fetched nor reported again until its ``mark`` changes.
    """

    address = models.CharField(max_length=500, unique=True, help_text="Path of the file, or its S3 address.")
    mark = models.CharField(max_length=200, blank=True, help_text="Changes whenever the file does.")
    error = models.TextField(blank=True, help_text="Why it is not in the corpus; empty where it is.")
    checked_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("address",)
        verbose_name = "watched file"
        constraints = [
            models.CheckConstraint(
                name="watched_item_says_something", condition=~models.Q(mark="") | ~models.Q(error="")
            )
        ]

    def __str__(self) -> str:
        return self.address
