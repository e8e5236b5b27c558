"""Applications: the list an officer works from, and one file in tabs with what is missing and what stands on top."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from audit import log
from audit.audited_admin import changed_fields
from lending import display
from lending.admin.advice import advice_context
from lending.admin.comparing import CompareRunsMixin
from lending.admin.documents import DocumentsMixin
from lending.admin.filters import OfficerFilter, OutcomeFilter, StateFilter
from lending.admin.guarded_form import GuardedFormMixin
from lending.admin.inlines import (
    ApplicantInline,
    AssetInline,
    IntakeFileInline,
    LiabilityInline,
    OwnedHomeInline,
    PropertyInline,
)
from lending.admin.listing import with_standing
from lending.admin.panel import Panel, application_panel
from lending.admin.presenting import timeline_context
from lending.admin.requesting import RunDecisionMixin
from lending.admin.second_look import SecondLookMixin, case_buttons
from lending.admin.units import UnitsMixin
from lending.models import LoanApplication
from lending.progress import progress_context
from lending.run_history import run_history
from lending.templatetags.loan_figures import outcome_tag, word_tag


@admin.register(LoanApplication)
class LoanApplicationAdmin(
    GuardedFormMixin, SecondLookMixin, DocumentsMixin, CompareRunsMixin, RunDecisionMixin, UnitsMixin, ModelAdmin
):
    """One query for the list, whatever its length; every figure with its unit."""

    list_display = (
        "number",
        "borrower",
        "program",
        "purpose",
        "amount",
        "dti",
        "ltv",
        "outcome",
        "property_state",
        "officer",
        "applied",
    )
    list_display_links = ("number", "borrower")
    list_select_related = ("subject_property", "officer")
    list_filter = (
        OutcomeFilter,
        ("program", ChoicesDropdownFilter),
        ("purpose", ChoicesDropdownFilter),
        StateFilter,
        OfficerFilter,
        ("application_date", RangeDateFilter),
    )
    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("number", "external_id", "applicants__borrower__first_name", "applicants__borrower__last_name")
    search_help_text = "Application number, external id, or a borrower's name"
    ordering = ("-created_at",)
    inlines = (ApplicantInline, PropertyInline, LiabilityInline, AssetInline, OwnedHomeInline, IntakeFileInline)
    change_form_outer_before_template = "admin/lending/application_panel.html"
    compressed_fields = True
    warn_unsaved_form = True

    class Media:
        js = ("loaniq/progress.js",)

    readonly_fields = ("number", "partner", "created_at", "updated_at")
    autocomplete_fields = ("officer",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("program", "purpose"),
                    ("occupancy", "amortization"),
                    ("loan_amount", "note_rate"),
                    ("term_months", "application_date"),
                    ("funds_to_close", "officer"),
                )
            },
        ),
        (
            "Rate and prices",
            {
                "classes": ("tab",),
                "fields": (
                    ("arm_fixed_months", "arm_adjustment_months"),
                    ("arm_index_rate", "arm_margin"),
                    ("arm_first_cap", "arm_periodic_cap"),
                    ("arm_lifetime_cap", "apor"),
                    ("finance_charges", "points_and_fees"),
                    ("prepayment_penalty_months", "prepayment_penalty_percent"),
                    ("seller_contributions",),
                ),
            },
        ),
        (
            "Liens",
            {
                "classes": ("tab",),
                "fields": (
                    ("subordinate_balance", "subordinate_payment"),
                    ("heloc_balance", "heloc_limit"),
                    ("existing_first_balance", "pays_off_va_loan"),
                    ("first_lien_date", "title_date"),
                ),
            },
        ),
        (
            "Household and history",
            {
                "classes": ("tab",),
                "fields": (
                    ("household_size", "household_annual_income"),
                    ("va_use", "region_residual"),
                    ("monthly_child_care", "extenuating_circumstances"),
                    ("bankruptcy_chapter", "bankruptcy_date"),
                    ("bankruptcy_dismissed", "bankruptcies_in_seven_years"),
                    ("foreclosure_declared", "foreclosure_date"),
                    ("short_sale_declared", "short_sale_date"),
                ),
            },
        ),
        (
            "Notes and origin",
            {
                "classes": ("tab",),
                "fields": (
                    ("officer_notes",),
                    ("number", "external_id"),
                    ("partner",),
                    ("created_at", "updated_at"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoanApplication]:
        """Fetch what the list shows with the rows themselves."""
        return with_standing(super().get_queryset(request))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start a new application today, on the desk of whoever enters it."""
        return {"application_date": timezone.localdate(), "officer": request.user.pk}

    def has_delete_permission(self, request: HttpRequest, obj: LoanApplication | None = None) -> bool:
        """Nobody deletes an application: its runs, decisions and trail refer to it."""
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Put the panel with what is missing, what stands and the run button above the form."""
        application = self.get_object(request, object_id) if object_id else None
        panel = application_panel(application) if application else None
        may_run = self.has_run_decision_permission(request)
        buttons = case_buttons(request, panel) if panel else {}
        shown = {"panel": panel, "may_run": may_run, **buttons, **_advice(panel), **_progress(panel), **_past(panel)}
        context = {**(extra_context or {}), **shown}
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: LoanApplication, form: Any, change: bool) -> None:
        """Keep who entered the application: such a person reviews no case of it."""
        if not change:
            obj.entered_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save, and record which fields a person changed; the values stay out of the trail."""
        super().save_related(request, form, formsets, change)
        changed = changed_fields(form, formsets)
        if changed:
            log.record(
                "application.changed" if change else "application.entered",
                subject=form.instance.audit_subject,
                actor=request.user.get_username(),
                fields=changed,
            )

    @admin.display(description="Borrower", ordering="borrower_name")
    def borrower(self, application: LoanApplication) -> str:
        """Name the primary borrower."""
        return application.borrower_name or "nobody yet"  # type: ignore[attr-defined]

    @admin.display(description="Loan amount", ordering="loan_amount")
    def amount(self, application: LoanApplication) -> str:
        """Show dollars."""
        return _right(display.dollars(application.loan_amount))

    @admin.display(description="DTI", ordering="standing_dti")
    def dti(self, application: LoanApplication) -> str:
        """Show the standing decision's percent."""
        return _right_percent(application.standing_dti)  # type: ignore[attr-defined]

    @admin.display(description="LTV", ordering="standing_ltv")
    def ltv(self, application: LoanApplication) -> str:
        """Show the standing decision's percent."""
        return _right_percent(application.standing_ltv)  # type: ignore[attr-defined]

    @admin.display(description="Outcome", ordering="standing_outcome")
    def outcome(self, application: LoanApplication) -> str:
        """Show what stands, or that a run is on its way."""
        if application.live_status:  # type: ignore[attr-defined]
            return word_tag(application.live_status)  # type: ignore[attr-defined]
        return outcome_tag(application.standing_outcome)  # type: ignore[attr-defined]

    @admin.display(description="Applied", ordering="application_date")
    def applied(self, application: LoanApplication) -> str:
        """Show the day, short."""
        return f"{application.application_date:%b %-d, %Y}"

    @admin.display(description="State", ordering="subject_property__state")
    def property_state(self, application: LoanApplication) -> str:
        """Show where the home is."""
        home = getattr(application, "subject_property", None)
        return home.state if home else ""


def _right(text: str) -> str:
    return format_html('<span class="iq-figure">{}</span>', text)


def _right_percent(value: Any) -> str:
    return _right("" if value is None else display.percent(value))


def _past(panel: Panel | None) -> dict[str, Any]:
    """Return the runs, and what happened from the trail."""
    if panel is None:
        return {}
    return {"runs": run_history(panel.application), **timeline_context(panel.application)}


def _advice(panel: Panel | None) -> dict[str, Any]:
    """Return programs and path of the newest decision, unless a new run is on its way."""
    return advice_context(panel.decision) if panel and not panel.live else {}


def _progress(panel: Panel | None) -> dict[str, Any]:
    """Return the agents at work, while a run is."""
    return progress_context(panel.run) if panel and panel.run and panel.live else {}
