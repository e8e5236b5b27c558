"""What the pages of a version show beside the version itself: the one before it, and what changed between two."""

from typing import Any

from policies.corpus.version_diff import Change, differences
from policies.corpus.versions import section_texts
from policies.models import PolicyVersion


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """Return the version that this one replaced, or None for a document's first."""
    return version.document.versions.filter(number__lt=version.number).order_by("-number").first()


def comparison_context(version: PolicyVersion, number: str = "") -> dict[str, Any]:
    """Return what a version changed against the one of that number, else against the one before it.

    ``changes`` is None where there is nothing to compare with.
    """
    others = list(version.document.versions.exclude(pk=version.pk).order_by("-number"))
    chosen = next((each for each in others if str(each.number) == number), None) or version_before(version)
    if chosen is None:
        return {"others": others, "other": None, "changes": None}
    changes = differences(list(section_texts(chosen)), list(section_texts(version)))
    counts = [(kind, sum(each.change is kind for each in changes)) for kind in Change]
    return {"others": others, "other": chosen, "changes": changes, "counts": counts}
