"""The trail in the workspace: read by those who may, changed by nobody, and proven at a click."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.models import AgentTrace, AuditEvent, ModelCall
from loaniq.ownership import as_owner
from tests.builders import ada, approved_conclusion, decided, officer, staff

VERIFY, LIST = "admin:audit_auditevent_verify", "admin:audit_auditevent_changelist"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def noted(verb: str, actor: str = "ada") -> AuditEvent:
    with transaction.atomic():
        return log.record(verb, subject="lending.loanapplication:APP-2026-000001", actor=actor)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"verb": "run"}, {"run.requested"}),
        ({"actor__icontains": "ben"}, {"review.taken"}),
        ({"subject__icontains": "000002"}, set()),
        ({"q": "taken"}, {"review.taken"}),
    ],
)
def test_events_are_found_by_what_who_and_which(query: dict[str, str], found: set[str]) -> None:
    noted("run.requested")
    noted("review.taken", actor="ben")
    html = signed_in(staff("anita", "Auditor")).get(reverse(LIST), query).content.decode()
    assert {verb for verb in ("run.requested", "review.taken") if f">{verb}<" in html} == found


@pytest.mark.django_db
def test_an_intact_chain_is_said_to_be_intact() -> None:
    noted("run.requested")
    noted("run.decided")
    answer = signed_in(staff("anita", "Auditor")).post(reverse(VERIFY))
    assert said(answer) == "The chain is intact: 2 events, each fits the one before it."


@pytest.mark.django_db(transaction=True)
def test_a_broken_chain_names_its_first_broken_event() -> None:
    noted("run.requested")
    broken = noted("run.decided")
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_auditevent SET actor = 'eve' WHERE id = %s", [broken.pk])
        cursor.execute("RESET session_replication_role")
    answer = signed_in(staff("anita", "Auditor")).post(reverse(VERIFY))
    assert f"The chain is BROKEN at event {broken.pk}" in said(answer)


@pytest.mark.django_db
def test_the_chain_is_verified_by_post_and_permission_only() -> None:
    assert signed_in(staff("anita", "Auditor")).get(reverse(VERIFY)).status_code == 405
    assert signed_in(officer()).post(reverse(VERIFY)).status_code == 403
    assert signed_in(officer("otto")).get(reverse(LIST)).status_code == 403


@pytest.mark.django_db
def test_nobody_changes_the_trail_by_hand() -> None:
    run_id = "00000000-0000-4000-8000-000000000001"
    trace = log.record_trace(
        run_id=run_id,  # type: ignore[arg-type]
        attempt=1,
        agent="intake",
        verdict="clear",
        summary="Whole.",
        writer="template",
        started_at=timezone.now(),
        milliseconds=1,
    )
    call = ModelCall.objects.create(
        agent="policy", model="openai/x", prompt_version="1", outcome="ok", milliseconds=9, run_id=run_id
    )
    root = signed_in(User.objects.create_superuser("root"))
    for row in (noted("run.requested"), trace, call):
        name = f"admin:audit_{row._meta.model_name}"
        address = reverse(f"{name}_change", args=[row.pk])
        assert root.get(address).status_code == 200
        assert root.post(address, {"actor": "eve"}).status_code == 403
        assert root.get(reverse(f"{name}_add")).status_code == 403
        assert root.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        root.post(reverse(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [row.pk]})
    assert (AuditEvent.objects.count(), AgentTrace.objects.count(), ModelCall.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_no_page_of_the_trail_names_a_borrower() -> None:
    decided(ada(), approved_conclusion(), by=officer())
    auditor = signed_in(staff("anita", "Auditor"))
    pages = [auditor.get(reverse(f"admin:audit_{model}_changelist")) for model in ("auditevent", "agenttrace")]
    pages += [auditor.get(reverse("admin:audit_auditevent_change", args=[e.pk])) for e in AuditEvent.objects.all()]
    for page in pages:
        assert page.status_code == 200
        assert not any(name in page.content.decode() for name in ("Whitfield", "Fairgate", "Larkspur", "1988"))
