"""The search page: what answers a question, why it was found, and an honest answer where nothing does."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from policies.models import PolicyChunk
from policies.search.citations import Considered, Passage, SearchResult
from policies.workspace.asking import answer_of, matched, ordinal, why_found
from tests.builders import staff
from tests.policies.stored_texts import store

ADDRESS = "admin:policies_search"
PASSAGE = Passage(
    chunk_id=1,
    document="manual.pdf",
    title="Lending manual",
    version_id="",
    version=1,
    page=3,
    section="4.2",
    text="Reserves. <Second homes> need two months.",
    scores={"dense": 0.5, "sparse": 8.0},
    match="<Second homes> need",
)
CONSIDERED = Considered(
    chunk_id=1,
    document="manual.pdf",
    version=1,
    page=3,
    section="4.2",
    beginning="Reserves.",
    scores={"dense": 0.5, "sparse": 8.0},
    ranks={"dense": 2, "sparse": 1},
)


@pytest.fixture(autouse=True)
def _small_models(settings: Settings) -> None:
    settings.EMBEDDING_MODEL, settings.RERANKER_MODEL = "python:tests.fakes.HashEmbedder", "none"


@pytest.fixture
def peter() -> Client:
    client = Client()
    client.force_login(staff("peter", "Policy manager"))
    return client


def asked(client: Client, **what: Any) -> str:
    response = client.get(reverse(ADDRESS), what)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_a_question_is_answered_with_passages_that_lead_to_their_page(peter: Client) -> None:
    version = store("manual.pdf", ["A second home needs two months of reserves.", "Income is verified by pay stubs."])
    html = asked(peter, question="How many months of reserves does a second home need?")
    first = version.chunks.get(ordinal=0)
    assert f'data-chunk="{first.pk}"' in html
    assert f"{reverse('admin:policies_passage', args=[first.pk])}#mark" in html
    assert "How it was searched" in html


@pytest.mark.django_db
def test_nothing_to_the_point_is_said_plainly(peter: Client) -> None:
    store("manual.pdf", ["A second home needs two months of reserves."], effective=date(2026, 1, 1))
    html = asked(peter, question="Reserves of a second home?", on="2025-06-01")
    assert "Nothing on this in the policies" in html
    assert "data-chunk" not in html


@pytest.mark.django_db
def test_program_state_and_day_narrow_the_search(peter: Client) -> None:
    text = "A second home needs {} months of reserves."
    ohio = store("ohio.pdf", [text.format("two")], states=["OH"]).chunks.get()
    fha = store("fha.pdf", [text.format("four")], programs=["fha"]).chunks.get()
    question = "How many months of reserves does a second home need?"
    html = asked(peter, question=question, program="conventional", state="OH")
    assert f'data-chunk="{ohio.pk}"' in html
    assert f'data-chunk="{fha.pk}"' not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"question": ""}, "This field is required"),
        ({"question": "?!"}, "The question is empty"),
        ({"question": "reserves", "on": "soon"}, "Not a day"),
        ({"question": "reserves", "program": "barter"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_asked_is_explained(peter: Client, what: dict[str, str], sentence: str) -> None:
    assert sentence in asked(peter, **what)


@pytest.mark.django_db
def test_why_a_passage_was_not_found_is_answered_for_the_question(peter: Client) -> None:
    chunk: PolicyChunk = store("fha.pdf", ["Two months of reserves."], programs=["fha"]).chunks.get()
    store("manual.pdf", ["Reserves are two months."])
    assert "Ask the question that should have found it" in asked(peter, why=chunk.pk)
    html = asked(peter, why=chunk.pk, question="How many months of reserves?", program="conventional")
    why = html[html.index('id="why-not"') : html.index("iq-quote")]
    assert "FHA" in why.upper()
    assert "in place 1." in asked(peter, why=chunk.pk, question="How many months of reserves?", program="fha")


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["nonsense", "99999999999999999999999", "-1", str(2**40)])
def test_a_suspect_that_is_no_passage_is_passed_over(peter: Client, why: str) -> None:
    assert 'id="why-not"' not in asked(peter, why=why)


@pytest.mark.django_db
def test_only_those_who_may_read_passages_search() -> None:
    outsider = Client()
    outsider.force_login(User.objects.create_user("nobody", is_staff=True))
    assert outsider.get(reverse(ADDRESS)).status_code == 403
    assert Client().get(reverse(ADDRESS)).status_code == 302
    officer = Client()
    officer.force_login(staff("olivia", "Loan officer"))
    assert reverse(ADDRESS) in officer.get(reverse("admin:index")).content.decode()
    assert officer.post(reverse(ADDRESS)).status_code == 403


def test_the_match_is_marked_in_its_window_and_stays_text() -> None:
    assert matched(PASSAGE) == "Reserves. <mark>&lt;Second homes&gt; need</mark> two months."
    for plain in ("elsewhere", "", PASSAGE.text):
        assert matched(replace(PASSAGE, match=plain)) == PASSAGE.text
    assert matched(replace(PASSAGE, brought_by="4.2")) == PASSAGE.text


@pytest.mark.django_db
def test_scores_come_with_ranks_and_their_share_of_the_best() -> None:
    version = store("manual.pdf", ["Reserves."])
    passage = replace(PASSAGE, version_id=str(version.pk))
    left = replace(CONSIDERED, chunk_id=2, scores={"dense": 1.0}, ranks={"dense": 1}, left_at="diversity")
    answer = answer_of(SearchResult((passage,), {}, abstained=False, considered=(CONSIDERED, left)))
    [found] = answer.found
    assert [(mark.label, mark.rank, mark.share) for mark in found.marks] == [("Meaning", 2, 50), ("Words", 1, 100)]
    assert found.why == "It came 2nd by meaning and 1st by words."
    [out] = answer.left_out
    assert (out.considered.chunk_id, out.why) == (2, "too much like a passage that ranked higher")


def test_what_was_brought_along_says_by_what() -> None:
    brought = replace(PASSAGE, brought_by="1026.43(e)(4), the exception named by 1026.43(c)")
    assert why_found(brought, ()) == "Brought along: 1026.43(e)(4), the exception named by 1026.43(c)."


@pytest.mark.parametrize(
    ("place", "written"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_ordinals(place: int, written: str) -> None:
    assert ordinal(place) == written
