"""The sanctions lists in the workspace: loaded editions and the parties they name."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RelatedDropdownFilter

from audit.readonly import ReadOnlyAdmin
from policies.models import SanctionsEntry, SanctionsList
from policies.workspace.columns import figure


@admin.register(SanctionsList)
class SanctionsListAdmin(ReadOnlyAdmin):
    """Loaded editions; names are screened against the current one of each source."""

    when_empty = "No list is loaded, so screening is unknown. Run load_sanctions with the official file."
    list_display = ("source", "is_current", "is_sample", "published_on", "loaded_at", "entries_count")
    ordering = ("-loaded_at",)
    fields = ("source", "is_current", "is_sample", "published_on", "loaded_at", "content_hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SanctionsList]:
        """Count the entries with the rows."""
        return super().get_queryset(request).annotate(count=Count("entries"))  # type: ignore[no-any-return]

    @admin.display(description="Entries", ordering="count")
    def entries_count(self, sanctions_list: SanctionsList) -> str:
        """Show how many parties it lists."""
        return figure(sanctions_list.count)  # type: ignore[attr-defined]


@admin.register(SanctionsEntry)
class SanctionsEntryAdmin(ReadOnlyAdmin):
    """Listed parties with all their names."""

    list_display = ("name", "kind", "number", "programs", "sanctions_list")
    list_select_related = ("sanctions_list",)
    list_filter = (("sanctions_list", RelatedDropdownFilter),)
    list_filter_submit = True
    search_fields = ("name", "=number")
    search_help_text = "Name, or the entry's number"
    ordering = ("name",)
    fields = ("name", "aliases", "kind", "number", "programs", "birth_dates", "remarks", "sanctions_list")
