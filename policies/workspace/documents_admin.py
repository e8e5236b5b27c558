"""Documents in the workspace: what is in force, what a PDF sent in through the browser becomes, and their outlines."""

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
from unfold.admin import TabularInline

from audit.readonly import ReadOnlyAdmin
from policies.exceptions import PolicyError
from policies.models import PolicyChunk, PolicyDocument, PolicyVersion
from policies.workspace.columns import figure
from policies.workspace.forms import UploadForm
from policies.workspace.outline_pages import outline_context

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

    when_empty = "No policy is loaded. Add a PDF, or run ingest_policies with a file or a folder."
    list_display = ("title", "file_name", "issuer", "tier", "version", "pages", "passages")
    search_fields = ("title", "file_name", "issuer")
    search_help_text = "Title, file name or issuer"
    ordering = ("title",)
    inlines = (VersionInline,)
    change_form_outer_after_template = "admin/policies/outline.html"
    fields = ("title", "file_name", "issuer", "tier", "source", "created_at")

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

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a document with the outline of its current version."""
        document = self.get_object(request, object_id)
        current = document.versions.filter(is_current=True).first() if document else None
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **outline_context(current)})  # type: ignore[no-any-return]

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
        from policies.corpus.ingest import ingest_document

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
        return figure(document.current_number)  # type: ignore[attr-defined]

    @admin.display(description="Pages", ordering="current_pages")
    def pages(self, document: PolicyDocument) -> str:
        """Show the pages of the version in force."""
        return figure(document.current_pages)  # type: ignore[attr-defined]

    @admin.display(description="Passages", ordering="current_passages")
    def passages(self, document: PolicyDocument) -> str:
        """Show how many passages of it can be found."""
        return figure(document.current_passages)  # type: ignore[attr-defined]
