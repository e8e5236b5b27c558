"""Rulebook versions in the workspace: read, filtered, compared, drafted, checked and published by those who may."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policies.models import ImpactReport, RulebookVersion
from policies.rulebook.rules import hash_of
from policies.rulebook.shipping import shipped_texts
from policies.rulebook.versions import encoded
from tests import builders
from tests.policies.rulebooks import draft, lowered, manager, published, reported, shipped

pytestmark = pytest.mark.django_db
LIST = "admin:policies_rulebookversion_changelist"
ADD = "admin:policies_rulebookversion_add"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(version: RulebookVersion, page: str = "change") -> str:
    return reverse(f"admin:policies_rulebookversion_{page}", args=[version.pk])


def html(client: Client, where: str, **asked: str) -> str:
    return client.get(where, asked).content.decode()


def typed(texts: dict[str, str] | None = None) -> dict[str, Any]:
    """Return a draft as a browser sends it, with its own line ends."""
    sent = {name: text.replace("\n", "\r\n") for name, text in (texts or lowered()).items()}
    return {"note": "Overlay lowered.", **sent}


def test_the_list_says_what_is_in_force_and_what_waits(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    published(draft())
    draft(lowered("41.00"))
    client = signed_in(manager())
    client.get(reverse(LIST))
    with django_assert_max_num_queries(8):
        page = html(client, reverse(LIST))
    assert [word in page for word in ("Rulebook 3", "Draft", "In force", "Superseded")] == [True] * 4


def test_rules_are_shown_in_words_and_filtered_by_layer_and_program() -> None:
    client = signed_in(manager())
    where = address(shipped())
    page = html(client, where)
    assert "Maximum back-end DTI, lender overlay" in page
    assert "45.00 percent" in page
    assert "Conventional Lending Manual 4.2" in page
    filtered = html(client, where, layer="overlay", program="jumbo")
    assert "Maximum back-end DTI of a jumbo loan" in filtered
    assert "Maximum back-end DTI, agency" not in filtered


def test_a_draft_typed_into_the_page_is_stored_and_compared() -> None:
    shipped()
    client = signed_in(manager())
    answer = client.post(reverse(ADD), typed())
    version = RulebookVersion.objects.get(status="draft")
    assert answer.url == address(version)  # type: ignore[attr-defined]
    assert (version.texts, version.drafted_by_name, version.note) == (lowered(), "peter", "Overlay lowered.")
    page = html(client, address(version))
    assert "1 rule or rate" in page
    assert "conventional_back_end_dti_overlay" in page


def test_an_uploaded_file_takes_the_place_of_its_text() -> None:
    shipped()
    file = SimpleUploadedFile("underwriting.toml", lowered()["underwriting.toml"].encode())
    signed_in(manager()).post(reverse(ADD), {**typed(shipped_texts()), "upload": file})
    assert RulebookVersion.objects.get(status="draft").texts == lowered()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("other.toml", b"x", "other.toml is no file of the rulebook"),
        ("rates.toml", b"\xff\xfe", "rates.toml is not UTF-8 text"),
        ("rates.toml", b"[x", "rates.toml: is not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_beside_the_field(name: str, content: bytes, said: str) -> None:
    shipped()
    file = SimpleUploadedFile(name, content)
    page = signed_in(manager()).post(reverse(ADD), {**typed(), "upload": file}).content.decode()
    assert said in page
    assert not RulebookVersion.objects.filter(is_shipped=False).exists()


def test_what_the_strict_reader_refuses_stands_at_its_file_and_nothing_is_stored() -> None:
    shipped()
    wrong = {**lowered(), "underwriting.toml": lowered()["underwriting.toml"].replace("severity", "sevrity", 1)}
    answer = signed_in(manager()).post(reverse(ADD), typed(wrong))
    assert answer.context["form"].errors.keys() == {"underwriting.toml"}
    assert "unknown key &#x27;sevrity&#x27;" in answer.content.decode()
    assert "sevrity" in answer.context["form"]["underwriting.toml"].value()
    assert not RulebookVersion.objects.filter(is_shipped=False).exists()


def test_unchanged_texts_are_no_draft() -> None:
    shipped()
    page = signed_in(manager()).post(reverse(ADD), typed(shipped_texts())).content.decode()
    assert "The texts are those of Rulebook 1" in page


def test_checking_and_publishing_on_the_pages_takes_two_people() -> None:
    version, peter, paula = draft(), signed_in(manager()), signed_in(manager("paula"))
    today = timezone.localdate()
    peter.post(address(version), {"check": "1", "day": f"{today:%m/%d/%Y}"})
    report = ImpactReport.objects.get()
    assert "The report is queued" in html(peter, address(version))
    flip = {"application": "APP-1", "before": "APPROVED", "after": "DECLINED", "rules": []}
    result = {"applications": 1, "flips": [flip], "outcomes": [], "rules": [], "confidence_changed": 0}
    ImpactReport.objects.update(status="done", finished_at=timezone.now(), result=result)
    assert "a colleague publishes it" in html(peter, address(version))
    asked = html(paula, address(version, "publish"))
    assert "APP-1" in asked
    assert "I have read the report" in asked
    refused = peter.post(address(version, "publish"), {"report": report.pk}, follow=True).content.decode()
    assert "is your own draft" in refused
    done = paula.post(address(version, "publish"), {"report": report.pk}, follow=True).content.decode()
    assert "is published, in force from" in done
    version.refresh_from_db()
    assert (version.status, version.published_by_name, version.effective_from) == ("published", "paula", today)


def test_a_check_that_fails_says_why_and_keeps_the_draft() -> None:
    version = draft()
    page = signed_in(manager()).post(address(version), {"check": "1", "day": "2020-01-01"}).content.decode()
    assert "2020-01-01 has passed" in page
    version.refresh_from_db()
    assert version.status == "draft"


def test_another_report_can_be_asked_for_a_checked_version() -> None:
    version = draft()
    reported(version)
    signed_in(manager()).post(address(version), {"impact": "1", "day": f"{timezone.localdate():%Y-%m-%d}"})
    assert version.impact_reports.count() == 2


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        (builders.officer, {"view"}),
        (builders.reviewer, {"view"}),
        (builders.compliance_officer, {"view", "publish"}),
        (manager, {"view", "add", "check", "publish"}),
    ],
)
def test_each_role_may_do_its_part(person: Any, allowed: set[str]) -> None:
    version = draft(by=manager("drafter"))
    reported(version)
    client = signed_in(person())
    day = {"impact": "1", "day": f"{timezone.localdate():%Y-%m-%d}"}
    answers = {
        "view": client.get(address(version)).status_code,
        "add": client.get(reverse(ADD)).status_code,
        "check": client.post(address(version), day).status_code,
        "publish": client.get(address(version, "publish")).status_code,
    }
    assert {step for step, status in answers.items() if status in (200, 302)} == allowed
    assert all(status == 403 for step, status in answers.items() if step not in allowed)


def test_the_page_of_a_run_names_its_rulebook() -> None:
    version = shipped()
    conclusion = builders.approved_conclusion(rulebook_version=version.version)
    decision = builders.decided(builders.ada(), conclusion)
    page = html(signed_in(builders.officer()), reverse("admin:lending_decisionrun_change", args=[decision.run_id]))
    assert f'<a class="iq-link" href="{address(version)}">Rulebook 1</a>' in page
    assert version.version in page


def test_a_version_that_a_newer_program_cannot_read_still_has_its_page() -> None:
    texts = {**shipped_texts(), "rates.toml": "[old_words]"}
    version = RulebookVersion.objects.create(
        number=shipped().number + 1,
        texts=texts,
        content_hash=hash_of(encoded(texts)),
        note="Of an older program.",
        drafted_by_name="x",
    )
    assert "It cannot be read" in html(signed_in(manager()), address(version))
