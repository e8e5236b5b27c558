"""What the rules are read from: documents with their versions and passages, and the sanctions lists."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import FieldTextFilter, RelatedDropdownFilter

from audit.readonly import ReadOnlyAdmin
from policies.areas_admin import CountyLoanLimitAdmin, LoanLimitTableAdmin
from policies.exceptions import PolicyError
from policies.forms import UploadForm
from policies.models import PolicyChunk, PolicyDocument, PolicyVersion, SanctionsEntry, SanctionsList
from policies.rulebook_admin import RulebookVersionAdmin

__all__ = [
    "CountyLoanLimitAdmin",
    "LoanLimitTableAdmin",
    "PolicyChunkAdmin",
    "PolicyDocumentAdmin",
    "PolicyVersionAdmin",
    "RulebookVersionAdmin",
    "SanctionsEntryAdmin",
    "SanctionsListAdmin",
]

UPLOAD = "admin/policies/upload.html"


class VersionInline(TabularInline):
    """Every edition of a document, newest first."""

    model = PolicyVersion
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = (
        *("number", "is_current", "pages", "programs", "states", "effective_from", "superseded_on"),
        *("ingested_at", "ingested_by"),
    )

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A version comes from a file."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A version stays as it was read."""
        return False


@admin.register(PolicyDocument)
class PolicyDocumentAdmin(ReadOnlyAdmin):
    """Documents in force. "Add" takes a PDF, which becomes a new document or a new version."""

    list_display = ("title", "file_name", "issuer", "tier", "version", "pages", "passages")
    search_fields = ("title", "file_name", "issuer")
    search_help_text = "Title, file name or issuer"
    ordering = ("title",)
    inlines = (VersionInline,)
    fields = ("title", "file_name", "issuer", "tier", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyDocument]:
        """Fetch the current version's figures with the rows."""
        current = PolicyVersion.objects.filter(document=OuterRef("pk"), is_current=True)
        chunks = PolicyChunk.objects.filter(version__document=OuterRef("pk"), version__is_current=True)
        counted = chunks.order_by().values("version__document").annotate(count=Count("pk")).values("count")
        documents = super().get_queryset(request)
        return documents.annotate(  # type: ignore[no-any-return]
            current_number=Subquery(current.values("number")[:1]),
            current_pages=Subquery(current.values("pages")[:1]),
            current_passages=Coalesce(Subquery(counted), 0),
        )

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Those who may add a policy may upload one."""
        return bool(request.user.has_perm("policies.add_policydocument"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a PDF, read it and make it the current version, or say beside the field why not."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and (document := self._ingest(request, form)) is not None:
            return HttpResponseRedirect(reverse("admin:policies_policydocument_change", args=[document.pk]))
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "opts": self.opts,
            "title": "Upload a policy",
            "form": form,
        }
        return TemplateResponse(request, UPLOAD, context)

    def _ingest(self, request: HttpRequest, form: UploadForm) -> PolicyDocument | None:
        """Ingest the uploaded file; on a fault put its sentence on the form and return None."""
        from policies.ingest import ingest_document

        upload: UploadedFile[Any] = form.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(upload.name or "policy.pdf").name
            with path.open("wb") as copy:
                copy.writelines(upload.chunks())
            try:
                result = ingest_document(path, by=request.user.get_username())
            except PolicyError as exc:
                form.add_error("file", str(exc))
                return None
        pages = f"{result.pages} pages, {result.chunks} passages"
        messages.success(request, f"{result.file}: {result.status} ({pages}).")
        if result.pages_without_text:
            numbers = ", ".join(map(str, result.pages_without_text))
            messages.warning(request, f"No text on page {numbers}: what stands there in pictures cannot be found.")
        return PolicyDocument.objects.get(file_name=result.file)

    @admin.display(description="Current version", ordering="current_number")
    def version(self, document: PolicyDocument) -> str:
        """Show the number of the version in force."""
        return _figure(document.current_number)  # type: ignore[attr-defined]

    @admin.display(description="Pages", ordering="current_pages")
    def pages(self, document: PolicyDocument) -> str:
        """Show the pages of the version in force."""
        return _figure(document.current_pages)  # type: ignore[attr-defined]

    @admin.display(description="Passages", ordering="current_passages")
    def passages(self, document: PolicyDocument) -> str:
        """Show how many passages of it can be found."""
        return _figure(document.current_passages)  # type: ignore[attr-defined]


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """One edition as it was read."""

    list_display = ("document", "number", "is_current", "pages", "passages", "ingested_at", "ingested_by")
    list_select_related = ("document",)
    search_fields = ("document__title", "document__file_name")
    search_help_text = "Title or file name"
    ordering = ("document__title", "-number")
    fields = (
        *("document", "number", "is_current", "edition", "programs", "states", "effective_from", "superseded_on"),
        *("pages", "read_passages", "content_hash", "ingested_at", "ingested_by"),
    )
    readonly_fields = ("read_passages",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyVersion]:
        """Count the passages with the rows."""
        return super().get_queryset(request).annotate(chunk_count=Count("chunks"))  # type: ignore[no-any-return]

    @admin.display(description="Passages", ordering="chunk_count")
    def passages(self, version: PolicyVersion) -> str:
        """Show how many there are."""
        return _figure(version.chunk_count)  # type: ignore[attr-defined]

    @admin.display(description="Passages")
    def read_passages(self, version: PolicyVersion) -> str:
        """Lead to the passages of this version."""
        address = f"{reverse('admin:policies_policychunk_changelist')}?version__id__exact={version.pk}"
        return format_html('<a href="{}">Read the {} passages</a>', address, version.chunk_count)  # type: ignore[attr-defined]


@admin.register(PolicyChunk)
class PolicyChunkAdmin(ReadOnlyAdmin):
    """Passages as the search finds them: page, section, text."""

    list_display = ("section_or_dash", "document", "page", "beginning")
    list_select_related = ("version__document",)
    list_filter = (("version", RelatedDropdownFilter), ("section", FieldTextFilter))
    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    search_fields = ("text", "section")
    search_help_text = "Words of the text or of a section's heading"
    ordering = ("version", "ordinal")
    fields = ("version", "page", "section", "whole_text")
    readonly_fields = ("whole_text",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Let a version's page link to its passages."""
        return lookup == "version__id__exact" or bool(super().lookup_allowed(lookup, value, request))

    @admin.display(description="Section", ordering="section")
    def section_or_dash(self, chunk: PolicyChunk) -> str:
        """Name the section."""
        return chunk.section or "(no section)"

    @admin.display(description="Document")
    def document(self, chunk: PolicyChunk) -> str:
        """Name the document and its version."""
        return str(chunk.version)

    @admin.display(description="Text")
    def beginning(self, chunk: PolicyChunk) -> str:
        """Show how the passage begins."""
        return chunk.text[:140] + ("..." if len(chunk.text) > 140 else "")

    @admin.display(description="Text")
    def whole_text(self, chunk: PolicyChunk) -> str:
        """Show the passage with its line breaks."""
        return format_html('<div class="iq-passage">{}</div>', chunk.text)


@admin.register(SanctionsList)
class SanctionsListAdmin(ReadOnlyAdmin):
    """Loaded editions; names are screened against the current one of each source."""

    list_display = ("source", "is_current", "is_sample", "published_on", "loaded_at", "entries_count")
    ordering = ("-loaded_at",)
    fields = ("source", "is_current", "is_sample", "published_on", "loaded_at", "content_hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SanctionsList]:
        """Count the entries with the rows."""
        return super().get_queryset(request).annotate(count=Count("entries"))  # type: ignore[no-any-return]

    @admin.display(description="Entries", ordering="count")
    def entries_count(self, sanctions_list: SanctionsList) -> str:
        """Show how many parties it lists."""
        return _figure(sanctions_list.count)  # type: ignore[attr-defined]


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


def _figure(value: int | None) -> str:
    return format_html('<span class="iq-figure">{}</span>', "" if value is None else f"{value:,}")
