"""As of a day: what was superseded by then is never found, whatever the history of a document."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from policies.corpus.ingest import ingest_document
from policies.models import PolicyDocument, PolicyVersion
from policies.search.citations import SearchQuery
from policies.search.retrieval import PolicySearch
from policies.selectors import admitted_versions
from tests.fakes import HashEmbedder
from tests.policies.pdf_bytes import good_pdf
from tests.policies.stored_texts import store

START = date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: START + timedelta(days))


@dataclass(frozen=True)
class Edition:
    """One ingestion: the day on which it happened and the day its text names, if any."""

    ingested: date
    effective: date | None


HISTORY = st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=5).map(
    lambda pairs: [Edition(*pair) for pair in sorted(pairs, key=lambda pair: pair[0])]
)


def expected(history: list[Edition], on: date) -> int | None:
    """Return the number of the edition that binds: of those begun, the last ingested. Worked out edition by edition."""
    binding = None
    for number, edition in enumerate(history, 1):
        begins = edition.effective or (edition.ingested if number > 1 else date.min)
        if number > 1 and edition.effective is None:  # it takes over when the one before has had its turn
            before = history[number - 2].effective
            begins = max(edition.ingested, before) if before else edition.ingested
        if begins <= on:
            binding = number
    return binding


class TestHistories(TestCase):
    """Any order of ingestion and of effective days."""

    @limits(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(HISTORY, DAYS)
    def test_only_the_edition_that_binds_on_the_day_is_found(self, history: list[Edition], on: date) -> None:
        for edition in history:
            store("manual.pdf", ["Gift letter."], effective=edition.effective, today=edition.ingested)
        found = [version.number for version in admitted_versions(on=on)]
        assert found == [number for number in [expected(history, on)] if number]
        passages = PolicySearch().search(SearchQuery("gift letter", on=on.isoformat())).passages
        assert [passage.version for passage in passages] == found


@pytest.mark.django_db
def test_a_version_that_begins_later_leaves_todays_search_to_the_one_before() -> None:
    today = timezone.localdate()
    old = store("manual.pdf", ["Gift letter."])
    new = store("manual.pdf", ["Gift letter, signed."], effective=today + timedelta(30))
    assert (old.document.versions.get(is_current=True), admitted_versions().get()) == (new, old)
    assert admitted_versions(on=today + timedelta(30)).get() == new


@pytest.mark.django_db
def test_ingestion_ends_the_old_version_when_the_new_one_begins(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.EMBEDDING_MODEL = tmp_path / "media", HashEmbedder.name
    later = timezone.localdate() + timedelta(30)
    for pages, keywords in ((1, "effective=2026-01-01; programs=fha"), (2, f"effective={later}")):
        (tmp_path / "manual.pdf").write_bytes(good_pdf(pages, keywords=keywords))
        ingest_document(tmp_path / "manual.pdf")
    new, old = PolicyVersion.objects.order_by("-number")
    assert (old.superseded_on, old.is_current, new.is_current) == (later, False, True)
    assert admitted_versions().get() == old
    assert new.programs == ["fha"]  # what the new file does not say goes on to hold
    assert PolicyDocument.objects.count() == 1
