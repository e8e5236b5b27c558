"""One loan, and its fourteen neighbours, from file to decision: the sample lender's material with known answers."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from audit.log import verify_chain
from audit.models import AgentTrace, AuditEvent
from lending.models import LoanApplication, Review
from loaniq.demo import samples

KNOWN = {
    "SAMPLE-ADA": "APPROVED",
    "SAMPLE-BEN": "DECLINED",
    "SAMPLE-IVO": "DECLINED",
    "SAMPLE-SAM": "DECLINED",
    "SAMPLE-CLEO": "REVIEW",
    "SAMPLE-DEE": "INCOMPLETE",
    "SAMPLE-NEAR": "HOLD",
    "SAMPLE-FLOOD": "HOLD",
    "SAMPLE-UNLICENSED": "HOLD",
    "SAMPLE-COUPLE": "APPROVED",
    "SAMPLE-SELF": "APPROVED",
    "SAMPLE-FHA": "APPROVED",
    "SAMPLE-VA": "APPROVED",
    "SAMPLE-USDA": "APPROVED",
    "SAMPLE-INSURED-FLOOD": "APPROVED",
}
FAILED_RULE = {"SAMPLE-BEN": "back_end_dti", "SAMPLE-IVO": "ltv_rounded", "SAMPLE-SAM": "credit_score"}


@pytest.fixture
def decided(transactional_db: None, settings: Settings, tmp_path: Path) -> dict[str, Any]:
    """Load the sample lender and decide its loans in this process, with the real embedder and no model."""
    settings.LOANIQ_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    call_command("migrate", verbosity=0)
    manuals = samples.print_manuals(tmp_path / "samples")
    call_command("ingest_policies", *map(str, manuals), stdout=StringIO(), stderr=StringIO())
    listed = [str(samples.SANCTIONS / name) for name in ("sdn_sample.csv", "alt_sample.csv")]
    call_command("load_sanctions", listed[0], "--alt", listed[1], "--sample", stdout=StringIO(), stderr=StringIO())
    call_command("import_applications", str(samples.APPLICATIONS), stdout=StringIO(), stderr=StringIO())
    out = StringIO()
    call_command("decide", *KNOWN, "--json", stdout=out, stderr=StringIO())
    external = dict(LoanApplication.objects.values_list("number", "external_id"))
    return {external[entry["application"]]: entry for entry in json.loads(out.getvalue())}


@pytest.mark.slow
def test_every_sample_loan_ends_as_known_and_says_why(decided: dict[str, Any]) -> None:
    assert {case: entry["outcome"] for case, entry in decided.items()} == KNOWN
    for case, entry in decided.items():
        assert [agent["name"] for agent in entry["agents"]][-1] == "audit"
        if case in FAILED_RULE:
            failed = {finding["fact"] for finding in entry["findings"] if finding["result"] == "failed"}
            assert FAILED_RULE[case] in failed
            assert 1 <= len(entry["reasons"]) <= 4
        if entry["outcome"] == "APPROVED":
            assert entry["citations"]
            assert entry["conditions"]
    assert "monthly_income" in str(decided["SAMPLE-DEE"])
    waiting = {review.application.external_id for review in Review.objects.select_related("application")}
    assert waiting == {case for case, outcome in KNOWN.items() if outcome in {"REVIEW", "HOLD"}}
    assert AuditEvent.objects.filter(verb="run.decided").count() == len(KNOWN)
    assert AgentTrace.objects.filter(agent="audit").count() == len(KNOWN)
    assert verify_chain().intact
