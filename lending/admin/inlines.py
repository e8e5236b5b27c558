"""The tabs of an application's page: borrowers with their incomes, the home, debts, money, other homes, files."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline, TabularInline

from lending.admin.units import UnitsMixin
from lending.models import Applicant, Asset, Income, IntakeFile, Liability, OwnedHome, Property


class ApplicantInline(UnitsMixin, StackedInline):
    """Borrowers with the income, debts and score of this application; a link leads to their itemised incomes."""

    model = Applicant
    autocomplete_fields = ("borrower",)
    extra = 0
    tab = True
    verbose_name_plural = "borrowers"
    readonly_fields = ("itemised_income",)
    fields = (
        ("borrower", "position"),
        ("employment", "employer"),
        ("years_employed", "credit_score"),
        ("monthly_income", "monthly_debts"),
        ("itemised_income",),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Applicant]:
        """Fetch the sources of income with the borrowers."""
        rows: QuerySet[Applicant] = super().get_queryset(request)
        return rows.select_related("borrower").prefetch_related("incomes")

    @admin.display(description="Itemised income")
    def itemised_income(self, applicant: Applicant) -> SafeString | str:
        """Name the sources on file, and lead to the page on which they are entered."""
        if not applicant.pk:
            return "Save the application first, then itemise."
        kinds = ", ".join(str(income) for income in applicant.incomes.all())
        address = reverse("admin:lending_applicant_change", args=[applicant.pk])
        return format_html(
            '{} <a class="iq-link" href="{}">{}</a>',
            kinds or "None: the stated income counts.",
            address,
            "Open the incomes" if kinds else "Itemise income",
        )


class IncomeInline(UnitsMixin, TabularInline):
    """Sources of income of one borrower; where there are some, they replace the stated monthly income."""

    model = Income
    extra = 0
    fields = (
        *("kind", "monthly_amount", "year_to_date", "months_to_date", "prior_year", "year_before"),
        *("nontaxable", "ends_on"),
    )


class PropertyInline(UnitsMixin, StackedInline):
    """The home: address, value, costs, what rent it brings, flood."""

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
        ("monthly_hoa", "monthly_assessments"),
        ("monthly_ground_rent", "monthly_rent"),
        ("flood_zone", "flood_community_participates"),
        ("annual_flood_insurance", "flood_coverage"),
        ("replacement_cost",),
    )


class LiabilityInline(UnitsMixin, TabularInline):
    """Itemised debts; where a borrower has some, they replace the stated total."""

    model = Liability
    extra = 0
    tab = True
    verbose_name_plural = "debts"
    fields = (
        *("applicant", "kind", "creditor", "monthly_payment", "balance", "months_remaining", "paid_off_at_closing"),
        "owned_home",
    )

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any) -> Any:
        """Offer the borrowers, by name, and the other homes of this application, and nobody else's."""
        pk = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        if db_field.name == "applicant":
            options["queryset"] = Applicant.objects.filter(application=pk).select_related("borrower")
        elif db_field.name == "owned_home":
            options["queryset"] = OwnedHome.objects.filter(application=pk)
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


class OwnedHomeInline(UnitsMixin, TabularInline):
    """Other homes of the borrowers: rent, cost a month, what is owed."""

    model = OwnedHome
    extra = 0
    tab = True
    verbose_name_plural = "other homes"
    fields = (
        "occupancy",
        "state",
        "monthly_rent",
        "monthly_net_rent",
        "monthly_pitia",
        "unpaid_balance",
        "sold_by_closing",
    )


class IntakeFileInline(TabularInline):
    """The files the application came in; nobody changes them."""

    model = IntakeFile
    extra = 0
    tab = True
    show_change_link = True
    verbose_name_plural = "files"
    fields = ("file_name", "format", "received_at")
    readonly_fields = ("file_name", "format", "received_at")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Only an import brings files."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What came in stays as it came."""
        return False
