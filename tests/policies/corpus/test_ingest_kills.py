"""Kill -9 in the middle of the work: nothing is seen by half, nothing is left lying, the next call finishes it.

The long form is ``benchmarks/ingest_kills.py``.
"""

import random
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from audit.models import AuditEvent
from policies.corpus.ingest import Status, ingest_paths
from policies.embedding.re_embedding import re_embed
from policies.embedding.spaces import current_space
from policies.models import EmbeddingSpace, PassageVector, PolicyChunk, PolicyVersion
from policies.search.citations import SearchQuery
from policies.search.retrieval import PolicySearch
from tests.fakes import HashEmbedder, OtherEmbedder
from tests.policies.killed_work import kill, start
from tests.policies.pdf_bytes import good_pdf
from tests.policies.stored_texts import store

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
INGEST = "ingest_paths([Path(sys.argv[3])])"
RE_EMBED = "re_embed(by='peter')"


@pytest.fixture(autouse=True)
def _own_place(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDING_MODEL = HashEmbedder.name


def test_a_killed_ingestion_is_there_whole_or_not_at_all(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "manuals"
    folder.mkdir()
    (folder / "whole.pdf").write_bytes(good_pdf(40))
    ingest_paths([folder])
    passages = PolicyChunk.objects.count()
    for edition in range(3):
        (folder / f"{edition}.pdf").write_bytes(good_pdf(40, keywords=f"edition={edition}"))
        process = start(INGEST, str(folder))
        time.sleep(random.uniform(0, 1.5))
        kill(process)
        for version in PolicyVersion.objects.all():
            assert version.chunks.count() == version.vectors.count() == passages
            assert (Path(settings.MEDIA_ROOT) / str(version.file)).is_file()
    assert {result.status for result in ingest_paths([folder])} <= {Status.ADDED, Status.UNCHANGED}
    (tmp_path / "last.pdf").write_bytes(good_pdf(1))
    ingest_paths([tmp_path / "last.pdf"])
    kept = {path.name for path in (Path(settings.MEDIA_ROOT) / "policies").iterdir()}
    assert kept == {Path(str(version.file)).name for version in PolicyVersion.objects.all()}
    assert PolicyVersion.objects.count() == AuditEvent.objects.filter(verb="policy.ingested").count() == 5


def test_after_a_killed_change_of_model_the_old_vectors_serve_until_it_is_finished(settings: Settings) -> None:
    count = 3_000
    store("rules.pdf", [f"Rule {number} is about gifts." for number in range(count)])
    settings.EMBEDDING_MODEL = OtherEmbedder.name
    process = start(RE_EMBED)
    while not (done := PassageVector.objects.filter(space__embedder=OtherEmbedder.name).count()):
        time.sleep(0.02)
    kill(process)
    assert 0 < done < count
    assert (current_space() or EmbeddingSpace()).embedder == HashEmbedder.name
    assert PolicySearch().search(SearchQuery("Rule 77 about gifts")).passages
    there = PassageVector.objects.filter(space__embedder=OtherEmbedder.name).count()
    result = re_embed(by="peter")
    assert (result.embedded, result.switched) == (count - there, True)
    assert PassageVector.objects.filter(space=current_space()).count() == count
