"""Sample manuals: strict reading, repeatable PDFs that extract cleanly, and references that lead somewhere."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

import policies
from policies.corpus.manuals import MANUAL_REFERENCE, Grid
from policies.corpus.publishing import Manual, ManualError, publish_manual, read_manual

SAMPLES = sorted((Path(policies.__file__).parent / "samples" / "manuals").glob("*.md"))
SOURCE = """---
title: Test Manual
code: TST
edition: 2026.1
effective: 2026-01-01
programs: fha, va
states: ALL
issuer: Harborstone Mortgage
tier: lender overlay
---

# 1 Purpose & Scope

The limit is **45.00 percent**, see section 1.1 and CLM 4.2.

## 1.1 Limits

- first entry
- second entry
  on two lines

1. one
2. two

| Name | Limit |
|---|---|
| ratio | 45.00 |
"""

Published = dict[str, tuple[Manual, PdfReader, int]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "test-manual.md"
    path.write_text(SOURCE)
    return path


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("manuals")
    found: Published = {}
    for sample in SAMPLES:
        pages = publish_manual(sample, folder / f"{sample.stem}.pdf")
        found[sample.stem] = (read_manual(sample), PdfReader(folder / f"{sample.stem}.pdf"), pages)
    return found


def test_front_matter_becomes_the_manual(source: Path) -> None:
    manual = read_manual(source)
    assert (manual.code, manual.effective, manual.programs) == ("TST", date(2026, 1, 1), ("fha", "va"))
    assert [heading.number for heading in manual.headings] == ["1", "1.1"]


def test_the_same_source_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    publish_manual(source, tmp_path / "one.pdf")
    publish_manual(source, tmp_path / "two.pdf")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_ingestion_finds_its_labels_in_the_pdf(source: Path, tmp_path: Path) -> None:
    publish_manual(source, tmp_path / "test.pdf")
    labels: dict[str, Any] = dict(PdfReader(tmp_path / "test.pdf").metadata or {})
    assert labels["/Keywords"] == (
        "programs=fha,va; states=ALL; effective=2026-01-01; edition=2026.1; code=TST; tier=lender overlay"
    )
    assert (labels["/Title"], labels["/Author"]) == ("Test Manual", "Harborstone Mortgage")


def test_text_extracts_in_order_with_section_numbers_at_line_starts(source: Path, tmp_path: Path) -> None:
    publish_manual(source, tmp_path / "test.pdf")
    lines = PdfReader(tmp_path / "test.pdf").pages[0].extract_text().splitlines()
    assert "1 Purpose & Scope" in lines
    assert "1.1 Limits" in lines
    assert "The limit is 45.00 percent, see section 1.1 and CLM 4.2." in lines
    assert any(line.endswith("second entry on two lines") for line in lines)
    assert "Page 1 of 1" in lines


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("---\ntitle", "title", "line 1: the front matter is missing"),
        ("issuer: Harborstone Mortgage\n", "", "lacks issuer"),
        ("tier: lender overlay", "colour: blue", "line 9: cannot use 'colour: blue'"),
        ("2026-01-01", "January", "line 5: effective is 'January'"),
        ("## 1.1 Limits", "## 1.2 Limits", "section 1.2 does not follow on"),
        ("## 1.1 Limits", "### 1.1 Limits", "section 1.1 does not follow on"),
        ("## 1.1 Limits", "#Limits", "line 16: cannot use '#Limits'"),
        ("see section 1.1", "see section 9.9", "line 14: there is no section 9.9"),
        ("| ratio | 45.00 |", "| ratio |", "line 27: 1 cells in a table of 2"),
        ("|---|---|\n", "", "a table needs a header"),
        ("45.00 percent", "≥ 45.00 percent", "fonts lack '≥' (U+2265)"),
        ("CLM 4.2.", "[here](x)", "is not supported"),
        ("CLM 4.2.", "`code`", "is not supported"),
    ],
)
def test_a_broken_source_names_its_line_and_leaves_no_pdf(
    source: Path, tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    assert old in SOURCE
    source.write_text(SOURCE.replace(old, new, 1))
    with pytest.raises(ManualError, match=re.escape(complaint)):
        publish_manual(source, tmp_path / "out" / "test.pdf")
    assert not (tmp_path / "out").exists()


def test_a_text_without_headings_cannot_be_cited_and_is_refused(source: Path) -> None:
    source.write_text(SOURCE.split("# 1 Purpose", maxsplit=1)[0] + "Only prose.\n")
    with pytest.raises(ManualError, match="no numbered heading"):
        read_manual(source)


@settings(deadline=None, max_examples=25)
@given(st.text(alphabet="ABC <>&%$'.,", max_size=80))
def test_plain_text_reaches_the_page_whatever_signs_it_holds(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    source, target = folder / "plain.md", folder / "plain.pdf"
    source.write_text(SOURCE.replace("CLM 4.2.", f"so: X{text}X"))
    publish_manual(source, target)
    page = "".join(PdfReader(target).pages[0].extract_text().split())
    assert "".join(f"X{text}X".split()) in page


def test_the_sample_manuals_hold_at_least_44_pages(published: Published) -> None:
    assert set(published) == {"conventional-lending-manual", "government-lending-manual", "compliance-manual"}
    assert sum(pages for _, _, pages in published.values()) >= 44
    assert all(pages == len(pdf.pages) for _, pdf, pages in published.values())


def test_every_heading_of_a_sample_is_a_bookmark_on_the_page_that_prints_it(published: Published) -> None:
    for manual, pdf, _ in published.values():
        printed = {line: number for number, page in enumerate(pdf.pages) for line in page.extract_text().splitlines()}
        marks = dict(_bookmarks(pdf, pdf.outline))
        for heading in manual.headings:
            name = f"{heading.number} {heading.title}"
            assert printed[name] == marks[name], name


def test_no_word_of_a_sample_is_broken_in_a_narrow_column(published: Published) -> None:
    for manual, pdf, _ in published.values():
        words = {word for page in pdf.pages for word in page.extract_text().split()}
        for grid in (block for block in manual.blocks if isinstance(block, Grid)):
            cells = " ".join(cell for row in (grid.header, *grid.rows) for cell in row)
            assert not {word for word in cells.replace("**", "").split() if word not in words}


def _bookmarks(pdf: PdfReader, entries: list[Any]) -> Iterator[tuple[str, int | None]]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _bookmarks(pdf, entry)
        else:
            yield entry.title, pdf.get_destination_page_number(entry)


def test_references_between_the_samples_lead_to_a_section(published: Published) -> None:
    sections = {manual.code: {heading.number for heading in manual.headings} for manual, _, _ in published.values()}
    for sample in SAMPLES:
        for code, number in MANUAL_REFERENCE.findall(sample.read_text()):
            assert code not in sections or number in sections[code], f"{sample.name} cites {code} {number}"


def test_superseded_figures_appear_only_as_superseded() -> None:
    stale = re.compile(r"\b(?:766,550|806,500|110,260|66,156|SR 11-7|SB 24-205|0\.85 percent)\b")
    for sample in SAMPLES:
        for paragraph in sample.read_text().split("\n\n"):
            if stale.search(paragraph):
                assert re.search(r"supersede|replaced", paragraph), f"{sample.name}: {paragraph}"


def test_the_scorecard_and_the_premiums_are_printed_as_the_rulebook_applies_them() -> None:
    manual = read_manual(next(sample for sample in SAMPLES if sample.stem.startswith("conventional")))
    grids = [block for block in manual.blocks if isinstance(block, Grid)]
    [scorecard] = [grid for grid in grids if grid.header == ("Factor", "Value", "Points")]
    printed = [points for _, _, points in scorecard.rows]
    factors = ("credit_score", "back_end_dti", "ltv", "reserves_months", "years_employed")
    applied = [row["limit"] for factor in factors for row in _rows("scorecard", f"points_{factor}")]
    assert printed == [*(value["limit"] for value in _rulebook("scorecard")["points_base"]["values"]), *applied]
    [card] = [grid for grid in grids if grid.header[-1] == "Score below 680"]
    premiums = [row["limit"] for row in _rows("rates", "conventional_mi") if "credit_score" in row]
    assert [cell for row in card.rows for cell in row[1:]] == premiums


def _rulebook(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(policies.__file__).parent / "rulebook" / f"{name}.toml").read_text())


def _rows(name: str, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _rulebook(name)[table]["values"][-1]["rows"]
    return rows
