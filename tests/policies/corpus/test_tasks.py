"""What the queue does for the policies by itself."""

from pathlib import Path

import pytest
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler
from django_q.signing import SignedPackage
from pytest_django import Settings

from audit.models import AuditEvent
from policies.embedding.spaces import current_space
from policies.models import PolicyVersion
from policies.scheduling import keep_schedule
from policies.tasks import look_after_policies
from tests.fakes import HashEmbedder, OtherEmbedder
from tests.policies.pdf_bytes import good_pdf
from tests.policies.stored_texts import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_place(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDING_MODEL = HashEmbedder.name
    settings.POLICY_SETTLED_SECONDS = 0
    settings.POLICY_SOURCES = []


def test_migrating_leaves_one_standing_order_in_the_queue(settings: Settings) -> None:
    settings.POLICY_POLL_MINUTES = 7
    for _ in range(2):
        keep_schedule()
    schedule = Schedule.objects.get()
    assert (schedule.schedule_type, schedule.minutes, schedule.repeats) == (Schedule.MINUTES, 7, -1)
    migrate = Path("loaniq/management/commands/migrate.py").read_text()
    assert "keep_schedule()" in migrate


@pytest.mark.django_db(transaction=True)
def test_the_queue_hands_the_task_to_a_worker_with_its_own_time_limit() -> None:
    keep_schedule()
    scheduler()
    task = SignedPackage.loads(OrmQ.objects.get().payload)
    assert task["func"] == f"{look_after_policies.__module__}.{look_after_policies.__name__}"
    assert (task["args"], task["kwargs"], task["timeout"]) == ((), {}, 1_800)


def test_the_task_ingests_what_lies_in_a_watched_folder(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "manual.pdf").write_bytes(good_pdf(1))
    settings.POLICY_SOURCES = [str(tmp_path)]
    assert look_after_policies() == "1 files listed, 1 ingested, 0 failed."
    assert PolicyVersion.objects.get().ingested_by == "watched folder"


def test_the_task_moves_to_a_newly_configured_model(settings: Settings) -> None:
    store("gifts.pdf", ["Gift funds need a letter."])
    assert look_after_policies() == "No folder is watched."
    settings.EMBEDDING_MODEL = OtherEmbedder.name
    assert look_after_policies().endswith(f"1 passages embedded for {OtherEmbedder.name}, which now serves.")
    assert (space := current_space()) is not None
    assert space.embedder == OtherEmbedder.name


def test_a_model_that_cannot_be_used_is_told_once(settings: Settings) -> None:
    store("gifts.pdf", ["Gift funds need a letter."])
    settings.EMBEDDING_MODEL = "python:nowhere.Model"
    for _ in range(2):
        assert "names nothing that can be imported" in look_after_policies()
    assert AuditEvent.objects.filter(verb="policy.embedder_unusable").count() == 1


def test_a_large_corpus_has_its_word_index_before_somebody_searches(settings: Settings, tmp_path: Path) -> None:
    settings.LOANIQ_HOME, settings.SPARSE_MEMORY_CHUNKS = tmp_path, 1
    store("gifts.pdf", ["Gift funds need a letter.", "Reserves are counted in months."])
    settings.EMBEDDING_MODEL = "python:nowhere.Model"  # whatever becomes of the vectors
    look_after_policies()
    assert list((tmp_path / "search").iterdir())
