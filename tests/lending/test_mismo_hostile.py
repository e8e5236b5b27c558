"""F4: a hostile XML file is refused in a sentence, nothing is expanded, fetched or stored, and a deal stays whole."""

from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending.exceptions import FileNotReadable
from lending.intake.importing import import_file
from lending.intake.mismo import deals, tree
from lending.intake.mismo.deals import read_deals
from lending.models import Borrower, LoanApplication
from tests.lending.hostile_imports import GOOD, Hostile, kinds, message, mutated
from tests.lending.test_mismo import TODAY


def endings(path: Path) -> list[str]:
    """Return what is said of a file: why it is refused, or of each deal what is wrong or that it is fine."""
    try:
        parsed = read_deals(path, today=TODAY)
    except FileNotReadable as refused:
        return [str(refused)]
    return [problem.message for deal in parsed for problem in deal.problems] or ["It is fine."]


class Opened:
    """Receives a parser's events and keeps the texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def data(self, text: str) -> None:
        self.texts.append(text)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)
def test_a_hostile_file_ends_in_a_sentence_and_leaves_nothing(kind: Hostile, tmp_path: Path) -> None:
    path = tmp_path / "loans.xml"
    path.write_bytes(kind.build())
    with pytest.raises(FileNotReadable) as refused:
        import_file(path, actor="test")
    assert kind.said in str(refused.value)
    assert str(refused.value).startswith("loans.xml: ")
    assert "root:" not in str(refused.value)
    assert not LoanApplication.objects.exists()
    assert not Borrower.objects.exists()


@pytest.mark.parametrize(
    "kind", [kind for kind in kinds() if "entity" in kind.name or "blow" in kind.name], ids=lambda kind: kind.name
)
def test_no_declared_entity_is_ever_expanded(kind: Hostile) -> None:
    """The parser stops at the declaration itself, before an element is opened, whatever the entity would hold."""
    opened = Opened()
    parser = DefusedXMLParser(target=opened, encoding="utf-8", forbid_dtd=True)
    with suppress(DefusedXmlException, ParseError):
        parser.feed(kind.build())
    assert opened.texts == []


@pytest.mark.parametrize("count", [5_000])
def test_a_flood_of_arcs_and_debts_takes_no_square_of_its_number(tmp_path: Path, count: int) -> None:
    """Each of these would be tens of millions of steps if any of them looked at all the others."""
    debts = "".join(
        f'<LIABILITY xlink:label="L{n}"><LiabilityType>Other</LiabilityType></LIABILITY>' for n in range(count)
    )
    arc = "urn:x/LIABILITY_IsAssociatedWith_ROLE"
    arcs = "".join(f'<RELATIONSHIP xlink:arcrole="{arc}" xlink:from="L{n}" xlink:to="gone"/>' for n in range(count))
    deal = f"<DEAL><LIABILITIES>{debts}</LIABILITIES><RELATIONSHIPS>{arcs}</RELATIONSHIPS></DEAL>"
    sets = f'<DEAL_SETS xmlns:xlink="{tree.XLINK}"><DEAL_SET><DEALS>{deal}</DEALS></DEAL_SET></DEAL_SETS>'
    path = tmp_path / "loans.xml"
    path.write_text(message(sets))
    [parsed] = read_deals(path, today=TODAY)
    assert 0 < len(parsed.problems) <= 100


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_file_is_read_or_refused_in_words(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "loans.xml"
    path.write_bytes(mutated(seed))
    said = endings(path)
    assert said
    assert all(sentence.endswith(".") for sentence in said)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    value=st.text(max_size=30), name=st.sampled_from(["BaseLoanAmount", "NoteRatePercent", "PostalCode", "LastName"])
)
def test_any_value_is_taken_or_named_and_never_repeated(value: str, name: str, tmp_path: Path) -> None:
    start = GOOD.index(f"<{name}>") + len(name) + 2
    end = GOOD.index(f"</{name}>")
    path = tmp_path / "loans.xml"
    path.write_text(GOOD[:start] + escape(value) + GOOD[end:], errors="ignore")
    if len(value) > 6:
        assert not any(value in sentence for sentence in endings(path))


def test_the_bounds_leave_room_for_real_files(shared_data: Path) -> None:
    """A file of two hundred real deals, each some 700 elements deep to level 20, is well inside every bound."""
    path = shared_data / "loan_files" / "mismo" / "du_1.8.5_ulad_export_scrubbed.xml"
    assert path.stat().st_size * 200 < tree.LARGEST_FILE
    assert deals.read_deals(path, today=TODAY)
