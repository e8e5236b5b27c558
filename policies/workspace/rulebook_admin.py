"""Rulebook versions in the workspace: read, compare, draft, check, and publish what a colleague drafted."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from audit.readonly import ReadOnlyAdmin
from policies.models import ImpactReport, RulebookStatus, RulebookVersion
from policies.rulebook import publishing
from policies.rulebook.versions import RulebookRefused, in_force
from policies.workspace.rulebook_forms import DayForm, DraftForm
from policies.workspace.rulebook_pages import impact_context, standing_tag, version_context

PAGE = "admin/policies/rulebook.html"
DRAFT_PAGE = "admin/policies/rulebook_draft.html"
PUBLISH_PAGE = "admin/policies/rulebook_publish.html"


@admin.register(RulebookVersion)
class RulebookVersionAdmin(ReadOnlyAdmin):
    """All versions, newest first. "Add" starts a draft from the rulebook in force."""

    list_display = ("name", "standing", "effective", "note", "drafted", "published", "short_hash")
    list_display_links = ("name",)
    list_fullwidth = True
    search_fields = ("^content_hash", "note")
    search_help_text = "Beginning of the hash that a decision names, or words of the note"
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RulebookVersion]:
        """Fetch with each row which version is in force today; the texts stay where they are."""
        current = in_force(timezone.localdate()).values("pk")[:1]
        versions = super().get_queryset(request).defer("texts")
        return versions.annotate(current_pk=Subquery(current))  # type: ignore[no-any-return]

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the page that publishes."""
        return (("<int:object_id>/publish/", "policies_rulebookversion_publish", self.publish_view),)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Those who may draft a rulebook may add one."""
        return bool(request.user.has_perm("policies.draft_rulebook"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a version; a POST checks it or asks for its impact report."""
        version = self.get_object(request, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        form = DayForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not request.user.has_perm("policies.check_rulebook"):
                raise PermissionDenied
            if form.is_valid() and self._checked(request, version, form):
                return _to_version(version)
        context = {**self._context(request, version), **version_context(version, request.GET), "form": form}
        return TemplateResponse(request, PAGE, context)

    def _checked(self, request: HttpRequest, version: RulebookVersion, form: DayForm) -> bool:
        """Check a draft, or ask for another report on a checked one; where it is refused say why at the field."""
        ask = publishing.check_rulebook if "check" in request.POST else publishing.request_impact
        try:
            ask(version=version, day=form.cleaned_data["day"], by=request.user)  # type: ignore[arg-type]
        except RulebookRefused as exc:
            form.add_error("day", str(exc))
            return False
        messages.success(request, f"The impact report of {version} is being worked out; reload the page in a moment.")
        return True

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take edited texts as a new draft; what the strict reader refuses is said at the file, and nothing stored."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        based_on = self._start(request)
        form = DraftForm(based_on, request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                version = publishing.draft_rulebook(
                    texts=form.texts(),
                    based_on=based_on,
                    note=form.cleaned_data["note"],
                    by=request.user,  # type: ignore[arg-type]
                )
            except RulebookRefused as exc:
                form.add_error(None, str(exc))
            else:
                messages.success(request, f"{version} is stored as a draft. Check it next.")
                return _to_version(version)
        title = f"Draft a rulebook from {based_on}"
        context = {**self._context(request, based_on), "title": title, "form": form, "based_on": based_on}
        return TemplateResponse(request, DRAFT_PAGE, context)

    def _start(self, request: HttpRequest) -> RulebookVersion:
        """Return the version that the draft starts from: the one asked for, else the one in force."""
        asked = request.GET.get("from", "")
        chosen = (
            RulebookVersion.objects.filter(number=int(asked)) if asked.isdigit() else in_force(timezone.localdate())
        )
        version = chosen.first()
        if version is None:
            raise Http404("No such rulebook version. Run load_rulebook, or open one from the list.")
        return version

    def publish_view(self, request: HttpRequest, object_id: int, **_: Any) -> HttpResponse:
        """Show what publishing would change, with the impact report that was read; the POST publishes."""
        version = self.get_object(request, str(object_id))
        if version is None or not request.user.has_perm("policies.publish_rulebook"):
            raise PermissionDenied
        reports = version.impact_reports.select_related("version", "compared_with")
        report: ImpactReport | None = reports.first()
        if version.status != RulebookStatus.CHECKED or report is None:
            messages.error(request, f"{version} is {version.status}. Only a checked one with a report is published.")
            return _to_version(version)
        if request.method == "POST":
            read = reports.filter(pk=request.POST.get("report", "")).first()
            if self._published(request, version, read or report):
                return _to_version(version)
        context = {
            **self._context(request, version),
            **version_context(version, request.GET),
            **impact_context(report),
            "title": f"Publish {version}",
        }
        return TemplateResponse(request, PUBLISH_PAGE, context)

    def _published(self, request: HttpRequest, version: RulebookVersion, report: ImpactReport) -> bool:
        try:
            done = publishing.publish_rulebook(version=version, report=report, by=request.user)  # type: ignore[arg-type]
        except RulebookRefused as exc:
            messages.error(request, str(exc))
            return False
        messages.success(request, f"{version} is published, in force from {done.effective_from:%b %-d, %Y}.")
        return True

    def _context(self, request: HttpRequest, version: RulebookVersion) -> dict[str, Any]:
        may = {action: request.user.has_perm(f"policies.{action}_rulebook") for action in ("draft", "check", "publish")}
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "title": str(version),
            "version": version,
            "may": may,
            "is_own": version.drafted_by_id == request.user.pk,
        }

    @admin.display(description="Version", ordering="number")
    def name(self, version: RulebookVersion) -> str:
        """Name the version."""
        return str(version)

    @admin.display(description="Standing", ordering="status")
    def standing(self, version: RulebookVersion) -> str:
        """Show whether it is in force, will be, was, or is still in the making."""
        return standing_tag(version, version.current_pk)  # type: ignore[attr-defined]

    @admin.display(description="In force from", ordering="effective_from")
    def effective(self, version: RulebookVersion) -> str:
        """Show the first day."""
        return f"{version.effective_from:%b %-d, %Y}" if version.effective_from else ""

    @admin.display(description="Drafted by", ordering="drafted_by_name")
    def drafted(self, version: RulebookVersion) -> str:
        """Name the author."""
        return version.drafted_by_name

    @admin.display(description="Published by", ordering="published_by_name")
    def published(self, version: RulebookVersion) -> str:
        """Name who published it."""
        return version.published_by_name or "nobody yet"

    @admin.display(description="Hash")
    def short_hash(self, version: RulebookVersion) -> str:
        """Show the digits by which a run names it."""
        return format_html("<code>{}</code>", version.version)


def _to_version(version: RulebookVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:policies_rulebookversion_change", args=[version.pk]))
