"""Reads of one version as a whole."""

from collections.abc import Iterator
from itertools import groupby

from policies.corpus.version_diff import SectionText
from policies.models import PolicyVersion


def section_texts(version: PolicyVersion) -> Iterator[SectionText]:
    """Yield a version's text section by section, in order; passages of one section are joined by line breaks."""
    rows = version.chunks.order_by("ordinal").values_list("within__number", "section", "text")
    for (number, path), members in groupby(rows, key=lambda row: row[:2]):
        yield SectionText(number or "", path, "\n".join(text for _, _, text in members))
