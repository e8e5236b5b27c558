"""One borrower's part in an application with the sources of income; and the files an application came in."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from audit import log
from audit.audited_admin import changed_fields
from audit.readonly import ReadOnlyAdmin
from lending.admin.guarded_form import GuardedFormMixin
from lending.admin.inlines import IncomeInline
from lending.admin.units import UnitsMixin
from lending.models import Applicant, IntakeFile


@admin.register(Applicant)
class ApplicantAdmin(GuardedFormMixin, UnitsMixin, ModelAdmin):
    """Reached from the borrower's tab of an application, to itemise incomes."""

    inlines = (IncomeInline,)
    fields = (
        ("application", "borrower"),
        ("employment", "employer"),
        ("years_employed", "credit_score"),
        ("monthly_income", "monthly_debts"),
    )
    readonly_fields = ("application", "borrower")
    compressed_fields = True
    warn_unsaved_form = True
    change_form_outer_before_template = "admin/lending/applicant_above.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Applicant]:
        """Fetch the names with the row."""
        rows: QuerySet[Applicant] = super().get_queryset(request)
        return rows.select_related("application", "borrower")

    def has_add_permission(self, request: HttpRequest, obj: Applicant | None = None) -> bool:
        """A borrower joins an application on the application's own page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Applicant | None = None) -> bool:
        """And leaves it there."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save, and record in the application's trail which fields a person changed."""
        super().save_related(request, form, formsets, change)
        if changed := changed_fields(form, formsets):
            log.record(
                "application.changed",
                subject=form.instance.application.audit_subject,
                actor=request.user.get_username(),
                fields=changed,
            )

    def response_change(self, request: HttpRequest, obj: Applicant) -> HttpResponse:
        """Lead back to the application, unless the person goes on editing."""
        response: HttpResponse = super().response_change(request, obj)
        if "_continue" in request.POST:
            return response
        return HttpResponseRedirect(reverse("admin:lending_loanapplication_change", args=[obj.application_id]))


@admin.register(IntakeFile)
class IntakeFileAdmin(ReadOnlyAdmin):
    """A file as it came in, with what no field of ours takes."""

    list_display = ("file_name", "application", "format", "received_at")
    list_select_related = ("application",)
    search_fields = ("=application__number", "file_name")
    search_help_text = "Application number, or a file's name"
    fields = (("application", "file_name"), ("format", "received_at"), "content_hash", "left_over")
    readonly_fields = ("left_over",)

    @admin.display(description="Without a field of ours")
    def left_over(self, file: IntakeFile) -> SafeString | str:
        """Show each path and value, in the order of the file."""
        rows = [(each["path"], each.get("value", "withheld")) for each in file.unmapped]
        if not rows:
            return "Nothing: every value of the file has a field."
        lines = format_html_join("", '<tr><td class="iq-code">{}</td><td>{}</td></tr>', rows)
        return format_html('<table class="iq-table">{}</table>', lines)
