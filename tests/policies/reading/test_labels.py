"""What a PDF says about itself."""

from datetime import date

import pytest

from policies.exceptions import WrongLabels
from policies.reading.labels import DocumentLabels, labels_from


def test_keywords_say_whom_a_manual_binds_and_since_when() -> None:
    metadata = {
        "title": "Underwriting Manual",
        "author": "Harborstone Mortgage",
        "keywords": "programs=fha, va; states=ALL; effective=2026-01-01; edition=7; code=CUM; tier=lender overlay",
    }
    assert labels_from(metadata, "manual.pdf") == DocumentLabels(
        title="Underwriting Manual",
        issuer="Harborstone Mortgage",
        tier="lender overlay",
        edition="7",
        programs=("fha", "va"),
        states=("ALL",),
        effective_from=date(2026, 1, 1),
    )


def test_a_file_without_labels_binds_all_since_an_unknown_day() -> None:
    labels = labels_from({"keywords": "mortgage, lending"}, "reg_b_12cfr1002.pdf")
    assert labels == DocumentLabels(title="reg b 12cfr1002")
    assert labels.programs == labels.states == ("ALL",)
    assert labels.effective_from is None


@pytest.mark.parametrize("keywords", ["effective=2026-02-30", "programs=FHA!", "states=Texas", "states=TX,,CA"])
def test_keywords_that_cannot_be_used_are_an_error_that_names_them(keywords: str) -> None:
    with pytest.raises(WrongLabels, match=keywords.partition("=")[0]):
        labels_from({"keywords": keywords}, "manual.pdf")


def test_overlong_labels_are_cut_to_their_columns() -> None:
    labels = labels_from({"title": "t" * 999, "author": "a" * 999, "keywords": f"edition={'e' * 99}"}, "manual.pdf")
    assert (len(labels.title), len(labels.issuer), len(labels.edition)) == (300, 200, 60)


def test_what_an_edition_does_not_say_goes_on_from_the_one_before() -> None:
    before = DocumentLabels("Handbook", "HUD", "agency guide", "7", ("fha",), ("OH",), date(2026, 1, 1))
    after = labels_from({"keywords": "effective=2026-07-01; states=PA"}, "handbook.pdf", before)
    assert after == DocumentLabels("Handbook", "HUD", "agency guide", "", ("fha",), ("PA",), date(2026, 7, 1))


def test_a_tier_is_one_of_three_however_it_is_written() -> None:
    assert labels_from({"keywords": "tier= Federal  Rule"}, "reg_b.pdf").tier == "federal rule"
    with pytest.raises(WrongLabels, match="tier='gossip' is none of federal rule, agency guide, lender overlay"):
        labels_from({"keywords": "tier=gossip"}, "reg_b.pdf")
