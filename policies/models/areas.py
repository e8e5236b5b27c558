"""County loan limits: one table for each kind and year, as FHFA and HUD publish them."""

from django.db import models
from django.db.models import F, Q

POSITIVE_AND_RISING = Q(
    one_unit__gt=0, two_units__gt=F("one_unit"), three_units__gt=F("two_units"), four_units__gt=F("three_units")
)


class LimitKind(models.TextChoices):
    """Whose limits: FHFA's for loans that Fannie Mae and Freddie Mac buy, or HUD's for FHA loans."""

    CONFORMING = "conforming", "Conforming (FHFA)"
    FHA = "fha", "FHA (HUD)"


class LoanLimitTable(models.Model):
    """One loaded list. The current one of a kind and year answers; those before it stay to explain old decisions."""

    kind = models.CharField(max_length=20, choices=LimitKind)
    year = models.PositiveSmallIntegerField(help_text="The calendar year it is in force.")
    source = models.CharField(max_length=255, help_text="Name of the file it was read from.")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the file's bytes.")
    loaded_at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = "loan limit table"
        ordering = ("-year", "kind", "-loaded_at")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year"], name="one_current_limit_table_per_year", condition=Q(is_current=True)
            ),
            models.CheckConstraint(condition=Q(kind__in=LimitKind.values), name="limit_table_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class CountyLoanLimit(models.Model):
    """What may be lent at most on homes of one to four units in a county, in dollars."""

    table = models.ForeignKey(LoanLimitTable, on_delete=models.CASCADE, related_name="counties")
    county_fips = models.CharField("county FIPS", max_length=5, db_index=True, help_text="State and county, 5 digits.")
    county = models.CharField(max_length=80, help_text="As the list spells it.")
    state = models.CharField(max_length=2)
    one_unit = models.PositiveIntegerField("1 unit", help_text="Dollars.")
    two_units = models.PositiveIntegerField("2 units", help_text="Dollars.")
    three_units = models.PositiveIntegerField("3 units", help_text="Dollars.")
    four_units = models.PositiveIntegerField("4 units", help_text="Dollars.")

    class Meta:
        verbose_name = "county loan limit"
        ordering = ("state", "county")
        constraints = [
            models.UniqueConstraint(fields=["table", "county_fips"], name="county_once_per_limit_table"),
            models.CheckConstraint(condition=POSITIVE_AND_RISING, name="county_limits_positive_and_rising"),
            models.CheckConstraint(condition=Q(county_fips__regex=r"^[0-9]{5}$"), name="county_fips_five_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.county}, {self.state}"
