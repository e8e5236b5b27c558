"""Versions in the workspace: one edition as it was read, its outline, its labels, and what it changed."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from audit.readonly import ReadOnlyAdmin
from policies.corpus.labelling import relabel
from policies.corpus.marking import marked_in
from policies.exceptions import PolicyError
from policies.models import PolicyVersion
from policies.workspace.columns import figure
from policies.workspace.forms import LabelsForm
from policies.workspace.outline_pages import outline_context
from policies.workspace.passage_pages import standing_context
from policies.workspace.version_pages import comparison_context, version_before

LABELS_PAGE = "admin/policies/version_labels.html"
COMPARE_PAGE = "admin/policies/version_compare.html"
MAY_LABEL = "policies.change_policydocument"


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
    change_form_outer_before_template = "admin/policies/version_above.html"
    change_form_outer_after_template = "admin/policies/outline.html"

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the page that corrects the labels and the one that compares two versions."""
        return (
            ("<uuid:object_id>/labels/", "policies_policyversion_labels", self.labels_view),
            ("<uuid:object_id>/compare/", "policies_policyversion_compare", self.compare_view),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyVersion]:
        """Count the passages with the rows."""
        return super().get_queryset(request).annotate(chunk_count=Count("chunks"))  # type: ignore[no-any-return]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a version between what can be done with it and its outline."""
        version = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        context = {
            **outline_context(version),
            **standing_context(version),
            "version": version,
            "marked": marked_in(version),
            "may_label": request.user.has_perm(MAY_LABEL),
            "earlier": version_before(version),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})  # type: ignore[no-any-return]

    def labels_view(self, request: HttpRequest, object_id: UUID, **_: Any) -> HttpResponse:
        """Show the labels to correct; the POST keeps them, or says at the form why they cannot be."""
        if not request.user.has_perm(MAY_LABEL):
            raise PermissionDenied
        version = self._version(object_id)
        form = LabelsForm.of(version, request.POST or None)
        if request.method == "POST" and form.is_valid() and self._relabelled(request, version, form):
            return HttpResponseRedirect(reverse("admin:policies_policyversion_change", args=[version.pk]))
        context = {**self._context(request, version), "title": f"Labels of {version}", "form": form}
        return TemplateResponse(request, LABELS_PAGE, context)

    def _relabelled(self, request: HttpRequest, version: PolicyVersion, form: LabelsForm) -> bool:
        try:
            is_changed = relabel(
                version=version,
                labels=form.labels(),
                superseded_on=form.cleaned_data["superseded_on"],
                by=request.user.get_username(),
            )
        except PolicyError as exc:
            form.add_error(None, str(exc))
            return False
        if is_changed:
            messages.success(request, f"The labels of {version} are corrected; searches follow them from now on.")
        else:
            messages.info(request, f"The labels of {version} stay as they were.")
        return True

    def compare_view(self, request: HttpRequest, object_id: UUID, **_: Any) -> HttpResponse:
        """Show what a version changed against the one before it, or against ?with= another by number."""
        if not self.has_view_permission(request) or request.method != "GET":
            raise PermissionDenied
        version = self._version(object_id)
        context = {
            **self._context(request, version),
            **comparison_context(version, request.GET.get("with", "")),
            "title": f"What {version} changed",
        }
        return TemplateResponse(request, COMPARE_PAGE, context)

    def _version(self, object_id: UUID) -> PolicyVersion:
        version = PolicyVersion.objects.select_related("document").filter(pk=object_id).first()
        if version is None:
            raise Http404("No such version. Open one from its document.")
        return version

    def _context(self, request: HttpRequest, version: PolicyVersion) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "original": version, "version": version}

    @admin.display(description="Passages", ordering="chunk_count")
    def passages(self, version: PolicyVersion) -> str:
        """Show how many there are."""
        return figure(version.chunk_count)  # type: ignore[attr-defined]

    @admin.display(description="Passages")
    def read_passages(self, version: PolicyVersion) -> str:
        """Lead to the passages of this version."""
        address = f"{reverse('admin:policies_policychunk_changelist')}?version__id__exact={version.pk}"
        return format_html('<a class="iq-link" href="{}">Read the {} passages</a>', address, version.chunk_count)  # type: ignore[attr-defined]
