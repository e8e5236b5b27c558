"""Borrowers' papers: taken in by what they are, read only as a download, set aside but never deleted."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from audit.models import AuditEvent
from lending import document_store, services
from lending.condition_exceptions import (
    DocumentAlreadyThere,
    DocumentDamaged,
    DocumentReasonMissing,
    DocumentRefused,
    DocumentSetAside,
)
from lending.models import BorrowerDocument, Condition, LoanApplication
from lending.services.documents import safe_name
from tests import builders

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40 + b"\xff\xd9"


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def brought(application: LoanApplication | None = None, by: User | None = None, **changes: Any) -> BorrowerDocument:
    plain: dict[str, Any] = {"content": PDF, "file_name": "w2.pdf", "kind": "tax_form"}
    return services.add_document(
        application=application or builders.ada(), by=by or builders.officer(), **plain | changes
    )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (PDF[:-8], ""),
        (b"<html><script>alert(1)</script>%PDF-1.7 %%EOF", ""),
        (b"GIF89a" + b"0" * 20, ""),
        (b"MZ\x90", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, media_type: str) -> None:
    assert document_store.media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("w2.pdf", "w2.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\papers\\stub 1.exe", "stub 1.pdf"),
        ('a"\r\nX: y.html', "a_X_ y.pdf"),
        ("...", "document.pdf"),
        ("x" * 400, f"{'x' * 120}.pdf"),
    ],
)
def test_a_name_is_kept_only_as_far_as_it_is_harmless(name: str, kept: str) -> None:
    assert safe_name(name, "application/pdf") == kept


def test_a_paper_is_kept_under_its_hash_and_its_name_stays_out_of_the_trail() -> None:
    document = brought(file_name="Whitfield W2.pdf")
    assert document_store.place_of(document.sha256).read_bytes() == PDF
    event = AuditEvent.objects.get(verb="document.received")
    assert (event.details["sha256"], event.details["bytes"]) == (document.sha256, len(PDF))
    assert "Whitfield" not in str(event.details)


def test_what_is_empty_too_large_or_something_else_is_refused(settings: Settings) -> None:
    application, user = builders.ada(), builders.officer()
    settings.DOCUMENT_MEGABYTES = 1
    for content, why in ((b"", "empty"), (PDF + b"0" * 2**20, "1 fit"), (b"<html>", "whole PDF, JPEG or PNG")):
        with pytest.raises(DocumentRefused, match=why):
            brought(application, user, content=content)
    assert not BorrowerDocument.objects.exists()


def test_a_paper_for_an_open_condition_marks_it_received_in_the_same_breath() -> None:
    application, user = builders.ada(), builders.officer()
    builders.decided(application, builders.approved_conclusion())
    condition = Condition.objects.get()
    document = brought(application, user, condition=condition)
    condition.refresh_from_db()
    assert (condition.status, condition.received_by) == ("received", user)
    assert condition.steps.get().document == document


def test_the_same_file_is_taken_once_for_one_thing_and_again_after_it_was_set_aside() -> None:
    application, user = builders.ada(), builders.officer()
    first = brought(application, user)
    with pytest.raises(DocumentAlreadyThere, match="in the application already"):
        brought(application, user)
    services.set_aside_document(document=first, by=user, reason="Not readable.")
    assert brought(application, user).sha256 == first.sha256


def test_another_applications_condition_is_refused() -> None:
    builders.decided(builders.ada(), builders.approved_conclusion())
    with pytest.raises(DocumentRefused, match="another application"):
        brought(builders.ben(), condition=Condition.objects.get())


def test_a_paper_is_set_aside_once_with_a_reason_and_never_deleted() -> None:
    user = builders.officer()
    document = brought(by=user)
    with pytest.raises(DocumentReasonMissing):
        services.set_aside_document(document=document, by=user, reason=" ")
    services.set_aside_document(document=document, by=user, reason="Belongs to another file.")
    with pytest.raises(DocumentSetAside, match="olivia"):
        services.set_aside_document(document=document, by=user, reason="Once more.")
    for change in (
        lambda: BorrowerDocument.objects.all().delete(),
        lambda: BorrowerDocument.objects.update(sha256="a" * 64),
        lambda: BorrowerDocument.objects.update(set_aside_reason="Other."),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_download_is_only_ever_saved_and_is_noted() -> None:
    document, reviewer = brought(content=PNG, file_name="stub.html"), builders.reviewer()
    answer = signed_in(reviewer).get(reverse("admin:lending_borrowerdocument_file", args=[document.pk]))
    assert answer.content == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="stub.png"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert AuditEvent.objects.get(verb="document.read").actor == "rafael"


def test_a_damaged_file_is_not_handed_out() -> None:
    document, user = brought(), builders.reviewer()
    document_store.place_of(document.sha256).write_bytes(b"%PDF-1.7 other %%EOF")
    with pytest.raises(DocumentDamaged, match="is not the one that was received"):
        services.read_document(document=document, by=user)
    document_store.place_of(document.sha256).unlink()
    with pytest.raises(DocumentDamaged, match="cannot be read"):
        services.read_document(document=document, by=user)
    assert not AuditEvent.objects.filter(verb="document.read").exists()


def test_an_officer_uploads_on_the_pages_and_hears_what_is_refused() -> None:
    application, client = builders.ada(), signed_in(builders.officer())
    builders.decided(application, builders.approved_conclusion())
    address = reverse("admin:lending_loanapplication_documents", args=[application.pk])
    page = client.post(address, {"file": SimpleUploadedFile("a.pdf", b"<html>"), "kind": "other"}, follow=True)
    assert "not those of a whole PDF, JPEG or PNG" in page.content.decode()
    page = client.post(address, {"file": SimpleUploadedFile("a.pdf", PDF), "kind": "pay_stub"}, follow=True)
    assert "Pay stub taken in." in page.content.decode()
    condition = Condition.objects.get()
    own = reverse("admin:lending_condition_change", args=[condition.pk])
    page = client.post(own, {"upload": "1", "file": SimpleUploadedFile("b.pdf", PDF), "kind": "letter"}, follow=True)
    assert "Letter taken in." in page.content.decode()
    condition.refresh_from_db()
    assert condition.status == "received"


def test_only_those_whose_role_includes_it_upload_read_or_set_aside() -> None:
    document = brought()
    upload = reverse("admin:lending_loanapplication_documents", args=[document.application_id])
    file = reverse("admin:lending_borrowerdocument_file", args=[document.pk])
    page = reverse("admin:lending_borrowerdocument_change", args=[document.pk])
    assert signed_in(builders.reviewer()).post(upload, {}).status_code == 403
    assert signed_in(builders.staff("peter", "Policy manager")).get(file).status_code == 403
    auditor = signed_in(builders.staff("anita", "Auditor"))
    assert auditor.get(page).status_code == 200
    assert auditor.post(page, {"reason": "Mine."}).status_code == 403
    assert Client().get(file).status_code == 302
    assert signed_in(User.objects.get(username="olivia")).get(upload).status_code == 405
