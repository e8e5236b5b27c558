"""What a borrower asks for: the loan, the property behind it, what is owed and what is owned."""

import uuid
from typing import Any

from django.conf import settings
from django.db import connection, models

from lending.models.fields import COUNTY_FIPS, STATE, ZIP_CODE, between, dollars, not_negative, one_of, percent
from lending.models.parties import Partner
from lending.vocabulary import (
    Amortization,
    Occupancy,
    Program,
    PropertyType,
    Purpose,
    VaUse,
    choices,
)


class LoanApplication(models.Model):
    """One request for a mortgage loan. An empty figure is an unknown fact, never zero."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True, editable=False)
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="applications")
    external_id = models.CharField(max_length=100, blank=True, help_text="The sender's own key; once per sender.")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who typed it in; such a person reviews no case of it.",
    )
    application_date = models.DateField()
    program = models.CharField(max_length=20, choices=choices(Program))
    purpose = models.CharField(max_length=20, choices=choices(Purpose))
    occupancy = models.CharField(
        max_length=20, blank=True, choices=choices(Occupancy), help_text="Leave empty while it is unknown."
    )
    loan_amount = dollars(help_text="Base loan amount, without financed fees.")
    term_months = models.PositiveSmallIntegerField(null=True, blank=True, validators=between(1, 480))
    amortization = models.CharField(max_length=10, blank=True, choices=choices(Amortization))
    note_rate = percent(0, 30, help_text="Percent a year, such as 6.375.")
    arm_fixed_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=between(1, 480), help_text="ARM: months before the rate first changes."
    )
    arm_adjustment_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=between(1, 120), help_text="ARM: months between later changes."
    )
    arm_index_rate = percent(-5, 30, help_text="ARM: the index today, percent a year.")
    arm_margin = percent(0, 20, help_text="ARM: percentage points added to the index.")
    arm_first_cap = percent(0, 20, help_text="ARM: most the rate can rise at its first change, percentage points.")
    arm_periodic_cap = percent(0, 20, help_text="ARM: most it can rise at a later change, percentage points.")
    arm_lifetime_cap = percent(0, 20, help_text="ARM: most it can ever rise above the note rate, percentage points.")
    finance_charges = dollars(help_text="Prepaid finance charges (Reg Z): points, origination and other APR fees.")
    points_and_fees = dollars(help_text="Points and fees as 12 CFR 1026.32(b) counts them.")
    apor = percent(0, 30, help_text="Average prime offer rate of the lock day and a like loan, percent.")
    prepayment_penalty_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Months in which a penalty for paying early is owed. Enter 0 when none is."
    )
    prepayment_penalty_percent = percent(0, 99, help_text="Highest penalty, percent of what is prepaid.")
    existing_first_balance = dollars(help_text="Refinance: unpaid balance of the first lien that this loan pays off.")
    subordinate_balance = dollars(help_text="Closed-end subordinate liens that stay. Enter 0 when there are none.")
    subordinate_payment = dollars(help_text="Dollars a month on all subordinate liens that stay.")
    heloc_balance = dollars(help_text="Drawn balance of a home equity line that stays. Enter 0 when there is none.")
    heloc_limit = dollars(help_text="Full line of that home equity line.")
    funds_to_close = dollars(help_text="Cash the borrower brings to closing.")
    seller_contributions = dollars(help_text="What interested parties pay towards the borrower's costs.")
    first_lien_date = models.DateField(null=True, blank=True, help_text="Refinance: note date of the lien paid off.")
    title_date = models.DateField(null=True, blank=True, help_text="Refinance: since when the borrower holds title.")
    pays_off_va_loan = models.BooleanField(null=True, blank=True, help_text="Refinance: the loan it replaces is VA.")
    household_size = models.PositiveSmallIntegerField(null=True, blank=True)
    region_residual = models.CharField(
        max_length=20, blank=True, help_text="VA residual-income region, when it differs from the property's."
    )
    va_use = models.CharField(max_length=10, blank=True, choices=choices(VaUse))
    monthly_child_care = dollars(help_text="VA: child care and other costs of holding the job, dollars a month.")
    household_annual_income = dollars(help_text="USDA: yearly income of all adults in the household, adjusted.")
    bankruptcy_chapter = models.CharField(max_length=4, blank=True)
    bankruptcy_date = models.DateField(null=True, blank=True, help_text="Discharge or dismissal.")
    bankruptcy_dismissed = models.BooleanField(null=True, blank=True, help_text="Dismissed rather than discharged.")
    bankruptcies_in_seven_years = models.PositiveSmallIntegerField(null=True, blank=True)
    foreclosure_date = models.DateField(null=True, blank=True, help_text="Completion.")
    short_sale_date = models.DateField(
        null=True, blank=True, help_text="Deed-in-lieu, short sale or mortgage charge-off: completion."
    )
    foreclosure_declared = models.BooleanField(
        null=True, blank=True, help_text="The borrowers declare a foreclosure; its date may be unknown."
    )
    short_sale_declared = models.BooleanField(
        null=True, blank=True, help_text="They declare a deed-in-lieu or short sale; its date may be unknown."
    )
    extenuating_circumstances = models.BooleanField(
        null=True, blank=True, help_text="A person has seen proof that the event was outside the borrower's control."
    )
    officer_notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-created_at",)
        permissions = [("run_decision", "Can run a decision")]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "external_id"],
                name="application_external_id_once",
                condition=~models.Q(external_id=""),
                nulls_distinct=False,
            ),
            one_of("application", "program", choices(Program)),
            one_of("application", "purpose", choices(Purpose)),
            one_of("application", "occupancy", choices(Occupancy), blank=True),
            one_of("application", "amortization", choices(Amortization), blank=True),
            one_of("application", "va_use", choices(VaUse), blank=True),
            models.CheckConstraint(
                name="application_loan_amount_positive",
                condition=models.Q(loan_amount__isnull=True) | models.Q(loan_amount__gt=0),
            ),
            models.CheckConstraint(
                name="application_term_positive",
                condition=models.Q(term_months__isnull=True) | models.Q(term_months__range=(1, 480)),
            ),
            models.CheckConstraint(
                name="application_note_rate_range",
                condition=models.Q(note_rate__isnull=True) | models.Q(note_rate__range=(0, 30)),
            ),
            models.CheckConstraint(
                name="application_heloc_balance_within_limit",
                condition=models.Q(heloc_limit__isnull=True)
                | models.Q(heloc_balance__isnull=True)
                | models.Q(heloc_balance__lte=models.F("heloc_limit")),
            ),
            *not_negative(
                "application",
                "existing_first_balance",
                "subordinate_balance",
                "subordinate_payment",
                "heloc_balance",
                "heloc_limit",
                "funds_to_close",
                "finance_charges",
                "points_and_fees",
                "seller_contributions",
                "monthly_child_care",
                "household_annual_income",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="application_newest"),
            models.Index(fields=["program", "-created_at"], name="application_program"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new application its number, then save."""
        if not self.number:
            self.number = next_application_number(self.application_date.year)
        super().save(*args, **kwargs)

    @property
    def audit_subject(self) -> str:
        """The text under which the trail knows this application; it outlives the row."""
        return f"lending.loanapplication:{self.number}"


