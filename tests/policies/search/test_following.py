"""References between sections: what a mention means, and what is brought along."""

from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from policies.models import PolicyReference, PolicySection, PolicyVersion
from policies.search.citations import SearchQuery, SearchResult
from policies.search.following import Heading, Mention, prefixes, resolved, steps_of
from policies.search.retrieval import PolicySearch
from tests.policies.stored_texts import store

OWN, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1026.43(c)(2)", ["1026.43(c)(2)", "1026.43(c)", "1026.43"]),
        ("II.A.5.b", ["II.A.5.b", "II.A.5", "II.A", "II"]),
        ("B3-6-02", ["B3-6-02", "B3-6", "B3"]),
        ("4.2", ["4.2"]),
        ("4012a", ["4012a"]),
    ],
)
def test_a_number_stands_in_shorter_ones(number: str, expected: list[str]) -> None:
    assert prefixes(number) == expected


@pytest.mark.parametrize(
    ("wanted", "headings", "found"),
    [
        ("1026.43(e)(4)", [(OWN, "1026.43(e)"), (OWN, "1026.43(e)(4)")], (OWN, "1026.43(e)(4)")),
        ("1026.43(e)(4)", [(OTHER, "1026.43(e)(4)"), (OWN, "1026.43(e)")], (OWN, "1026.43(e)")),
        ("1026.35(b)", [(OTHER, "1026.35"), (OWN, "1026.43")], (OTHER, "1026.35")),
        ("4.2", [(OTHER, "4.2")], None),
        ("1026.43(c)(3)", [(OWN, "1026.43(c)"), (OWN, "1026.43")], None),
    ],
)
def test_a_mention_means_its_own_document_first(
    wanted: str, headings: list[tuple[UUID, str]], found: tuple[UUID, str] | None
) -> None:
    places = [Heading(version, number, place) for place, (version, number) in enumerate(headings)]
    heading = resolved(Mention(1, OWN, "1026.43(c)(2)", wanted), places)
    assert (heading and (heading.version_id, heading.number)) == found


def test_exceptions_come_first_then_what_stands_above() -> None:
    mentions = [
        Mention(1, OWN, "4.2", "7.1"),
        Mention(1, OWN, "4.2", "4", is_above=True),
        Mention(2, OWN, "5.3", "9.9", is_exception=True),
    ]
    headings = [Heading(OWN, "7.1", 71), Heading(OWN, "4", 40), Heading(OWN, "9.9", 99)]
    assert [step.why for step in steps_of([1, 2], mentions, headings)] == [
        "9.9, the exception named by 5.3",
        "4, the heading above 4.2",
        "7.1, to which 4.2 refers",
    ]


TEXTS = [
    "A creditor must verify the income of every applicant, except as provided in 4.9.",
    "Appraisals are ordered by the lender.",
    "Streamlined refinances need no such check; see 4.7.",
    "A streamlined refinance lowers the payment, as 4.8 says.",
    "Payments are lowered by a twentieth.",
]
NUMBERS = ["4.1", "4.5", "4.9", "4.7", "4.8"]


def manual(name: str = "manual.pdf", program: str = "ALL") -> PolicyVersion:
    """Store a manual whose first section names the third as its exception, that one the fourth, that one the fifth."""
    version = store(name, TEXTS, programs=[program])
    chunks = list(version.chunks.order_by("ordinal"))
    for chunk, number in zip(chunks, NUMBERS, strict=True):
        chunk.within = PolicySection.objects.create(
            version=version, ordinal=chunk.ordinal, number=number, path=number, page=chunk.page
        )
        chunk.save()
    for place, wanted, is_exception in ((0, "4.9", True), (2, "4.7", False), (3, "4.8", False)):
        PolicyReference.objects.create(chunk=chunks[place], wanted=wanted, is_exception=is_exception)
    return version


def ask(question: str, **filters: str) -> SearchResult:
    return PolicySearch().search(SearchQuery(question, top=1, **filters))


@pytest.fixture
def _hash_embedder(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"


@pytest.mark.django_db
@pytest.mark.usefixtures("_hash_embedder")
def test_a_hit_brings_the_exception_it_names_and_what_that_refers_to_but_no_third_step() -> None:
    manual()
    result = ask("Must the creditor verify the income of the applicant?")
    assert [(passage.text, passage.brought_by) for passage in result.passages] == [
        (TEXTS[0], ""),
        (TEXTS[2], "4.9, the exception named by 4.1"),
        (TEXTS[3], "4.7, to which 4.9 refers"),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("_hash_embedder")
def test_a_reference_leads_into_no_text_that_the_filters_keep_out() -> None:
    store("fha.pdf", ["The creditor must verify income, see 1026.43(c)."], programs=["fha"])
    chunk = PolicyVersion.objects.get().chunks.get()
    PolicyReference.objects.create(chunk=chunk, wanted="1026.43(c)")
    other = store("va.pdf", ["Ability to repay."], programs=["va"])
    section = PolicySection.objects.create(version=other, ordinal=0, number="1026.43(c)", path="(c)", page=1)
    other.chunks.update(within=section)
    assert len(ask("creditor verify income", program="fha").passages) == 1
    assert len(ask("creditor verify income").passages) == 2


def test_a_heading_with_no_text_of_its_own_is_not_brought() -> None:
    above = Mention(1, OWN, "4.2", "4", is_above=True)
    assert resolved(above, [Heading(OWN, "4", 41, has_own_text=False)]) is None
    assert resolved(above, [Heading(OWN, "4", 40)]) is not None


def test_a_mention_of_nothing_known_leads_nowhere() -> None:
    assert resolved(Mention(1, uuid4(), "4.1", "1026.99"), []) is None
