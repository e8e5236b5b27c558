"""An application's page as a browser holds it: what it would send back."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from lending.models import LoanApplication


def opened(application: LoanApplication, person: User | Client) -> tuple[Client, str, dict[str, Any]]:
    """Open the form as a person, or anew where one is signed in; return client, address, and what is sent back."""
    client, address = Client(), reverse("admin:lending_loanapplication_change", args=[application.pk])
    if isinstance(person, Client):
        client = person
    else:
        client.force_login(person)
    context = client.get(address).context
    data = {name: "" if value is None else value for name, value in context["adminform"].form.initial.items()}
    for each in context["inline_admin_formsets"]:
        data |= {f"{each.formset.prefix}-{key}": 0 for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return client, address, data | {"_read_as": context["read_as"]}