def next_application_number(year: int) -> str:
    """Return the next free number, ``APP-2026-000123``; a database sequence, so two writers never share one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('lending_application_number')")
        [serial] = cursor.fetchone()
    return f"APP-{year}-{serial:06d}"


class Property(models.Model):
    """The home that secures the loan."""

    application = models.OneToOneField(LoanApplication, on_delete=models.CASCADE, related_name="subject_property")
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True, validators=[STATE])
    zip_code = models.CharField(max_length=10, blank=True, validators=[ZIP_CODE])
    county_fips = models.CharField(max_length=5, blank=True, validators=[COUNTY_FIPS], help_text="Five digits.")
    units = models.PositiveSmallIntegerField(null=True, blank=True, validators=between(1, 4))
    property_type = models.CharField(max_length=20, blank=True, choices=choices(PropertyType))
    purchase_price = dollars()
    appraised_value = dollars()
    annual_property_tax = dollars()
    annual_hazard_insurance = dollars()
    annual_flood_insurance = dollars()
    monthly_hoa = dollars(help_text="Association dues, dollars a month. Enter 0 when there are none.")
    monthly_ground_rent = dollars(help_text="Leasehold: ground rent, dollars a month.")
    monthly_assessments = dollars(help_text="Special assessments, dollars a month.")
    monthly_rent = dollars(help_text="Lease or market rent of the units that are let, dollars a month.")
    square_feet = models.PositiveIntegerField(null=True, blank=True)
    flood_zone = models.CharField(max_length=5, blank=True, help_text="FEMA zone, such as X, AE or VE.")
    flood_community_participates = models.BooleanField(null=True, blank=True)
    flood_coverage = dollars(help_text="Amount of the flood insurance policy.")
    replacement_cost = dollars(help_text="Cost to rebuild the home, from the insurer or appraiser.")

    class Meta:
        verbose_name_plural = "properties"
        constraints = [
            models.CheckConstraint(
                name="property_units_range",
                condition=models.Q(units__isnull=True) | models.Q(units__range=(1, 4)),
            ),
            one_of("property", "property_type", choices(PropertyType), blank=True),
            *not_negative(
                "property",
                "purchase_price",
                "appraised_value",
                "annual_property_tax",
                "annual_hazard_insurance",
                "annual_flood_insurance",
                "monthly_hoa",
                "monthly_ground_rent",
                "monthly_assessments",
                "monthly_rent",
                "flood_coverage",
                "replacement_cost",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}, {self.state}".strip(", ") or "Property"
