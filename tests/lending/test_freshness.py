"""C4: a run decides on facts of one instant, frozen when it begins; later changes are told, and never mixed in."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from agents import tasks
from lending import services
from lending.exceptions import LeaseLost
from lending.freshness import changed_since, changes_since, frozen_case
from lending.models import Borrower, DecisionRun, Liability, LoanApplication
from tests import builders
from tests.agents.corpus import EMBEDDER

pytestmark = pytest.mark.django_db


def page(user: User, model: str, row: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"admin:lending_{model}_change", args=[row.pk])).content.decode()


def frozen(application: LoanApplication) -> DecisionRun:
    run = builders.running(application)
    services.freeze_facts(run, frozen_case(application.pk))
    run.refresh_from_db()
    return run


def test_a_change_is_seen_and_its_undoing_too() -> None:
    application = builders.ada()
    run = frozen(application)
    assert not changed_since(run)
    LoanApplication.objects.update(loan_amount=Decimal(300000))
    assert changed_since(run)
    changes = changes_since(run, frozen_case(application.pk)) or ()
    [change] = [each for each in changes if each.name == "loan_amount"]
    assert (change.before, change.after) == ("320000.00", "300000.00")
    LoanApplication.objects.update(loan_amount=Decimal(320000))
    assert not changed_since(run)


def test_a_row_saved_again_unchanged_changes_nothing() -> None:
    application = builders.ada()
    for amount in (100, 200, 300):
        Liability.objects.create(application=application, kind="instalment", monthly_payment=Decimal(amount))
    run = frozen(application)
    first = Liability.objects.order_by("pk")[0]
    first.save()
    assert not changed_since(run)


def test_another_name_changes_the_file_without_being_shown() -> None:
    application = builders.ada()
    run = frozen(application)
    Borrower.objects.update(last_name="Whitfeld")
    assert changes_since(run, frozen_case(application.pk)) == ()


def test_a_run_that_has_read_nothing_is_not_outdated() -> None:
    assert not changed_since(services.request_decision(application=builders.ada(), enqueue=False))


def test_facts_are_frozen_once_an_attempt_and_for_ever_once_decided() -> None:
    application = builders.ada()
    run = frozen(application)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        DecisionRun.objects.update(facts_hash="b" * 64)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        services.complete_run(run, builders.approved_conclusion(facts_hash="b" * 64))
    services.complete_run(run, builders.approved_conclusion(facts_hash=run.facts_hash, facts=run.facts, conditions=()))
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        DecisionRun.objects.update(facts={})


def test_only_the_runs_worker_freezes() -> None:
    application = builders.ada()
    run = builders.running(application)
    services.fail_run(run, reason="Stopped.")
    with pytest.raises(LeaseLost):
        services.freeze_facts(run, frozen_case(application.pk))


def test_a_change_while_the_agents_work_is_not_mixed_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMBEDDING_MODEL = EMBEDDER
    application, freeze = builders.ada(), services.freeze_facts
    before = frozen_case(application.pk)

    def frozen_then_changed(run: DecisionRun, case: Any) -> None:
        freeze(run, case)
        LoanApplication.objects.update(loan_amount=Decimal(250000))

    monkeypatch.setattr(services, "freeze_facts", frozen_then_changed)
    run = services.request_decision(application=application, enqueue=False)
    tasks.run_decision(str(run.pk))
    run.refresh_from_db()
    assert (run.facts_hash, run.facts) == (before.facts_hash(), before.without_personal_data().as_plain())
    assert run.decision.evidence["facts_hash"] == run.facts_hash
    assert changed_since(run)


def test_both_pages_say_what_changed_since() -> None:
    application, user = builders.ada(), builders.officer()
    run = frozen(application)
    services.complete_run(run, builders.approved_conclusion(facts_hash=run.facts_hash, facts=run.facts))
    assert "changed since" not in page(user, "loanapplication", application)
    LoanApplication.objects.update(loan_amount=Decimal(300000))
    for html in (page(user, "loanapplication", application), page(user, "decisionrun", run)):
        told = " ".join(html.split())
        assert "The file has changed since run 1." in told
        assert "Loan amount: <del>$320,000</del> is now <strong>$300,000</strong>" in told


def test_an_older_run_says_that_a_later_one_decided() -> None:
    application, user = builders.ada(), builders.officer()
    first = builders.decided(application, builders.approved_conclusion())
    builders.decided(application, builders.approved_conclusion(), reason="Once more.")
    assert "Run 2 decided later" in page(user, "decisionrun", first.run)
