"""What models cost, by run, day, agent, model and partner; a price that nobody knows is not taken for nothing."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.log import record_model_call
from audit.model_costs import cost_of_run, costs_by, recent_cost
from tests.builders import ada, approved_conclusion, decided

pytestmark = pytest.mark.django_db
RUN, OTHER = uuid4(), uuid4()


def call(**changes: Any) -> None:
    record_model_call(
        **{
            "run_id": RUN,
            "agent": "policy",
            "model": "openai/gpt-4o",
            "prompt": "policy",
            "prompt_version": "1",
            "outcome": "ok",
            "tries": 1,
            "milliseconds": 9,
            "input_tokens": 1_000,
            "output_tokens": 100,
            "dollars": Decimal("0.0065"),
            **changes,
        }
    )


@pytest.fixture
def some_calls() -> None:
    call()
    call(agent="audit", model="bedrock/x", dollars=None, input_tokens=None, output_tokens=None)
    call(cached=True, tries=0, dollars=Decimal(0), input_tokens=None, output_tokens=None)
    call(run_id=OTHER, partner="Broker", outcome="timeout", dollars=Decimal("0.02"))


@pytest.mark.usefixtures("some_calls")
def test_a_runs_cost_says_what_is_not_known() -> None:
    cost = cost_of_run(RUN)
    assert (cost.questions, cost.tokens, cost.dollars) == (3, 1_100, Decimal("0.0065"))
    assert (cost.unpriced, cost.cached, cost.failed) == (1, 1, 0)


@pytest.mark.usefixtures("some_calls")
def test_totals_by_each_side_add_up_and_the_dearest_comes_first() -> None:
    whole = recent_cost()
    assert (whole.runs, whole.dollars, whole.dollars_a_run) == (2, Decimal("0.0265"), Decimal("0.01325"))
    for field in ("day", "agent", "model", "partner"):
        assert sum(cost.dollars for cost in costs_by(field)) == whole.dollars
        assert sum(cost.questions for cost in costs_by(field)) == whole.questions
    assert [cost.name for cost in costs_by("partner")] == ["Broker", "none"]
    assert [cost.name for cost in costs_by("agent")] == ["policy", "audit"]


def test_without_calls_nothing_is_divided() -> None:
    assert recent_cost().dollars_a_run is None
    assert costs_by("agent") == []


@pytest.mark.usefixtures("some_calls")
def test_the_list_of_calls_begins_with_the_totals(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    address = reverse("admin:audit_modelcall_changelist")
    client.get(address)
    with django_assert_max_num_queries(14):
        page = client.get(address).content.decode()
    assert "$0.0133 a run" in " ".join(page.split())
    assert "$0.059" in page
    assert "1 question without a known price" in " ".join(page.split())


def test_a_runs_page_says_what_its_models_cost() -> None:
    decision = decided(ada(), approved_conclusion())
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    address = reverse("admin:lending_decisionrun_change", args=[decision.run_id])
    assert 'id="run-cost"' not in client.get(address).content.decode()
    call(run_id=decision.run_id)
    assert "Models: 1 question, 1,100 tokens, $0.0065;" in " ".join(client.get(address).content.decode().split())
