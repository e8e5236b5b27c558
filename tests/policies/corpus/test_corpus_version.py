"""The state of the corpus changes with anything that a search sees, and with nothing else."""

from collections.abc import Callable
from datetime import date

import pytest

from policies import selectors
from policies.models import EmbeddingSpace, PolicyChunk, PolicyVersion
from tests.policies.stored_texts import store

pytestmark = pytest.mark.django_db


def relabel(version: PolicyVersion) -> None:
    PolicyVersion.objects.filter(pk=version.pk).update(states=["CA"])


def date_it(version: PolicyVersion) -> None:
    PolicyVersion.objects.filter(pk=version.pk).update(effective_from=date(2026, 3, 1))


def supersede(version: PolicyVersion) -> None:
    PolicyVersion.objects.filter(pk=version.pk).update(is_current=False, superseded_on=date(2026, 3, 1))


def replace(version: PolicyVersion) -> None:
    store("guide.pdf", ["Reserves of six months."])


def add(version: PolicyVersion) -> None:
    store("other.pdf", ["Reserves of six months."])


def remove(version: PolicyVersion) -> None:
    version.delete()


def read_again(version: PolicyVersion) -> None:
    version.chunks.all().delete()
    PolicyChunk.objects.create(version=version, ordinal=0, page=1, text="Gift funds, read better.")


def switch_vectors(version: PolicyVersion) -> None:
    EmbeddingSpace.objects.update(is_current=False)
    EmbeddingSpace.objects.create(embedder="another", dimensions=384, is_current=True)


def test_an_empty_corpus_has_no_version() -> None:
    assert selectors.corpus_version() == ""


@pytest.mark.parametrize("change", [relabel, date_it, supersede, replace, add, remove, read_again, switch_vectors])
def test_it_changes_with(change: Callable[[PolicyVersion], None]) -> None:
    version = store("guide.pdf", ["Gift funds are acceptable."])
    store("kept.pdf", ["Residual income."])
    before = selectors.corpus_version()
    assert before == selectors.corpus_version()
    change(version)
    assert selectors.corpus_version() not in ("", before)


@pytest.mark.parametrize(
    ("change", "is_new"),
    [(relabel, False), (supersede, False), (switch_vectors, False), (add, True), (read_again, True)],
)
def test_the_texts_version_changes_with_the_words_alone(change: Callable[[PolicyVersion], None], is_new: bool) -> None:
    version = store("guide.pdf", ["Gift funds are acceptable."])
    before = selectors.texts_version()
    change(version)
    assert (selectors.texts_version() != before) is is_new
    assert selectors.texts_version()[1] == PolicyChunk.objects.count()


def test_filling_another_model_beside_the_current_one_changes_nothing() -> None:
    store("guide.pdf", ["Gift funds are acceptable."])
    before = selectors.corpus_version()
    EmbeddingSpace.objects.create(embedder="another", dimensions=384)
    assert selectors.corpus_version() == before
