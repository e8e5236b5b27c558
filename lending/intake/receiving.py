"""Taking in one whole application: the loan, its property, its borrowers with their debts and assets, or nothing."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from audit import log
from lending.exceptions import ApplicationAlreadyReceived, BorrowerAlreadyKnown
from lending.intake.parsed import Fields
from lending.models import (
    Applicant,
    Asset,
    Borrower,
    Income,
    IntakeFile,
    Liability,
    LoanApplication,
    OwnedHome,
    Partner,
    Property,
)


@transaction.atomic
def receive_application(
    *,
    loan: Fields,
    home: Fields,
    applicants: Sequence[Fields],
    assets: Sequence[Fields],
    owned_homes: Sequence[Fields] = (),
    unowned_liabilities: Sequence[Fields] = (),
    intake_file: Fields | None = None,
    partner: Partner | None,
    actor: str,
) -> LoanApplication:
    """Store one application from cleaned field values; amounts in dollars, rates in percent, terms in months.

    Each entry of ``applicants`` holds the fields of one borrower's part, primary first, and may hold ``liabilities``
    and ``incomes``. A liability's ``owned_home`` is the place in ``owned_homes``, from 1, of the home it is on.
    Raises ``ApplicationAlreadyReceived`` when this sender used the external id before; nothing is stored then.
    """
    application = _new_application(loan, partner)
    Property.objects.create(application=application, **home)
    homes = OwnedHome.objects.bulk_create(OwnedHome(application=application, **each) for each in owned_homes)
    debts = [_debt(application, None, homes, each) for each in unowned_liabilities]
    for position, entry in enumerate(applicants, start=1):
        fields = {name: value for name, value in entry.items() if name not in ("liabilities", "incomes")}
        applicant = Applicant.objects.create(application=application, position=position, **fields)
        debts += [_debt(application, applicant, homes, each) for each in entry.get("liabilities", [])]
        Income.objects.bulk_create(Income(applicant=applicant, **income) for income in entry.get("incomes", []))
    Liability.objects.bulk_create(debts)
    Asset.objects.bulk_create(Asset(application=application, **asset) for asset in assets)
    if intake_file is not None:
        IntakeFile.objects.create(application=application, **intake_file)
    log.record("application.received", subject=application.audit_subject, actor=actor, borrowers=len(applicants))
    return application


def _debt(
    application: LoanApplication, applicant: Applicant | None, homes: Sequence[OwnedHome], fields: Fields
) -> Liability:
    place = fields.get("owned_home")
    on_home = fields | {"owned_home": homes[place - 1] if place else None}
    return Liability(application=application, applicant=applicant, **on_home)


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
