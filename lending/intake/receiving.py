"""Taking in one whole application: the loan, its property, its borrowers with their debts and assets, or nothing."""

from typing import Any

from django.db import IntegrityError, transaction

from audit import log
from lending.exceptions import ApplicationAlreadyReceived, BorrowerAlreadyKnown
from lending.models import Applicant, Asset, Borrower, Liability, LoanApplication, Partner, Property

Fields = dict[str, Any]


@transaction.atomic
def receive_application(
    *, loan: Fields, home: Fields, applicants: list[Fields], assets: list[Fields], partner: Partner | None, actor: str
) -> LoanApplication:
    """Store one application from cleaned field values; amounts in dollars, rates in percent, terms in months.

    Each entry of ``applicants`` holds the fields of one borrower's part, primary first, and may hold ``liabilities``.
    Raises ``ApplicationAlreadyReceived`` when this sender used the external id before; nothing is stored then.
    """
    application = _new_application(loan, partner)
    Property.objects.create(application=application, **home)
    for position, entry in enumerate(applicants, start=1):
        debts = entry.get("liabilities", [])
        fields = {name: value for name, value in entry.items() if name != "liabilities"}
        applicant = Applicant.objects.create(application=application, position=position, **fields)
        Liability.objects.bulk_create(Liability(application=application, applicant=applicant, **debt) for debt in debts)
    Asset.objects.bulk_create(Asset(application=application, **asset) for asset in assets)
    log.record("application.received", subject=application.audit_subject, actor=actor, borrowers=len(applicants))
    return application


def _new_application(loan: Fields, partner: Partner | None) -> LoanApplication:
    try:
        with transaction.atomic():
            return LoanApplication.objects.create(partner=partner, **loan)
    except IntegrityError as error:
        if "application_external_id_once" in str(error):
            raise ApplicationAlreadyReceived(loan["external_id"]) from error
        raise


@transaction.atomic
def receive_borrower(*, partner: Partner, **fields: Any) -> Borrower:
    """Store a person whose loans a partner will send; raises ``BorrowerAlreadyKnown`` for a repeated e-mail address."""
    try:
        with transaction.atomic():
            borrower = Borrower.objects.create(partner=partner, **fields)
    except IntegrityError as error:
        if "borrower_email_once_per_partner" in str(error):
            raise BorrowerAlreadyKnown from error
        raise
    log.record("borrower.received", subject=f"lending.borrower:{borrower.pk}", actor=partner.name)
    return borrower
