"""Why a passage was not found."""

from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from policies.models import PolicyChunk, PolicyVersion
from policies.search.citations import SearchQuery
from policies.search.explaining import why_not_found
from policies.search.retrieval import PolicySearch
from tests.policies.stored_texts import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hash_embedder(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"


def why(chunk: PolicyChunk, question: str = "gift funds", **filters: Any) -> str:
    query = SearchQuery(question, **filters)
    return why_not_found(query, PolicySearch().search(query, explained=True), chunk)


def only(version: PolicyVersion) -> PolicyChunk:
    return PolicyChunk.objects.select_related("version__document").get(version=version.pk)


def test_a_passage_that_was_found_has_a_place() -> None:
    assert why(only(store("fha.pdf", ["Gift funds are acceptable."]))) == "It was found, in place 1."


def test_a_filter_that_kept_it_out_is_named() -> None:
    store("all.pdf", ["Gift funds."])
    fha = only(store("fha.pdf", ["Gift funds are acceptable."], programs=["fha"]))
    texas = only(store("texas.pdf", ["Gift funds are acceptable."], states=["TX"]))
    assert why(fha, program="va") == "Its text binds the programs fha, and va was asked for."
    assert why(texas, state="CA") == "Its text binds the states TX, and CA was asked for."


def test_a_superseded_text_is_said_to_be_so() -> None:
    old = store("manual.pdf", ["Gift funds are acceptable."], effective=date(2024, 1, 1))
    store("manual.pdf", ["Gift funds need a letter."], effective=date(2026, 1, 1), today=date(2026, 1, 1))
    assert why(only(old)) == "Its text, version 1, was superseded on 2026-01-01 and is not in force today."
    assert why(only(old), on="2025-06-01") == "It was found, in place 1."
    assert "not in force on 2023-01-01. It is in force from 2024-01-01" in why(only(old), on="2023-01-01")


def test_a_passage_that_no_list_held_is_said_to_be_so() -> None:
    store("gifts.pdf", [f"Gift funds of relative number {number}." for number in range(20)])
    other = only(store("other.pdf", ["The appraiser measures a dwelling."]))
    assert why(other) == "It is neither among the 15 nearest by meaning nor among the 15 best by words."


def test_a_stage_that_let_it_go_is_named_with_the_place() -> None:
    version = store("gifts.pdf", [f"Gift funds of relative {'word ' * number}." for number in range(14)])
    sentences = {why(chunk) for chunk in version.chunks.all()}
    assert any(sentence.startswith("It was looked at and left out: others ranked higher") for sentence in sentences)
    assert sum(sentence.startswith("It was found") for sentence in sentences) == 5


def test_where_the_search_said_nothing_its_reason_is_given() -> None:
    chunk = only(store("fha.pdf", ["Gift funds are acceptable."]))
    assert why(chunk, "football world cup").startswith("The search returned nothing. No passage holds more than 0%")
