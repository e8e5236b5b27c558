"""Applications: the list an officer works from, and one file in tabs with what is missing and what stands on top."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from audit import log
from lending import display
from lending.admin.filters import OfficerFilter, OutcomeFilter, StateFilter
from lending.admin.listing import with_standing
from lending.admin.panel import application_panel
from lending.admin.requesting import RunDecisionMixin
from lending.admin.units import UnitsMixin
from lending.models import Applicant, Asset, Liability, LoanApplication, Property
from lending.templatetags.loan_figures import outcome_tag, word_tag


class ApplicantInline(UnitsMixin, StackedInline):
    """Borrowers with the income, debts and score of this application."""

    model = Applicant
    autocomplete_fields = ("borrower",)
    extra = 0
    tab = True
    verbose_name_plural = "borrowers"
    fields = (
        ("borrower", "position"),
        ("employment", "employer"),
        ("years_employed", "credit_score"),
        ("monthly_income", "monthly_debts"),
    )


class PropertyInline(UnitsMixin, StackedInline):
    """The home: address, value, yearly costs, flood."""

    model = Property
    tab = True
    verbose_name_plural = "property"
    fields = (
        ("street", "city"),
        ("state", "zip_code"),
        ("county_fips", "property_type"),
        ("units", "square_feet"),
        ("purchase_price", "appraised_value"),
        ("annual_property_tax", "annual_hazard_insurance"),
        ("annual_flood_insurance", "monthly_hoa"),
        ("flood_zone", "flood_community_participates"),
    )


class LiabilityInline(UnitsMixin, TabularInline):
    """Itemised debts; where a borrower has some, they replace the stated total."""

    model = Liability
    extra = 0
    tab = True
    fields = ("applicant", "kind", "creditor", "monthly_payment", "balance", "months_remaining", "paid_off_at_closing")

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any) -> Any:
        """Offer the borrowers of this application, by name, and nobody else's."""
        if db_field.name == "applicant":
            pk = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            options["queryset"] = Applicant.objects.filter(application=pk).select_related("borrower")
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "applicant":
            field.label_from_instance = lambda person: f"{person.position}. {person.borrower}"
        return field


class AssetInline(UnitsMixin, TabularInline):
    """Money the borrowers can show."""

    model = Asset
    extra = 0
    tab = True
    fields = ("kind", "institution", "amount")


@admin.register(LoanApplication)
class LoanApplicationAdmin(RunDecisionMixin, UnitsMixin, ModelAdmin):
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
    inlines = (ApplicantInline, PropertyInline, LiabilityInline, AssetInline)
    change_form_outer_before_template = "admin/lending/application_panel.html"
    compressed_fields = True
    warn_unsaved_form = True
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
                    ("officer",),
                )
            },
        ),
        (
            "Other liens and cash",
            {
                "classes": ("tab",),
                "fields": (
                    ("subordinate_balance", "subordinate_payment"),
                    ("heloc_balance", "heloc_limit"),
                    ("existing_first_balance", "funds_to_close"),
                ),
            },
        ),
        (
            "Household, VA and history",
            {
                "classes": ("tab",),
                "fields": (
                    ("household_size", "region_residual"),
                    ("va_use", "foreclosure_date"),
                    ("bankruptcy_chapter", "bankruptcy_date"),
                ),
            },
        ),
        ("Notes", {"classes": ("tab",), "fields": ("officer_notes",)}),
        (
            "Origin",
            {"classes": ("tab",), "fields": (("number", "external_id"), ("partner",), ("created_at", "updated_at"))},
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
        context = {**(extra_context or {}), "panel": panel, "may_run": self.has_run_decision_permission(request)}
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[no-any-return]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save, and record which fields a person changed; the values stay out of the trail."""
        super().save_related(request, form, formsets, change)
        changed = sorted({*form.changed_data, *(name for each in formsets for name in _changed_in(each))})
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


def _changed_in(formset: Any) -> list[str]:
    """Return ``liability.balance`` and the like for each changed field of an inline, additions and removals too."""
    prefix = formset.model._meta.model_name
    removed = [f"{prefix}.removed"] if formset.deleted_objects else []
    return [f"{prefix}.{name}" for form in formset.forms if form.has_changed() for name in form.changed_data] + removed
