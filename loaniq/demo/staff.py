"""Sample staff, one account for each role. They exist only where the demo made them."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import Group, User
from django.db import transaction

from audit import log
from lending.models import Signatory


@dataclass(frozen=True, slots=True)
class SampleStaff:
    """One sample account and what its owner does all day."""

    username: str
    first_name: str
    last_name: str
    role: str
    task: str


STAFF = (
    SampleStaff("olivia", "Olivia", "Officer", "Loan officer", "opens applications, runs decisions, reads findings"),
    SampleStaff("rafael", "Rafael", "Reviewer", "Reviewer", "takes cases from the review queue, confirms or overrides"),
    SampleStaff("renata", "Renata", "Senior", "Reviewer", "countersigns: her limit is three million dollars"),
    SampleStaff("carmen", "Carmen", "Compliance", "Compliance officer", "resolves holds, checks the audit trail"),
    SampleStaff("peter", "Peter", "Policy", "Policy manager", "uploads and checks policy documents"),
    SampleStaff("anita", "Anita", "Auditor", "Auditor", "reads everything, changes nothing"),
    SampleStaff("admin", "Adam", "Admin", "Administrator", "manages accounts and partners"),
)


LIMITS = {"renata": Decimal(3_000_000)}


@transaction.atomic
def ensure_staff(password: str) -> None:
    """Create the sample accounts that are missing and give all of them the demo's password."""
    for person in STAFF:
        user, created = User.objects.get_or_create(
            username=person.username, defaults={"first_name": person.first_name, "last_name": person.last_name}
        )
        user.is_staff, user.is_superuser = True, person.role == "Administrator"
        user.set_password(password)
        user.save()
        if person.role != "Administrator":
            user.groups.set([Group.objects.get(name=person.role)])
        if person.username in LIMITS:
            Signatory.objects.get_or_create(user=user, defaults={"limit": LIMITS[person.username]})
        if created:
            log.record("staff.sample_created", subject=f"auth.user:{user.username}", actor="demo", role=person.role)
