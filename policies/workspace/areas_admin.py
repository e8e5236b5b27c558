"""County loan limits in the workspace: what is loaded for which year, and each county's amounts."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.contrib.filters.admin import RelatedDropdownFilter

from audit.readonly import ReadOnlyAdmin
from policies.models import CountyLoanLimit, LoanLimitTable


@admin.register(LoanLimitTable)
class LoanLimitTableAdmin(ReadOnlyAdmin):
    """Loaded lists; the current one of a kind and year answers."""

    when_empty = (
        "No list is loaded, so a loan above the baseline is unknown. Run load_loan_limits with the official file."
    )
    list_display = ("__str__", "is_current", "counties_count", "source", "loaded_at")
    ordering = ("-year", "kind", "-loaded_at")
    fields = ("kind", "year", "is_current", "source", "loaded_at", "content_hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoanLimitTable]:
        """Count the counties with the rows."""
        return super().get_queryset(request).annotate(count=Count("counties"))  # type: ignore[no-any-return]

    @admin.display(description="Counties", ordering="count")
    def counties_count(self, table: LoanLimitTable) -> str:
        """Show how many counties it has."""
        return _figure(f"{table.count:,}")  # type: ignore[attr-defined]


@admin.register(CountyLoanLimit)
class CountyLoanLimitAdmin(ReadOnlyAdmin):
    """What may be lent at most in a county, by number of units."""

    list_display = ("county", "state", "county_fips", "table", "one", "two", "three", "four")
    list_select_related = ("table",)
    list_filter = (("table", RelatedDropdownFilter),)
    list_filter_submit = True
    list_per_page = 50
    search_fields = ("county", "=state", "^county_fips")
    search_help_text = "County, two letters of the state, or the beginning of the FIPS code"
    ordering = ("state", "county", "-table__year")
    fields = ("county", "state", "county_fips", "table", "one_unit", "two_units", "three_units", "four_units")

    @admin.display(description="1 unit", ordering="one_unit")
    def one(self, row: CountyLoanLimit) -> str:
        """Show the limit in dollars."""
        return _figure(f"${row.one_unit:,}")

    @admin.display(description="2 units", ordering="two_units")
    def two(self, row: CountyLoanLimit) -> str:
        """Show the limit in dollars."""
        return _figure(f"${row.two_units:,}")

    @admin.display(description="3 units", ordering="three_units")
    def three(self, row: CountyLoanLimit) -> str:
        """Show the limit in dollars."""
        return _figure(f"${row.three_units:,}")

    @admin.display(description="4 units", ordering="four_units")
    def four(self, row: CountyLoanLimit) -> str:
        """Show the limit in dollars."""
        return _figure(f"${row.four_units:,}")


def _figure(text: str) -> str:
    return format_html('<span class="iq-figure">{}</span>', text)
