"""F1, short form: every hostile kind ends ingested or in a named error, and leaves nothing behind where it failed."""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from pytest_django import Settings

from policies.corpus.ingest import Status, ingest_paths
from policies.models import PolicyChunk, PolicyDocument, PolicyVersion
from policies.reading.pdf_text import ReadingLimits
from tests.policies.hostile import Kind, kinds, mutated
from tests.policies.pdf_bytes import good_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
QUICK = ReadingLimits(seconds=5)
MUTATIONS = 25


@pytest.fixture(autouse=True)
def _own_place(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"


def every_kind() -> list[ParameterSet]:
    return [pytest.param(kind, id=kind.name) for kind in kinds()]


def left_over(media: Path) -> tuple[int, int, int, int]:
    """Return documents, versions, chunks and files."""
    files = sum(path.is_file() for path in media.rglob("*"))
    return PolicyDocument.objects.count(), PolicyVersion.objects.count(), PolicyChunk.objects.count(), files


@pytest.mark.parametrize("kind", every_kind())
def test_a_hostile_file_is_ingested_or_refused_by_name(kind: Kind, tmp_path: Path) -> None:
    file = tmp_path / "manual.pdf"
    file.write_bytes(kind.build())

    [result] = ingest_paths([file], limits=QUICK)

    refusals = tuple(ending.fault for ending in kind.endings if ending is not None)
    assert any(fault in result.error for fault in refusals) if result.error else None in kind.endings, result.error
    if result.status is Status.FAILED:
        assert left_over(tmp_path / "media") == (0, 0, 0, 0)
    else:
        assert left_over(tmp_path / "media")[:2] == (1, 1)


def test_there_are_more_kinds_than_sixty() -> None:
    assert len({kind.name for kind in kinds()}) >= 60


@pytest.mark.slow
def test_good_files_with_flipped_bytes_never_leave_half_a_document(tmp_path: Path) -> None:
    folder = tmp_path / "mutated"
    folder.mkdir()
    for seed in range(MUTATIONS):
        (folder / f"{seed:03}.pdf").write_bytes(mutated(seed))

    results = ingest_paths([folder], limits=QUICK)

    ingested = [result for result in results if result.status is Status.ADDED]
    assert len(results) == MUTATIONS
    assert all(result.error for result in results if result not in ingested)
    assert left_over(tmp_path / "media")[1] == len(ingested)


def test_the_good_files_beside_a_bad_one_still_go_in(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(good_pdf(1))
    (folder / "b.pdf").write_bytes(good_pdf(1)[:900])
    (folder / "c.pdf").write_bytes(good_pdf(2))

    assert [result.status for result in ingest_paths([folder])] == [Status.ADDED, Status.FAILED, Status.ADDED]
