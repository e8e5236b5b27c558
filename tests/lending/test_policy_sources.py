"""Citations lead to the page that shows their words, and never carry markup in."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lending.models import Decision
from lending.templatetags.policy_sources import passage_address, with_sources
from tests import builders

CITED = {
    "source": 1,
    "passage_id": 17,
    "document": "manual.pdf",
    "title": "Lending manual",
    "version": 2,
    "page": 19,
    "section": "7.1 Minimum Reserves",
    "quote": "Second home | 2 & more",
}


def test_a_citation_leads_to_its_words() -> None:
    address = passage_address(CITED)
    assert address == f"{reverse('admin:policies_passage', args=[17])}?quote=Second+home+%7C+2+%26+more#mark"


@pytest.mark.parametrize("passage", [None, "", "17", {}])
def test_a_citation_of_no_passage_leads_nowhere(passage: Any) -> None:
    assert passage_address({**CITED, "passage_id": passage}) == ""
    assert with_sources("[POLICY SOURCE 1]", [{**CITED, "passage_id": passage}]) == "[POLICY SOURCE 1]"


def test_every_mark_in_a_text_becomes_a_link_and_the_rest_stays_text() -> None:
    html = with_sources("<b>Two</b> months [POLICY SOURCE 1], or six [POLICY SOURCE 2].", [CITED])
    assert html.startswith("&lt;b&gt;Two&lt;/b&gt; months <a ")
    assert html.count("<a ") == 1
    assert escape(passage_address(CITED)) in html
    assert html.endswith("or six [POLICY SOURCE 2].")


@pytest.mark.django_db
def test_the_run_and_the_case_link_the_citations_and_the_marks_in_the_rationale() -> None:
    decision = builders.decided(
        builders.cleo(),
        replace(builders.review_conclusion(), citations=[CITED], rationale="Reserves suffice [POLICY SOURCE 1]."),
    )
    for user, address in _pages(decision):
        client = Client()
        client.force_login(user)
        html = client.get(address).content.decode()
        assert html.count(escape(passage_address(CITED))) == 2, address


def _pages(decision: Decision) -> list[tuple[Any, str]]:
    case = builders.case_of(decision)
    return [
        (builders.officer(), reverse("admin:lending_decisionrun_change", args=[decision.run_id])),
        (builders.reviewer(), reverse("admin:lending_review_change", args=[case.pk])),
    ]
