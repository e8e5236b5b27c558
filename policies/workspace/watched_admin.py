"""What polling the watched folders and S3 addresses found, in the workspace."""

from django.contrib import admin

from audit.readonly import ReadOnlyAdmin
from policies.models import WatchedItem


@admin.register(WatchedItem)
class WatchedItemAdmin(ReadOnlyAdmin):
    """Files as they were last dealt with; those with an error are not in the corpus."""

    when_empty = "Nothing is watched. Name folders or s3:// addresses in POLICY_SOURCES and start the worker."
    list_display = ("address", "error", "checked_at")
    list_filter = (("error", admin.EmptyFieldListFilter),)
    search_fields = ("address", "error")
    search_help_text = "Path, S3 address or fault"
    ordering = ("-checked_at",)
    fields = ("address", "error", "checked_at")
