"""The pages of a version: its labels put right by those who may, and what it changed against another."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from policies.models import PolicyVersion
from tests.builders import staff
from tests.policies.stored_texts import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def peter() -> Client:
    client = Client()
    client.force_login(staff("peter", "Policy manager"))
    return client


def address(name: str, version: PolicyVersion) -> str:
    return reverse(f"admin:policies_policyversion_{name}", args=[version.pk])


def typed(version: PolicyVersion, **changes: Any) -> dict[str, Any]:
    labels = {"title": version.document.title, "issuer": "", "tier": "", "edition": "", "programs": ["ALL"]}
    return {**labels, "states": "ALL", "effective_from": "", "superseded_on": "", **changes}


def test_a_manager_corrects_the_labels_and_the_trail_keeps_both(peter: Client) -> None:
    version = store("manual.pdf", ["Two months of reserves."])
    labels = typed(version, programs=["fha", "va"], states="oh, pa", tier="agency guide", effective_from="2026-02-01")
    response = peter.post(address("labels", version), labels, follow=True)
    assert "are corrected" in response.content.decode()
    version.refresh_from_db()
    assert (version.programs, version.states, version.effective_from) == (["fha", "va"], ["OH", "PA"], date(2026, 2, 1))
    assert version.document.tier == "agency guide"
    event = AuditEvent.objects.get(verb="policy.relabelled")
    assert (event.actor, event.details["before"]["programs"], event.details["after"]["states"]) == (
        "peter",
        ["ALL"],
        ["OH", "PA"],
    )


def test_the_form_starts_from_what_the_version_says(peter: Client) -> None:
    version = store("manual.pdf", ["Two months."], programs=["fha"], states=["OH"], effective=date(2026, 1, 1))
    html = peter.get(address("labels", version)).content.decode()
    assert 'value="OH"' in html
    assert 'value="2026-01-01"' in html
    peter.post(address("labels", version), typed(version, programs=["fha"], states="OH", effective_from="2026-01-01"))
    assert not AuditEvent.objects.filter(verb="policy.relabelled").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "This field is required"),
        ({"programs": []}, "This field is required"),
        ({"programs": ["barter"]}, "not one of the available choices"),
        ({"programs": ["ALL", "fha"]}, "or ALL alone"),
        ({"states": "OH, ZZ"}, "&#x27;ZZ&#x27; is not a state"),
        ({"effective_from": "soon"}, "Not a day"),
        ({"effective_from": "2026-05-01", "superseded_on": "2026-04-01"}, "before it is in force"),
    ],
)
def test_labels_that_make_no_sense_are_explained_and_not_kept(
    peter: Client, changes: dict[str, Any], sentence: str
) -> None:
    version = store("manual.pdf", ["Two months of reserves."])
    assert sentence in peter.post(address("labels", version), typed(version, **changes)).content.decode()
    version.refresh_from_db()
    assert (version.programs, version.states, version.effective_from) == (["ALL"], ["ALL"], None)


def test_only_policy_managers_see_and_use_the_form() -> None:
    version = store("manual.pdf", ["Two months of reserves."])
    auditor = Client()
    auditor.force_login(staff("anita", "Auditor"))
    assert auditor.get(address("labels", version)).status_code == 403
    assert auditor.post(address("labels", version), typed(version, title="Mine")).status_code == 403
    assert address("labels", version) not in auditor.get(address("change", version)).content.decode()


def test_what_a_version_changed_is_marked_in_words(peter: Client) -> None:
    old = store("manual.pdf", ["Two months of reserves.", "Income is verified."])
    new = store("manual.pdf", ["Four months of reserves.", "Income is verified.", "A <new> rule."])
    assert f"{address('compare', new)}" in peter.get(address("change", new)).content.decode()
    html = peter.get(address("compare", new)).content.decode()
    assert "<del>Two</del> months of reserves." in html
    assert "<ins>Four</ins> months of reserves." in html
    assert "A &lt;new&gt; rule." in html
    assert "Income is verified" not in html
    assert "1 added, 0 removed, 1 changed" in html
    assert "first version" in peter.get(address("compare", old)).content.decode()


def test_any_two_versions_can_be_compared(peter: Client) -> None:
    store("manual.pdf", ["Two months."])
    store("manual.pdf", ["Three months."])
    newest = store("manual.pdf", ["Two months."])
    assert "<ins>Two</ins>" in peter.get(address("compare", newest)).content.decode()
    assert "word for word" in peter.get(address("compare", newest), {"with": "1"}).content.decode()
    assert "<ins>Two</ins>" in peter.get(address("compare", newest), {"with": "nonsense"}).content.decode()
