"""The people and firms: partners who send loans, borrowers who ask for them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from lending.models.fields import STATE, between, dollars, not_negative, one_of
from lending.vocabulary import Employment, choices


class Partner(models.Model):
    """A broker, bank or loan origination system that uses the API; sees only what it sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="partner",
        help_text="The service account whose tokens this partner sends. It needs no password.",
    )
    active = models.BooleanField(default=True, help_text="Switch off to refuse every request of this partner at once.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Borrower(models.Model):
    """A person who asks for a loan. Personal data: only agents of the PII class ever see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="borrowers")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    birth_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=2, blank=True, validators=[STATE], help_text="Two-letter state of residence.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("last_name", "first_name")
        constraints = [
            models.UniqueConstraint(
                "partner",
                Lower("email"),
                name="borrower_email_once_per_partner",
                condition=models.Q(partner__isnull=False) & ~models.Q(email=""),
            )
        ]
        indexes = [models.Index(fields=["last_name", "first_name"], name="borrower_name")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Applicant(models.Model):
    """One borrower's part in one application: the income, debts and score of that day."""

    application = models.ForeignKey("lending.LoanApplication", on_delete=models.CASCADE, related_name="applicants")
    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="applicants")
    position = models.PositiveSmallIntegerField(default=1, help_text="1 is the primary borrower.")
    employer = models.CharField(max_length=200, blank=True)
    employment = models.CharField(max_length=20, blank=True, choices=choices(Employment))
    years_employed = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True, validators=between(0, 99)
    )
    monthly_income = dollars(help_text="Gross qualifying income, dollars a month.")
    monthly_debts = dollars(
        help_text="Stated total of monthly obligations without housing; itemised liabilities replace it."
    )
    credit_score = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=between(300, 850), help_text="Decision score, 300 to 850."
    )

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="applicant_position_once"),
            models.UniqueConstraint(fields=["application", "borrower"], name="applicant_borrower_once"),
            models.CheckConstraint(name="applicant_position_from_one", condition=models.Q(position__gte=1)),
            models.CheckConstraint(
                name="applicant_credit_score_range",
                condition=models.Q(credit_score__isnull=True) | models.Q(credit_score__range=(300, 850)),
            ),
            one_of("applicant", "employment", choices(Employment), blank=True),
            *not_negative("applicant", "monthly_income", "monthly_debts", "years_employed"),
        ]

    def __str__(self) -> str:
        return f"Borrower {self.position}"
