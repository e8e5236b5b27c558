"""A person's word on a passage that reads like an order to a model, or that does not and is one."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from audit import log as audit_log
from policies.exceptions import MarkRefused
from policies.models import PassageMark, PolicyChunk, PolicyDocument, PolicyVersion
from policies.models.marks import REASON_CHARACTERS, text_hash
from policies.taking_turns import take_turn


class Marked(NamedTuple):
    """How many passages of a version are kept from models; ``whole`` where that many stand in it that all of it is."""

    passages: int
    whole: bool


def mark_passage(*, chunk: PolicyChunk, is_suspicious: bool, reason: str, by: str) -> bool:
    """Show a passage's wording to models, or keep it from them, in every version of its document; return if it changed.

    It holds for later readings and versions with the same wording. Raises MarkRefused without a reason, or where the
    passage was read anew since it was looked at.
    """
    if not reason.strip() or len(reason) > REASON_CHARACTERS:
        raise MarkRefused(f"Give the reason in 1 to {REASON_CHARACTERS} characters; it is kept in the audit trail.")
    document = chunk.version.document
    with transaction.atomic():
        take_turn(f"policies.name:{document.file_name}")
        if not PolicyChunk.objects.filter(pk=chunk.pk, text=chunk.text).exists():
            raise MarkRefused("This passage was read anew since you opened it. Search for it again.")
        alike = PolicyChunk.objects.filter(version__document=document, text=chunk.text)
        changed = alike.exclude(is_suspicious=is_suspicious).update(is_suspicious=is_suspicious)
        if changed:
            _keep(chunk, document, is_suspicious, reason.strip(), by)
    return bool(changed)


def _keep(chunk: PolicyChunk, document: PolicyDocument, is_suspicious: bool, reason: str, by: str) -> None:
    said = {"is_suspicious": is_suspicious, "reason": reason, "marked_by": by}
    PassageMark.objects.update_or_create(document=document, text_hash=text_hash(chunk.text), defaults=said)
    audit_log.record(
        "policy.passage_marked",
        subject=f"policies.policyversion:{chunk.version_id}",
        actor=by,
        file=document.file_name,
        page=chunk.page,
        passage=chunk.pk,
        shown_to_models=not is_suspicious,
        reason=reason,
    )


def mark_of(chunk: PolicyChunk) -> PassageMark | None:
    """Return what a person said of a passage's wording, None where nobody did."""
    return PassageMark.objects.filter(document=chunk.version.document_id, text_hash=text_hash(chunk.text)).first()


def marked_in(version: PolicyVersion) -> Marked:
    """Return how many passages of a version are kept from models, and whether the whole of it is."""
    count = version.chunks.filter(is_suspicious=True).count()
    return Marked(count, whole=count > 1 and 10 * count > version.pages)


def as_marked(document: PolicyDocument, texts: Sequence[str], found: Sequence[bool]) -> list[bool]:
    """Return which texts are suspicious: by what people said of that wording before, else by what reading found."""
    said = dict(PassageMark.objects.filter(document=document).values_list("text_hash", "is_suspicious"))
    if not said:
        return list(found)
    return [said.get(text_hash(text), own) for text, own in zip(texts, found, strict=True)]
