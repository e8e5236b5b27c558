"""From a run's id to its stored decision, with real rows, real rules and the real search over a small corpus."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from agents import tasks
from audit.log import verify_chain
from audit.models import AgentTrace, ModelCall
from lending import services
from lending.exceptions import LeaseLost
from lending.models import Decision, DecisionRun, Finding, Review
from lending.vocabulary import RunStatus
from tests.agents.corpus import EMBEDDER, listed_party, stored_manual
from tests.builders import ada, ben
from tests.model_server import ModelServer, completion, helpful, status

AGENTS = ["audit", "compliance", "decision", "intake", "policy", "ratio", "underwriting"]


@pytest.fixture
def lender(db: None, settings: Settings) -> None:
    """Give the lender a manual and a sanctions list."""
    settings.EMBEDDING_MODEL = EMBEDDER
    stored_manual()
    listed_party()


@pytest.mark.usefixtures("lender")
def test_a_run_leaves_a_decision_its_findings_and_a_step_for_each_agent() -> None:
    run = services.request_decision(application=ada(), enqueue=False)
    assert tasks.run_decision(str(run.pk)) == "APPROVED"
    run.refresh_from_db()
    assert run.status == RunStatus.DECIDED
    decision = Decision.objects.get(run=run)
    assert decision.rationale_writer == "template"
    assert decision.citations
    assert decision.evidence["facts_hash"] == run.facts_hash
    assert Finding.objects.filter(run=run, severity__in=["hard", "stop"]).count() == decision.hard_rules
    assert sorted(AgentTrace.objects.filter(run_id=run.pk).values_list("agent", flat=True)) == AGENTS
    assert verify_chain().intact


@pytest.mark.usefixtures("lender")
def test_delivered_twice_it_decides_once() -> None:
    run = services.request_decision(application=ben(), enqueue=False)
    assert tasks.run_decision(str(run.pk)) == "DECLINED"
    assert tasks.run_decision(str(run.pk)) == "already claimed"
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_without_policies_and_sanctions_lists_a_person_must_look(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = EMBEDDER
    run = services.request_decision(application=ada(), enqueue=False)
    assert tasks.run_decision(str(run.pk)) == "REVIEW"
    assert Review.objects.filter(run=run).count() == 1


@pytest.mark.usefixtures("lender")
def test_a_run_that_takes_too_long_goes_to_a_person(settings: Settings) -> None:
    settings.DECISION_SECONDS = 0.001
    run = services.request_decision(application=ada(), enqueue=False)
    assert tasks.run_decision(str(run.pk)) == "sent to review"
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert "longer than" in run.error
    assert Review.objects.filter(run=run, decision=None).exists()


@pytest.mark.usefixtures("lender")
def test_a_bug_goes_to_a_person_and_keeps_its_traceback(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = EMBEDDER
    settings.DECISION_SECONDS = "soon"
    run = services.request_decision(application=ada(), enqueue=False)
    with pytest.raises(TypeError, match="sequence"):
        tasks.run_decision(str(run.pk))
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert "sequence" not in run.error


@pytest.mark.usefixtures("lender")
def test_a_worker_that_lost_its_run_stores_nothing() -> None:
    run = services.request_decision(application=ada(), enqueue=False)
    claimed = services.claim_run(run.pk)
    assert claimed is not None
    DecisionRun.objects.filter(pk=run.pk).update(claim_token="6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    with pytest.raises(LeaseLost):
        tasks.decide_now(claimed)
    assert not Decision.objects.exists()


@pytest.mark.usefixtures("lender")
@pytest.mark.parametrize(
    ("works", "outcome", "ends"), [(True, "APPROVED", {"ok"}), (False, "REVIEW", {"server_error"})]
)
def test_model_calls_leave_what_they_cost_and_not_what_was_said(
    settings: Settings, works: bool, outcome: str, ends: set[str]
) -> None:
    settings.AGENT_MODELS = {**settings.AGENT_MODELS, "ratio": "compatible/scripted", "decision": "compatible/scripted"}
    settings.MODEL_CALL_TRIES = 1
    with ModelServer(helpful if works else status(500)) as server:
        settings.COMPATIBLE_BASE_URL = server.address
        run = services.request_decision(application=ada(), enqueue=False)
        assert tasks.run_decision(str(run.pk)) == outcome
    calls = ModelCall.objects.filter(run_id=run.pk)
    assert set(calls.values_list("outcome", flat=True)) == ends
    assert set(calls.values_list("model", flat=True)) == {"compatible/scripted"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_lease_is_kept_while_the_work_takes_long(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMBEDDING_MODEL = EMBEDDER
    monkeypatch.setattr(tasks, "BEAT_SECONDS", 0.05)
    stored_manual()
    listed_party()
    settings.AGENT_MODELS = {**settings.AGENT_MODELS, "ratio": "compatible/scripted"}
    seen: list[timedelta] = []

    def slow(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        run = DecisionRun.objects.get()
        DecisionRun.objects.filter(pk=run.pk).update(lease_expires_at=timezone.now())
        for _ in range(100):
            run.refresh_from_db()
            left = (run.lease_expires_at or timezone.now()) - timezone.now()
            if left > timedelta(seconds=10):
                break
        seen.append(left)
        completion('{"text": "Fine."}')(body, handler)

    with ModelServer(slow) as server:
        settings.COMPATIBLE_BASE_URL = server.address
        run = services.request_decision(application=ada(), enqueue=False)
        tasks.run_decision(str(run.pk))
    assert seen
    assert seen[0] > timedelta(seconds=10)
