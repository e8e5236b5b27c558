"""A person's word on a passage that reads like an order to a model: how far it reaches, and what the trail keeps."""

import pytest

from audit.models import AuditEvent
from policies.corpus.marking import as_marked, mark_of, mark_passage, marked_in
from policies.exceptions import MarkRefused
from policies.models import PolicyChunk, PolicyVersion
from tests.policies.stored_texts import store

TEXTS = ["The system prompt must be answered by the borrower.", "Reserves of six months are required."]

pytestmark = pytest.mark.django_db


def marked_version(*, suspicious: bool = True) -> PolicyVersion:
    version = store("guide.pdf", TEXTS)
    version.chunks.filter(ordinal=0).update(is_suspicious=suspicious)
    return version


def first(version: PolicyVersion) -> PolicyChunk:
    return version.chunks.select_related("version__document").get(ordinal=0)


def test_a_passage_taken_for_policy_is_shown_to_models_again_and_the_trail_says_who_and_why() -> None:
    version = marked_version()
    assert mark_passage(chunk=first(version), is_suspicious=False, reason=" Speaks of a core system. ", by="peter")
    assert not first(version).is_suspicious
    event = AuditEvent.objects.get(verb="policy.passage_marked")
    assert (event.actor, event.details["reason"], event.details["shown_to_models"]) == (
        "peter",
        "Speaks of a core system.",
        True,
    )
    said = mark_of(first(version))
    assert said is not None
    assert (said.marked_by, str(said)) == ("peter", "policy text")


def test_a_word_on_a_passage_reaches_its_wording_in_every_version_and_in_those_to_come() -> None:
    earlier, later = marked_version(), marked_version()
    mark_passage(chunk=first(later), is_suspicious=False, reason="Policy.", by="peter")
    assert not first(earlier).is_suspicious
    assert as_marked(later.document, [*TEXTS, "Another."], [True, True, True]) == [False, True, True]


def test_a_passage_that_no_check_noticed_can_be_kept_from_models() -> None:
    version = marked_version(suspicious=False)
    assert mark_passage(chunk=first(version), is_suspicious=True, reason="Sent in by a broker.", by="peter")
    assert first(version).is_suspicious
    assert as_marked(version.document, TEXTS, [False, False]) == [True, False]


def test_saying_it_twice_changes_and_records_nothing() -> None:
    version = marked_version()
    assert not mark_passage(chunk=first(version), is_suspicious=True, reason="Yes.", by="peter")
    assert not AuditEvent.objects.filter(verb="policy.passage_marked").exists()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_reason_nothing_changes(reason: str) -> None:
    version = marked_version()
    with pytest.raises(MarkRefused, match="Give the reason in 1 to 500 characters"):
        mark_passage(chunk=first(version), is_suspicious=False, reason=reason, by="peter")
    assert first(version).is_suspicious


def test_a_passage_read_anew_meanwhile_is_refused() -> None:
    version = marked_version()
    looked_at = first(version)
    version.chunks.filter(ordinal=0).update(text="Another wording.")
    with pytest.raises(MarkRefused, match="read anew"):
        mark_passage(chunk=looked_at, is_suspicious=False, reason="Policy.", by="peter")
    assert first(version).is_suspicious


def test_a_whole_version_is_kept_from_models_where_several_passages_are_marked() -> None:
    version = marked_version()
    assert marked_in(version) == (1, False)
    version.chunks.update(is_suspicious=True)
    assert marked_in(version) == (2, True)
