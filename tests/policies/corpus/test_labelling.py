"""Labels put right by a person."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from audit.models import AuditEvent
from policies.corpus.labelling import labels_said, relabel
from policies.exceptions import LabelsRefused
from policies.models import PolicyVersion
from policies.selectors import admitted_versions
from tests.policies.stored_texts import store

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.fixture
def version() -> PolicyVersion:
    return store("manual.pdf", ["Gift funds need a letter."], effective=MAY)


def change(version: PolicyVersion, superseded_on: date | None = None, **labels: Any) -> bool:
    said = replace(labels_said(version), **labels)
    return relabel(version=version, labels=said, superseded_on=superseded_on, by="peter")


def test_corrected_labels_are_stored_searched_by_and_audited_with_what_they_were(version: PolicyVersion) -> None:
    assert change(version, programs=("fha",), states=("OH", "PA"), tier="agency guide", title="Handbook")
    assert not admitted_versions(program="va").exists()
    assert admitted_versions(program="fha", state="OH").get() == version
    version.document.refresh_from_db()
    assert (version.document.title, version.document.tier) == ("Handbook", "agency guide")
    event = AuditEvent.objects.get(verb="policy.relabelled")
    assert (event.actor, event.details["before"]["programs"], event.details["after"]["programs"]) == (
        "peter",
        ["ALL"],
        ["fha"],
    )
    assert "effective_from" not in event.details["after"]


def test_labels_that_stay_as_they_are_leave_no_trace(version: PolicyVersion) -> None:
    assert not change(version)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("labels", "superseded_on", "fault"),
    [
        ({}, date(2026, 4, 30), "superseded on 2026-04-30, before it is in force from 2026-05-01"),
        ({"programs": ("FHA",)}, None, "'FHA' is no program"),
        ({"programs": ()}, None, "Name the programs"),
        ({"states": ("OH", "ALL")}, None, "or ALL alone"),
        ({"tier": "gossip"}, None, "'gossip' is no tier. Choose federal rule, agency guide, lender overlay"),
        ({"title": " "}, None, "needs a title"),
    ],
)
def test_nonsense_is_refused_in_words_and_changes_nothing(
    version: PolicyVersion, labels: dict[str, Any], superseded_on: date | None, fault: str
) -> None:
    with pytest.raises(LabelsRefused, match=fault):
        change(version, superseded_on, **labels)
    assert PolicyVersion.objects.get().effective_from == MAY


def test_a_replaced_version_keeps_an_end(version: PolicyVersion) -> None:
    store("manual.pdf", ["New."])
    version.refresh_from_db()
    with pytest.raises(LabelsRefused, match="was replaced by a newer one"):
        change(version, None)


def test_the_version_before_ends_when_the_corrected_one_begins(version: PolicyVersion) -> None:
    newer = store("manual.pdf", ["New."], effective=date(2026, 5, 20))
    change(newer, effective_from=JUNE)
    version.refresh_from_db()
    assert version.superseded_on == JUNE
    assert admitted_versions(on=date(2026, 5, 25)).get() == version
    assert admitted_versions(on=JUNE).get() == newer


def test_a_withdrawn_version_is_found_until_its_last_day(version: PolicyVersion) -> None:
    change(version, superseded_on=JUNE)
    assert admitted_versions(on=date(2026, 5, 31)).exists()
    assert not admitted_versions(on=JUNE).exists()
