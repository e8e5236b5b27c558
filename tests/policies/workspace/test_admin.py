"""Policies in the workspace: lists with their counts, and a PDF sent in through the browser."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from audit.models import AuditEvent
from policies.models import PolicyChunk, PolicyDocument, PolicyVersion, SanctionsEntry, SanctionsList
from tests.builders import staff
from tests.policies.pdf_bytes import good_pdf

pytestmark = pytest.mark.django_db
UPLOAD = "admin:policies_policydocument_add"
LIST = "admin:policies_policydocument_changelist"


@pytest.fixture(autouse=True)
def _own_place(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"


@pytest.fixture
def manager() -> Client:
    return signed_in(staff("peter", "Policy manager"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pdf(name: str = "manual.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, good_pdf(2) if content is None else content, content_type="application/pdf")


def document(name: str, chunks: int = 3) -> PolicyDocument:
    made = PolicyDocument.objects.create(file_name=f"{name}.pdf", title=name)
    version = PolicyVersion.objects.create(document=made, number=1, content_hash=name, pages=7, reader=1)
    for ordinal in range(chunks):
        PolicyChunk.objects.create(version=version, ordinal=ordinal, page=1, text=f"Rule {ordinal}")
    return made


def test_an_uploaded_pdf_becomes_a_document_in_the_managers_name(manager: Client) -> None:
    response = manager.post(reverse(UPLOAD), {"file": pdf()}, follow=True)
    version = PolicyVersion.objects.get()
    assert (version.document.file_name, version.ingested_by, version.pages) == ("manual.pdf", "peter", 2)
    assert "manual.pdf: added (2 pages" in response.content.decode()
    assert AuditEvent.objects.get(verb="policy.ingested").actor == "peter"


def test_the_same_name_becomes_a_new_version_and_the_same_bytes_change_nothing(manager: Client) -> None:
    manager.post(reverse(UPLOAD), {"file": pdf()})
    assert "unchanged" in manager.post(reverse(UPLOAD), {"file": pdf()}, follow=True).content.decode()
    assert "replaced" in manager.post(reverse(UPLOAD), {"file": pdf(content=good_pdf(3))}, follow=True).content.decode()
    assert PolicyDocument.objects.get().versions.count() == 2


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (pdf("notes.txt", b"hello"), "notes.txt is not a PDF"),
        (pdf("half.pdf", b"%PDF-1.7 cut"), "half.pdf is damaged or cut short"),
        (pdf("empty.pdf", b""), "The submitted file is empty."),
    ],
)
def test_a_file_that_cannot_be_read_is_explained_on_the_form(
    manager: Client, file: SimpleUploadedFile, sentence: str
) -> None:
    file.seek(0)
    response = manager.post(reverse(UPLOAD), {"file": file})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not PolicyDocument.objects.exists()


def test_a_name_that_climbs_out_of_its_folder_stays_inside(manager: Client) -> None:
    manager.post(reverse(UPLOAD), {"file": pdf("../../climber.pdf")})
    assert PolicyDocument.objects.get().file_name == "climber.pdf"


@pytest.mark.parametrize("role", ["Loan officer", "Auditor"])
def test_only_a_policy_manager_uploads(role: str) -> None:
    client = signed_in(staff("somebody", role))
    assert client.get(reverse(LIST)).status_code == 200
    assert client.get(reverse(UPLOAD)).status_code == 403
    assert client.post(reverse(UPLOAD), {"file": pdf()}).status_code == 403


@pytest.mark.parametrize("rows", [2, 12])
def test_the_list_counts_passages_of_the_current_version_without_a_query_per_row(
    manager: Client, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        document(f"Manual {number}")
    with django_assert_max_num_queries(9):
        html = manager.get(reverse(LIST)).content.decode()
    assert html.count('<span class="iq-figure">3</span>') == rows


def test_passages_show_page_section_and_text_and_cannot_be_changed(manager: Client) -> None:
    chunk = PolicyChunk.objects.filter(version__document=document("Manual")).first()
    assert chunk is not None
    address = reverse("admin:policies_policychunk_change", args=[chunk.pk])
    assert "Rule 0" in manager.get(address, follow=True).content.decode()
    assert manager.post(address, {"text": "Anything goes"}).status_code == 403
    listed = manager.get(
        reverse("admin:policies_policychunk_changelist"), {"version__id__exact": str(chunk.version_id)}
    )
    assert listed.content.decode().count("Rule ") == 3


@pytest.mark.parametrize("rows", [2, 40])
@pytest.mark.parametrize("model", ["policyversion", "policychunk"])
def test_versions_and_passages_are_listed_without_a_query_per_row(
    manager: Client, model: str, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        document(f"Manual {number}", chunks=1)
    with django_assert_max_num_queries(9):
        html = manager.get(reverse(f"admin:policies_{model}_changelist")).content.decode()
    assert html.count("(version 1)") + html.count("field-number") >= rows


def test_a_document_page_lists_its_versions(manager: Client) -> None:
    made = document("Manual")
    html = manager.get(reverse("admin:policies_policydocument_change", args=[made.pk])).content.decode()
    assert reverse("admin:policies_policyversion_change", args=[made.versions.get().pk]) in html


def test_sanctions_lists_are_read_only() -> None:
    listed = SanctionsList.objects.create(source="Sample", content_hash="x")
    entry = SanctionsEntry.objects.create(sanctions_list=listed, number="1", kind="individual", name="A PARTY")
    root = signed_in(User.objects.create_superuser("root"))
    for model, row in (("sanctionslist", listed), ("sanctionsentry", entry)):
        address = reverse(f"admin:policies_{model}_change", args=[row.pk])
        assert root.get(address).status_code == 200
        assert root.post(address, {"name": "Nobody"}).status_code == 403
        assert root.get(reverse(f"admin:policies_{model}_add")).status_code == 403
        assert root.post(reverse(f"admin:policies_{model}_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("policies_policydocument", "run ingest_policies"),
        ("policies_watcheditem", "POLICY_SOURCES"),
        ("policies_policychunk", "Load one under Documents"),
    ],
)
def test_an_empty_list_says_what_fills_it(manager: Client, address: str, said: str) -> None:
    page = reverse(f"admin:{address}_changelist")
    assert said in manager.get(page).content.decode()
    searched = manager.get(page, {"q": "nothing"}).content.decode()
    assert "Nothing fits the search" in searched
    assert said not in searched
