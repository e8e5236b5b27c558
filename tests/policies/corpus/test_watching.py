"""Watched folders and S3 prefixes: taken in once, reported once, never fetched twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from audit.models import AuditEvent
from policies.corpus.watching import Poll, poll_sources
from policies.models import PolicyDocument, PolicyVersion, WatchedItem
from tests.fakes import HashEmbedder
from tests.policies.pdf_bytes import good_pdf

pytestmark = pytest.mark.django_db
BUCKET = "harborstone-policies"


@pytest.fixture(autouse=True)
def _own_place(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDING_MODEL = HashEmbedder.name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "watched"
    (place / "agency").mkdir(parents=True)
    (place / "manual.pdf").write_bytes(good_pdf(2))
    return place


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    server.stop()


def look(*addresses: Path | str, settled: float = 0, seconds: float = 60) -> Poll:
    return poll_sources([str(address) for address in addresses], settled_seconds=settled, seconds=seconds)


def told(verb: str) -> list[str]:
    return [event.details["error"] for event in AuditEvent.objects.filter(verb=verb).order_by("pk")]


def test_a_new_file_is_ingested_and_its_document_says_where_it_came_from(folder: Path) -> None:
    (folder / "notes.txt").write_text("no policy")
    (folder / ".half.pdf").write_bytes(b"")
    assert look(folder) == Poll(listed=1, stored=1)
    document = PolicyDocument.objects.get()
    assert (document.file_name, document.source) == ("manual.pdf", str(folder / "manual.pdf"))
    assert AuditEvent.objects.get(verb="policy.ingested").actor == "watched folder"


def test_what_has_not_changed_is_not_read_again(folder: Path) -> None:
    look(folder)
    PolicyVersion.objects.update(reader=1)  # reading it would now make a new version
    assert look(folder) == Poll(listed=1)


def test_changed_content_is_a_new_version_and_a_removed_file_changes_nothing(folder: Path) -> None:
    look(folder)
    (folder / "manual.pdf").write_bytes(good_pdf(3))
    assert look(folder).stored == 1
    (folder / "manual.pdf").unlink()
    assert look(folder) == Poll()
    assert PolicyVersion.objects.get(is_current=True).number == 2


def test_a_file_still_being_written_is_left_for_later(folder: Path) -> None:
    assert look(folder, settled=3600) == Poll()
    assert look(folder).stored == 1


def test_a_file_that_fails_is_told_once_until_it_changes(folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 cut")
    assert (look(folder).failed, look(folder).failed) == (1, 0)
    [error] = told("policy.not_ingested")
    assert "broken.pdf is damaged or cut short" in error
    assert WatchedItem.objects.get(address=str(folder / "broken.pdf")).error == error
    (folder / "broken.pdf").write_bytes(good_pdf(1))
    assert look(folder).stored == 1
    assert not WatchedItem.objects.exclude(error="").exists()


def test_of_two_files_of_one_name_the_first_stays_the_document(folder: Path) -> None:
    look(folder)
    (folder / "agency" / "manual.pdf").write_bytes(good_pdf(3))
    assert (look(folder).failed, look(folder).failed) == (1, 0)
    assert "same name" in told("policy.not_ingested")[0]
    assert PolicyVersion.objects.get().pages == 2
    (folder / "manual.pdf").unlink()
    (folder / "agency" / "manual.pdf").write_bytes(good_pdf(4))
    assert look(folder).stored == 1


def test_a_source_that_is_away_is_told_once_and_the_others_are_looked_through(folder: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert look(gone, folder) == Poll(listed=1, stored=1, unreachable=[str(gone)])
    look(gone, "ftp://somewhere")
    assert len(told("policy.source_unreachable")) == 2
    gone.mkdir()
    assert look(gone).unreachable == []
    gone.rmdir()
    look(gone)
    assert len(told("policy.source_unreachable")) == 3


def test_when_time_is_up_the_rest_is_left_for_the_next_look(folder: Path) -> None:
    assert look(folder, seconds=-1) == Poll(listed=1, is_finished=False)
    assert look(folder).stored == 1


def test_a_prefix_in_s3_is_looked_through_and_nothing_is_fetched_twice(bucket: Any) -> None:
    for key in ("policies/manual.pdf", "policies/agency/guide.PDF", "policies-old/old.pdf", "policies/notes.txt"):
        bucket.put_object(Bucket=BUCKET, Key=key, Body=good_pdf(len(key) % 3 + 1))
    address = f"s3://{BUCKET}/policies"
    assert look(address) == Poll(listed=2, stored=2)
    assert set(PolicyDocument.objects.values_list("source", flat=True)) == {
        f"s3://{BUCKET}/policies/manual.pdf",
        f"s3://{BUCKET}/policies/agency/guide.PDF",
    }
    PolicyVersion.objects.update(reader=1)  # fetching one would now make a new version
    assert look(address) == Poll(listed=2)
    bucket.put_object(Bucket=BUCKET, Key="policies/manual.pdf", Body=good_pdf(5))
    assert look(address).stored == 1
    bucket.delete_object(Bucket=BUCKET, Key="policies/manual.pdf")
    assert look(address) == Poll(listed=1)


def test_a_bucket_that_is_missing_and_a_store_that_is_down_are_told_once(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        assert look("s3://nowhere/policies").unreachable == ["s3://nowhere/policies"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    look(f"s3://{BUCKET}")
    missing, down = told("policy.source_unreachable")
    assert "(NoSuchBucket)" in missing
    assert "(EndpointConnectionError)" in down
