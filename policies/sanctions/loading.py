"""Loading official sanctions lists in OFAC's own CSV layout: a whole edition at once, or nothing of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from audit import log as audit_log
from policies.models import SanctionsEntry, SanctionsList
from policies.sanctions.reading import Edition, content_of, read_edition
from policies.sanctions.screening import ListedParty


class Status(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Changes:
    """How an edition differs from the one before: entries new, changed and gone. A changed one hits again."""

    new: int = 0
    changed: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of one list: how many entries of each kind, further names and addresses it has, and what changed."""

    source: str
    status: Status
    entries: int
    kinds: dict[str, int]
    aliases: int
    addresses: int
    changes: Changes
    list_id: int = field(repr=False)


def load_sanctions(
    sdn: Path,
    alt: Path | None = None,
    add: Path | None = None,
    *,
    source: str,
    published: date | None = None,
    sample: bool = False,
    by: str = "",
) -> LoadResult:
    """Store an edition of ``source`` and make it current, in one transaction; the same bytes change nothing.

    Raises SanctionsListRefused for an unreadable or empty file or any bad row.
    """
    digest = _digest(sdn, alt, add)
    edition = read_edition(sdn, alt, add, source=source)
    with transaction.atomic():
        before = SanctionsList.objects.select_for_update().filter(source=source, is_current=True).first()
        if before is not None and before.content_hash == digest and before.is_sample == sample:
            return _result(before, Status.UNCHANGED, edition, Changes())
        changes = _changes(before, edition.parties)
        SanctionsList.objects.filter(source=source, is_current=True).update(is_current=False)
        stored = SanctionsList.objects.create(
            source=source, content_hash=digest, published_on=published, is_sample=sample
        )
        SanctionsEntry.objects.bulk_create([_entry(stored, party) for party in edition.parties], batch_size=1000)
        audit_log.record(
            "sanctions.loaded",
            subject=f"policies.sanctionslist:{source}",
            actor=by or "system",
            entries=len(edition.parties),
            content_hash=digest,
            sample=sample,
        )
    return _result(stored, Status.REPLACED if before else Status.ADDED, edition, changes)


def listed_party(entry: SanctionsEntry) -> ListedParty:
    """Return a stored entry as screening takes it; its list must be loaded with it."""
    return ListedParty(
        source=entry.sanctions_list.source,
        number=entry.number,
        kind=entry.kind,
        name=entry.name,
        aliases=tuple(entry.aliases),
        birth_dates=tuple(entry.birth_dates),
        programs=entry.programs,
        remarks=entry.remarks,
    )


def _digest(*paths: Path | None) -> str:
    return hashlib.sha256(b"\0".join(content_of(path) for path in paths if path is not None)).hexdigest()


def _changes(before: SanctionsList | None, parties: Iterable[ListedParty]) -> Changes:
    """Compare an edition with the one in force by what a clearing refers to."""
    entries = before.entries.select_related("sanctions_list") if before else ()
    old = {entry.number: listed_party(entry).entry_key for entry in entries}
    new = {party.number: party.entry_key for party in parties}
    changed = sum(old[number] != key for number, key in new.items() if number in old)
    return Changes(new=len(new.keys() - old.keys()), changed=changed, gone=len(old.keys() - new.keys()))


def _result(stored: SanctionsList, status: Status, edition: Edition, changes: Changes) -> LoadResult:
    return LoadResult(
        source=stored.source,
        status=status,
        entries=len(edition.parties),
        kinds=dict(Counter(party.kind for party in edition.parties)),
        aliases=sum(len(party.aliases) for party in edition.parties),
        addresses=edition.addresses,
        changes=changes,
        list_id=stored.pk,
    )


def _entry(edition: SanctionsList, party: ListedParty) -> SanctionsEntry:
    return SanctionsEntry(
        sanctions_list=edition,
        number=party.number,
        kind=party.kind,
        name=party.name,
        aliases=list(party.aliases),
        programs=party.programs,
        birth_dates=list(party.birth_dates),
        remarks=party.remarks,
    )
