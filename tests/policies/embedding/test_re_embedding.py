"""Another embedding model: the old vectors serve until the new ones are all there."""

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from audit.models import AuditEvent
from policies.corpus.ingest import ingest_document
from policies.embedding.embedders import Vectors
from policies.embedding.re_embedding import BATCH, drop_others, re_embed
from policies.embedding.spaces import current_space
from policies.exceptions import EmbedderError
from policies.models import EmbeddingSpace, PassageVector, PolicyChunk
from policies.search.citations import SearchQuery
from policies.search.retrieval import PolicySearch
from tests.fakes import HashEmbedder, OtherEmbedder
from tests.policies.pdf_bytes import good_pdf
from tests.policies.stored_texts import store

pytestmark = pytest.mark.django_db
GIFTS = "Gift funds need a signed letter."


class Tiring(OtherEmbedder):
    """Gives up after its first batch."""

    name = "python:tests.policies.embedding.test_re_embedding.Tiring"
    tired = False

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.tired and len(texts) > 1:
            raise EmbedderError("The model is gone.")
        type(self).tired = True
        return super().embed(texts)


@pytest.fixture(autouse=True)
def _other_model(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDING_MODEL = OtherEmbedder.name


def found() -> list[str]:
    return [passage.text for passage in PolicySearch().search(SearchQuery("signed gift letter")).passages]


def test_searches_compare_with_the_old_vectors_until_the_new_ones_are_complete() -> None:
    store("gifts.pdf", [GIFTS])
    assert (current_space() or EmbeddingSpace()).embedder == HashEmbedder.name
    assert found() == [GIFTS]
    result = re_embed(by="peter")
    assert (result.embedder, result.embedded, result.switched) == (OtherEmbedder.name, 1, True)
    assert (current_space() or EmbeddingSpace()).embedder == OtherEmbedder.name
    assert found() == [GIFTS]
    assert AuditEvent.objects.get(verb="policy.reembedded").details["before"] == HashEmbedder.name


def test_a_second_call_embeds_nothing() -> None:
    store("gifts.pdf", [GIFTS])
    re_embed(by="peter")
    again = re_embed(by="peter")
    assert (again.embedded, again.switched) == (0, False)


def test_an_interrupted_change_leaves_the_old_vectors_and_goes_on_where_it_stopped(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = Tiring.name
    store("long.pdf", [f"Rule {number}." for number in range(BATCH + 5)])
    with pytest.raises(EmbedderError):
        re_embed(by="peter")
    assert (current_space() or EmbeddingSpace()).embedder == HashEmbedder.name
    assert EmbeddingSpace.objects.get(embedder=Tiring.name).vectors.count() == BATCH
    Tiring.tired = False
    assert re_embed(by="peter").embedded == 5


def test_what_is_ingested_before_the_change_uses_the_model_that_serves(tmp_path: Path) -> None:
    store("gifts.pdf", [GIFTS])
    (tmp_path / "manual.pdf").write_bytes(good_pdf(2))
    ingest_document(tmp_path / "manual.pdf")
    assert set(PassageVector.objects.values_list("space__embedder", flat=True)) == {HashEmbedder.name}
    re_embed(by="peter")
    assert (current_space() or EmbeddingSpace()).vectors.count() == PolicyChunk.objects.count()


def test_the_old_vectors_stay_until_they_are_dropped() -> None:
    store("gifts.pdf", [GIFTS])
    re_embed(by="peter")
    assert PassageVector.objects.count() == 2
    assert drop_others() == 1
    assert PassageVector.objects.get().space.embedder == OtherEmbedder.name


def test_the_command_says_what_it_did() -> None:
    store("gifts.pdf", [GIFTS])
    out = StringIO()
    call_command("reembed_policies", "--drop-old", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told == {"embedder": OtherEmbedder.name, "embedded": 1, "switched": True, "dropped": 1}
