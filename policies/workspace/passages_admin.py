"""Passages in the workspace: the list, and each one marked on the printed page it stands on."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from unfold.contrib.filters.admin import FieldTextFilter, RelatedDropdownFilter

from audit.readonly import ReadOnlyAdmin
from policies.corpus.marking import mark_passage
from policies.exceptions import MarkRefused
from policies.models import PolicyChunk, PolicyVersion
from policies.workspace.forms import MarkForm
from policies.workspace.passage_pages import passage_context
from policies.workspace.rendering import PageNotPainted, page_picture, page_tag

PAGE = "admin/policies/passage.html"
MAY_MARK = "policies.change_policydocument"
KEPT_BY_BROWSERS = 86_400  # seconds; the address of a picture never shows another one


class VersionFilter(RelatedDropdownFilter):
    """Versions by name, fetched with their documents."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """Return every version in one query."""
        versions = PolicyVersion.objects.select_related("document").order_by("document__title", "-number")
        return [(version.pk, str(version)) for version in versions]


@admin.register(PolicyChunk)
class PolicyChunkAdmin(ReadOnlyAdmin):
    """Passages as the search finds them. One passage is read on its page."""

    when_empty = "No policy is loaded, so there are no passages. Load one under Documents."
    list_display = ("section_or_dash", "document", "page", "beginning")
    list_select_related = ("version__document",)
    list_filter = (("version", VersionFilter), ("section", FieldTextFilter), "is_suspicious")
    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    search_fields = ("text", "section")
    search_help_text = "Words of the text or of a section's heading"
    ordering = ("version", "ordinal")

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the viewer, and the pictures that it shows."""
        return (
            ("<int:object_id>/page/", "policies_passage", self.page_view),
            ("<int:object_id>/mark/", "policies_passage_mark", self.mark_view),
            ("pages/<uuid:version_id>/<int:page>.png", "policies_page_image", self.picture_view),
        )

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Let a version's page link to its passages."""
        return lookup == "version__id__exact" or bool(super().lookup_allowed(lookup, value, request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the viewer; there is nothing to post to it."""
        chunk = self.get_object(request, object_id)
        if not self.has_view_permission(request, chunk) or request.method != "GET":
            raise PermissionDenied
        if chunk is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        return HttpResponseRedirect(reverse("admin:policies_passage", args=[chunk.pk]))

    def page_view(self, request: HttpRequest, object_id: int, **_: Any) -> HttpResponse:
        """Show a passage on its page, or with ?page= another page of its version; ?quote= marks words of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, self._passage(object_id))

    def mark_view(self, request: HttpRequest, object_id: int, **_: Any) -> HttpResponse:
        """Keep a person's word on whether the passage talks to a machine, or say at the form why it cannot be."""
        if not request.user.has_perm(MAY_MARK) or request.method != "POST":
            raise PermissionDenied
        chunk, form = self._passage(object_id), MarkForm(request.POST)
        if not form.is_valid() or not self._marked(request, chunk, form):
            return self._page(request, chunk, form)
        return HttpResponseRedirect(reverse("admin:policies_passage", args=[chunk.pk]) + "#passage")

    def _marked(self, request: HttpRequest, chunk: PolicyChunk, form: MarkForm) -> bool:
        suspicious, by = request.POST.get("models") == "no", request.user.get_username()
        try:
            mark_passage(chunk=chunk, is_suspicious=suspicious, reason=form.cleaned_data["reason"], by=by)
        except MarkRefused as exc:
            form.add_error("reason", str(exc))
            return False
        said = "No model is shown this passage from now on." if suspicious else "Models may read this passage again."
        messages.success(request, said)
        return True

    def _passage(self, object_id: int) -> PolicyChunk:
        chunk = PolicyChunk.objects.select_related("version__document", "within").filter(pk=object_id).first()
        if chunk is None:
            raise Http404("No such passage: its document was read anew since. Search for it again.")
        return chunk

    def _page(self, request: HttpRequest, chunk: PolicyChunk, form: MarkForm | None = None) -> HttpResponse:
        page, quote = request.GET.get("page", ""), request.GET.get("quote", "")
        shown = int(page) if page.isdecimal() and len(page) < len("100000") else None
        context = {
            **self.admin_site.each_context(request),
            **passage_context(chunk, page=shown, quote=quote),
            "opts": self.opts,
            "title": chunk.version.document.title,
            "quote": quote,
            "form": form or MarkForm(),
            "may_mark": request.user.has_perm(MAY_MARK),
        }
        return TemplateResponse(request, PAGE, context)

    def picture_view(self, request: HttpRequest, version_id: UUID, page: int, **_: Any) -> HttpResponse:
        """Answer with a page as PNG; 304 where the browser has it, 404 with a sentence where there is none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = PolicyVersion.objects.filter(pk=version_id, pages__gte=page).first()
        if version is None or page < 1:
            raise Http404("No such page.")
        tag = quote_etag(page_tag(version.content_hash, page))
        response = get_conditional_response(request, etag=tag)
        if response is None:
            try:
                response = HttpResponse(page_picture(version.content_hash, page).png, content_type="image/png")
            except PageNotPainted as exc:
                return HttpResponse(str(exc), status=404, content_type="text/plain; charset=utf-8")
            response["ETag"] = tag
        patch_cache_control(response, private=True, max_age=KEPT_BY_BROWSERS)
        return response

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
