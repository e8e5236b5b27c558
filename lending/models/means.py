"""What the borrowers bring to an application: incomes, debts, money, and other homes they own."""

from django.db import models

from lending.models.application import LoanApplication
from lending.models.fields import dollars, not_negative, one_of
from lending.models.parties import Applicant
from lending.vocabulary import AssetKind, IncomeKind, LiabilityKind, Occupancy, choices


class Income(models.Model):
    """One source of income of one borrower; where a borrower has some, they replace the stated monthly income."""

    applicant = models.ForeignKey(Applicant, on_delete=models.CASCADE, related_name="incomes")
    kind = models.CharField(max_length=20, choices=choices(IncomeKind))
    monthly_amount = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Gross, for a steady income; below zero for a business at a loss. Leave empty where it is averaged.",
    )
    year_to_date = dollars(help_text="Earned this year so far.")
    months_to_date = models.DecimalField(
        max_digits=4, decimal_places=2, null=True, blank=True, help_text="Months that the year to date covers."
    )
    prior_year = dollars(help_text="Earned in the last full year (self-employment: cash flow of that return).")
    year_before = dollars(help_text="Earned in the year before that.")
    nontaxable = models.BooleanField(default=False, help_text="Exempt from income tax, and likely to stay so.")
    ends_on = models.DateField(null=True, blank=True, help_text="When it ends, if it does.")

    class Meta:
        ordering = ("pk",)
        constraints = [
            one_of("income", "kind", choices(IncomeKind)),
            models.CheckConstraint(  # a business can lose money; no other income is below zero
                name="income_monthly_amount_not_negative",
                condition=models.Q(monthly_amount__isnull=True)
                | models.Q(monthly_amount__gte=0)
                | models.Q(kind=IncomeKind.SELF_EMPLOYMENT.value),
            ),
            *not_negative("income", "year_to_date", "months_to_date"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class OwnedHome(models.Model):
    """Another home that the borrowers own: its rent, what it costs a month, and what is owed on it."""

    application = models.ForeignKey(LoanApplication, on_delete=models.CASCADE, related_name="owned_homes")
    occupancy = models.CharField(max_length=20, choices=choices(Occupancy))
    state = models.CharField(max_length=2, blank=True)
    monthly_rent = dollars(help_text="Gross rent by lease, dollars a month. Enter 0 when it is not let.")
    monthly_net_rent = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Net rent as the sender computed it, below zero for a loss. Counts where no gross rent is on file.",
    )
    monthly_pitia = dollars(help_text="Its own payment, tax, insurance and dues, dollars a month.")
    unpaid_balance = dollars(help_text="Owed on its mortgages.")
    sold_by_closing = models.BooleanField(default=False, help_text="Sold, or its mortgage paid off, before closing.")

    class Meta:
        ordering = ("pk",)
        constraints = [
            one_of("owned_home", "occupancy", choices(Occupancy)),
            *not_negative("owned_home", "monthly_rent", "monthly_pitia", "unpaid_balance"),
        ]

    def __str__(self) -> str:
        return f"{self.get_occupancy_display()} home"


class Liability(models.Model):
    """One debt of one borrower."""

    application = models.ForeignKey(LoanApplication, on_delete=models.CASCADE, related_name="liabilities")
    applicant = models.ForeignKey(
        Applicant, null=True, blank=True, on_delete=models.CASCADE, related_name="liabilities"
    )
    kind = models.CharField(max_length=20, choices=choices(LiabilityKind))
    creditor = models.CharField(max_length=100, blank=True)
    monthly_payment = dollars()
    balance = dollars()
    months_remaining = models.PositiveSmallIntegerField(null=True, blank=True)
    paid_off_at_closing = models.BooleanField(default=False)
    owned_home = models.ForeignKey(
        "OwnedHome",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="liabilities",
        help_text="The other home that this mortgage is on; its payment is part of that home's own cost.",
    )

    class Meta:
        verbose_name_plural = "liabilities"
        constraints = [
            one_of("liability", "kind", choices(LiabilityKind)),
            *not_negative("liability", "monthly_payment", "balance"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Asset(models.Model):
    """Money the borrower can show."""

    application = models.ForeignKey(LoanApplication, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=20, choices=choices(AssetKind))
    institution = models.CharField(max_length=100, blank=True)
    amount = dollars()

    class Meta:
        constraints = [one_of("asset", "kind", choices(AssetKind)), *not_negative("asset", "amount")]

    def __str__(self) -> str:
        return self.get_kind_display()


class IntakeFile(models.Model):
    """A file that an application came in, with whatever it held that no field of ours takes. Personal data."""

    application = models.ForeignKey(LoanApplication, on_delete=models.CASCADE, related_name="intake_files")
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=20, help_text="Such as MISMO 3.4.")
    content_hash = models.CharField(max_length=64)
    unmapped = models.JSONField(default=list, help_text="Each a path and a value, in the order of the file.")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return self.file_name
