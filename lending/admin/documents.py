"""Borrowers' papers in the workspace: taken in on the application, listed, read as a download, set aside."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter

from audit.readonly import ReadOnlyAdmin
from lending import services
from lending.condition_forms import DocumentForm, SetAsideForm
from lending.exceptions import LendingError
from lending.models import BorrowerDocument, LoanApplication
from lending.templatetags.loan_figures import word_tag

ADD, READ, SET_ASIDE = "lending.add_borrowerdocument", "lending.view_borrowerdocument", "lending.set_aside_document"
# Whatever a file holds, a browser only saves it: it is never shown, guessed at, or run.
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


class DocumentsMixin:
    """Adds the address to which an application's papers are sent; only by POST, with ``add_borrowerdocument``."""

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the address of the upload."""
        inherited: tuple[tuple[str, str, Any], ...] = super().get_custom_urls()  # type: ignore[misc]
        return (*inherited, ("<uuid:pk>/documents/", "lending_loanapplication_documents", take_in))


def take_in(request: HttpRequest, pk: UUID, **_: Any) -> HttpResponse:
    """Take in one paper and return to the application; say what was refused and why."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    application = get_object_or_404(LoanApplication, pk=pk)
    form = DocumentForm(application, request.POST, request.FILES)
    if form.is_valid():
        keep(request, application, form)
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
    return HttpResponseRedirect(f"{reverse('admin:lending_loanapplication_change', args=[pk])}#documents")


def keep(request: HttpRequest, application: LoanApplication, form: DocumentForm, condition: Any = None) -> bool:
    """Hand a sent file to the service; tell what came of it. True where it was taken in."""
    file = form.cleaned_data["file"]
    try:
        document = services.add_document(
            application=application,
            by=request.user,  # type: ignore[arg-type]
            content=file.read(),
            file_name=file.name,
            kind=form.cleaned_data["kind"],
            condition=condition or form.cleaned_data.get("condition"),
        )
    except LendingError as exc:
        messages.error(request, str(exc))
        return False
    messages.success(request, f"{document.get_kind_display()} taken in.")
    return True


@admin.register(BorrowerDocument)
class BorrowerDocumentAdmin(ReadOnlyAdmin):
    """Every paper of every application; a paper is read as a download, which is noted, and never deleted."""

    list_display = ("file_name", "kind", "application", "meets", "received_at", "received_by", "state")
    list_select_related = ("application", "condition", "received_by")
    list_filter = (("kind", ChoicesDropdownFilter), ("received_at", RangeDateTimeFilter))
    list_filter_submit = True
    list_fullwidth = True
    search_fields = ("application__number", "=sha256")
    search_help_text = "Application number, or a file's SHA-256"
    ordering = ("-received_at",)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the address of the file itself."""
        return (("<uuid:pk>/file/", "lending_borrowerdocument_file", download),)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what is known of a paper; a POST sets it aside."""
        document = self.get_object(request, object_id)
        if not self.has_view_permission(request, document):
            raise PermissionDenied
        if document is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        form = SetAsideForm(request.POST or None)
        if request.method == "POST":
            if not request.user.has_perm(SET_ASIDE):
                raise PermissionDenied
            if form.is_valid() and _set_aside(request, document, form.cleaned_data["reason"]):
                return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": document,
            "title": str(document),
            "document": document,
            "form": form,
            "may_set_aside": request.user.has_perm(SET_ASIDE) and document.set_aside_at is None,
        }
        return TemplateResponse(request, "admin/lending/document.html", context)

    @admin.display(description="Meets", ordering="condition__code")
    def meets(self, document: BorrowerDocument) -> str:
        """Name the condition."""
        return document.condition.code if document.condition else ""

    @admin.display(description="Status")
    def state(self, document: BorrowerDocument) -> str:
        """Show whether it counts."""
        return word_tag("set_aside" if document.set_aside_at else "received")


def _set_aside(request: HttpRequest, document: BorrowerDocument, reason: str) -> bool:
    try:
        services.set_aside_document(document=document, by=request.user, reason=reason)  # type: ignore[arg-type]
    except LendingError as exc:
        messages.error(request, str(exc))
        return False
    messages.success(request, "The document is set aside, with your reason.")
    return True


def download(request: HttpRequest, pk: UUID, **_: Any) -> HttpResponse:
    """Answer with the file as a download that no browser shows; reading it is noted in the trail."""
    if not request.user.has_perm(READ):
        raise PermissionDenied
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    document = get_object_or_404(BorrowerDocument.objects.select_related("application", "condition"), pk=pk)
    try:
        content = services.read_document(document=document, by=request.user)  # type: ignore[arg-type]
    except LendingError as exc:
        messages.error(request, str(exc))
        return HttpResponseRedirect(reverse("admin:lending_borrowerdocument_change", args=[pk]))
    disposition = content_disposition_header(as_attachment=True, filename=document.file_name)
    return HttpResponse(
        content, content_type=document.media_type, headers={**HARMLESS, "Content-Disposition": disposition or ""}
    )
