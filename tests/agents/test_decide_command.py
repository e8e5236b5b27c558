"""``manage.py decide``: the contract's keys, clear refusals, and the others still run."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from lending.models import Decision
from tests.agents.corpus import EMBEDDER, listed_party, stored_manual
from tests.builders import ada, ben

KEYS = {
    *("application", "run", "outcome", "risk", "eligibility", "confidence", "ratios", "findings", "reasons"),
    *("conditions", "citations", "agents", "programs", "path_to_yes"),
}


@pytest.fixture(autouse=True)
def _lender(db: None, settings: Settings) -> None:
    settings.EMBEDDING_MODEL = EMBEDDER
    stored_manual()
    listed_party()


def decide(*arguments: str) -> tuple[list[dict[str, Any]], str]:
    """Run the command with ``--json`` and return its list and what it said on standard error."""
    out, told = StringIO(), StringIO()
    try:
        call_command("decide", *arguments, "--json", stdout=out, stderr=told)
    except CommandError as exc:
        told.write(f"exit {exc.returncode}: {exc}")
    return json.loads(out.getvalue()), told.getvalue()


def test_it_decides_by_number_and_by_external_id() -> None:
    clear, heavy = ada(), ben()
    entries, told = decide(clear.number, heavy.external_id)
    assert [(entry["application"], entry["outcome"]) for entry in entries] == [
        (clear.number, "APPROVED"),
        (heavy.number, "DECLINED"),
    ]
    for entry in entries:
        assert entry.keys() >= KEYS
        assert [agent["name"] for agent in entry["agents"]][0::6] == ["intake", "audit"]
        assert [row["program"] for row in entry["programs"]][:1] == ["conventional"]
    assert [bool(entry["path_to_yes"]) for entry in entries] == [False, True]
    assert "2 decided, 0 not decided." in told


def test_a_number_nobody_has_is_named_and_the_others_run() -> None:
    clear = ada()
    [unknown, decided], told = decide("APP-2026-999999", clear.number)
    assert (unknown["outcome"], decided["outcome"]) == (None, "APPROVED")
    assert "APP-2026-999999" in unknown["error"]
    assert "exit 1: 1 decided, 1 not decided." in told


def test_a_decided_application_needs_a_reason_to_be_decided_again() -> None:
    clear = ada()
    decide(clear.number)
    [refused], told = decide(clear.number)
    assert "was decided APPROVED" in refused["error"]
    assert "exit 1" in told
    [again], _ = decide(clear.number, "--again", "New appraisal.")
    assert again["outcome"] == "APPROVED"
    assert Decision.objects.filter(application=clear).count() == 2


def test_a_person_reads_the_rationale() -> None:
    out = StringIO()
    call_command("decide", ada().number, stdout=out, stderr=StringIO())
    assert "APPROVED  confidence" in out.getvalue()
    assert "Next: clear" in out.getvalue()
