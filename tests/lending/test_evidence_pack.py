"""The evidence of a run as one ZIP: whole, the same each time, without names, and recorded when it leaves."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit import log
from audit.models import AuditEvent
from lending import services
from lending.evidence_pack import evidence_pack
from lending.models import DecisionRun
from tests import builders

pytestmark = pytest.mark.django_db


def reviewed() -> DecisionRun:
    """Return a run whose case a reviewer has closed."""
    case = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    services.resolve_review(review=case, by=builders.reviewer(), outcome="APPROVED", note="Eleven months of reserves.")
    return DecisionRun.objects.get()


def opened(packed: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_the_manifest_names_every_file_with_its_hash() -> None:
    packed = evidence_pack(reviewed())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sums = json.loads(archive.read("manifest.json"))["sha256"]
        assert sums == {
            name: hashlib.sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if name != "manifest.json"
        }


def test_it_holds_facts_findings_both_views_and_the_trail() -> None:
    files = opened(evidence_pack(reviewed()))
    assert files["facts.json"]["loan_amount"] == "320000.00"
    assert {finding["code"] for finding in files["findings.json"]} >= {"max_back_end_dti", "max_ltv"}
    assert (files["decision.json"]["outcome"], files["review.json"]["outcome"]) == ("REVIEW", "APPROVED")
    assert files["signatures.json"][0]["by"] == "rafael"
    assert [event["verb"] for event in files["audit_events.json"]][-1] == "review.decided"
    assert all(event["hash"] for event in files["audit_events.json"])


def test_the_same_rows_give_the_same_bytes() -> None:
    run = reviewed()
    assert evidence_pack(run) == evidence_pack(DecisionRun.objects.get())


def test_nobody_is_named_in_it() -> None:
    text = json.dumps(opened(evidence_pack(reviewed())))
    for personal in ("Cleo", "Marsh", "1988-04-12", "Fairgate", "Larkspur"):
        assert personal not in text


def test_who_takes_it_is_recorded_with_its_hash_and_who_may_not_gets_none() -> None:
    run, client = reviewed(), Client()
    address = reverse("admin:lending_decisionrun_evidence", args=[run.pk])
    client.force_login(builders.officer())
    assert client.post(address).status_code == 403
    client.force_login(builders.staff("anita", "Auditor"))
    assert client.get(address).status_code == 405
    answer = client.post(address)
    event = AuditEvent.objects.get(verb="evidence.exported")
    assert (event.actor, event.details["sha256"]) == ("anita", hashlib.sha256(answer.content).hexdigest())
    assert log.verify_chain().intact


def test_the_page_of_a_run_shows_what_each_agent_was_given_and_gave() -> None:
    run = reviewed()
    log.record_trace(
        run_id=run.pk,
        attempt=run.attempts,
        agent="ratio",
        verdict="clear",
        summary="The payment is 2,495.30.",
        writer="openai/gpt-4o",
        started_at=run.requested_at,
        milliseconds=40,
        details={"pitia": "2495.30"},
    )
    log.record_model_call(
        run_id=run.pk,
        agent="ratio",
        model="openai/gpt-4o",
        prompt="ratio",
        prompt_version="7f3a",
        outcome="ok",
        tries=2,
        milliseconds=1900,
    )
    client = Client()
    client.force_login(builders.reviewer("rita"))
    html = client.get(reverse("admin:lending_decisionrun_change", args=[run.pk])).content.decode()
    for shown in ("without names, birth dates", "The payment is 2,495.30.", "openai/gpt-4o", "1.9 s", "cost unknown"):
        assert shown in html
