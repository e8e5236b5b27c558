"""Nobody saves over somebody's newer change without having been told."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from lending.models import Signatory
from tests import builders
from tests.lending.form_pages import opened

pytestmark = pytest.mark.django_db


def test_the_second_save_is_refused_names_the_first_and_keeps_what_was_typed() -> None:
    application = builders.ada()
    one, address, first = opened(application, builders.officer())
    two, _, second = opened(application, builders.officer("oscar"))
    assert one.post(address, first | {"household_size": 4}).status_code == 302
    answer = two.post(address, second | {"household_size": 5, "note_rate": "6.5"})
    html = answer.content.decode()
    assert "olivia at" in html
    assert "household_size" in html
    assert 'value="6.5"' in html
    application.refresh_from_db()
    assert application.household_size == 4
    again = second | {"_read_as": answer.context["read_as"], "household_size": 5}
    assert two.post(address, again).status_code == 302


def test_a_change_in_a_tab_counts_too() -> None:
    application = builders.ada()
    client, address, data = opened(application, builders.officer())
    application.subject_property.appraised_value = 390000
    application.subject_property.save()
    assert "changed after you opened it" in client.post(address, data | {"household_size": 4}).content.decode()


def test_a_form_without_its_mark_saves_nothing() -> None:
    application = builders.ada()
    client, address, data = opened(application, builders.officer())
    del data["_read_as"]
    assert client.post(address, data | {"household_size": 4}).status_code == 200
    application.refresh_from_db()
    assert application.household_size is None


@pytest.mark.parametrize("field", ["first_name", "email"])
def test_a_borrower_is_guarded_and_audited_by_field_name(field: str) -> None:
    borrower = builders.ada().applicants.get().borrower
    client, address = Client(), reverse("admin:lending_borrower_change", args=[borrower.pk])
    client.force_login(builders.officer())
    context = client.get(address).context
    data = {name: value or "" for name, value in context["adminform"].form.initial.items()}
    data |= {"_read_as": context["read_as"], field: "new@example.org"}
    assert client.post(address, data).status_code == 302
    event = AuditEvent.objects.get(verb="borrower.changed")
    assert event.details["fields"] == [field]
    assert "example" not in str(event.details)


def test_nobody_sets_their_own_limit_and_every_limit_is_audited() -> None:
    root, rafael, client = User.objects.create_superuser("root"), builders.reviewer(), Client()
    client.force_login(root)
    add = reverse("admin:lending_signatory_add")
    assert client.post(add, {"user": root.pk, "limit": "5000000"}).status_code == 200
    assert client.post(add, {"user": rafael.pk, "limit": "5000000"}).status_code == 302
    assert AuditEvent.objects.get(verb="signatory.added").actor == "root"
    own = Signatory.objects.create(user=root, limit=1)
    client.post(reverse("admin:lending_signatory_change", args=[own.pk]), {"user": root.pk, "limit": "9000000"})
    own.refresh_from_db()
    assert own.limit == 1
