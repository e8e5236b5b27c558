"""The watched folders and S3 addresses, looked through once: what is new or changed goes into the corpus."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from policies.corpus.ingest import READER, Status, ingest_content
from policies.corpus.sources import FileChanged, Listed, Source, source_at
from policies.corpus.watched_items import ACTOR, remember, remembered_marks, tell_no_more, tell_once
from policies.exceptions import DocumentError, NameTaken, SourceUnreachable, UnreadableFile
from policies.models import PolicyDocument


@dataclass(slots=True)
class Poll:
    """What one look found: files listed, versions stored, files left out with an error, sources without an answer.

    ``is_finished`` is False where time ran out; the next look goes on from there.
    """

    listed: int = 0
    stored: int = 0
    failed: int = 0
    unreachable: list[str] = field(default_factory=list)
    is_finished: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that a source lists."""

    source: Source
    file: Listed

    @property
    def mark(self) -> str:
        """Changes with the file, and when files have to be read anew."""
        return f"{READER}:{self.file.mark}"


def poll_sources(addresses: Iterable[str], *, settled_seconds: float, seconds: float) -> Poll:
    """Ingest what is new or changed below the addresses of folders and S3 prefixes.

    What has not changed since it was last dealt with is not even fetched; what fails is told once; what was removed
    changes nothing. A file counts as written ``settled_seconds`` after its last change; no further file is begun after
    ``seconds`` of wall clock. Raises EmbedderError where the model cannot be used.
    """
    until, poll = time.monotonic() + seconds, Poll()
    offers = [offer for address in addresses for offer in _offers(address, settled_seconds, poll)]
    owners, marks = _owners(offers, poll.unreachable), remembered_marks()
    poll.listed = len(offers)
    for offer in offers:
        if marks.get(offer.file.address) == offer.mark or offer.source.address in poll.unreachable:
            continue
        if time.monotonic() > until:
            poll.is_finished = False
            break
        _deal_with(offer, owners[offer.file.name], poll)
    return poll


def _offers(address: str, settled_seconds: float, poll: Poll) -> Sequence[Offer]:
    try:
        source = source_at(address, settled_seconds)
        offers = [Offer(source, file) for file in source.listing()]
    except SourceUnreachable as exc:
        _leave(address, exc, poll)
        return ()
    tell_no_more(address)
    return offers


def _leave(address: str, fault: SourceUnreachable, poll: Poll) -> None:
    poll.unreachable.append(address)
    tell_once("policy.source_unreachable", address, str(fault))


def _owners(offers: Sequence[Offer], unreachable: Sequence[str]) -> Mapping[str, str]:
    """Return, by file name, the one address whose file is that document.

    A document stays with the address it came from while that is listed or cannot be asked; else the first one has it.
    """
    first: dict[str, str] = {}
    for offer in offers:
        first.setdefault(offer.file.name, offer.file.address)
    listed = {offer.file.address for offer in offers}
    known = PolicyDocument.objects.filter(file_name__in=first).exclude(source="").values_list("file_name", "source")
    kept = {name: source for name, source in known if source in listed or source.startswith(tuple(unreachable))}
    return {**first, **kept}


def _deal_with(offer: Offer, owner: str, poll: Poll) -> None:
    """Ingest one file, or tell why not."""
    address, name = offer.file.address, offer.file.name
    try:
        if address != owner:
            raise NameTaken(name, f"{address} and {owner}")
        with offer.source.content(offer.file) as blocks:
            result = ingest_content(name, blocks, by=ACTOR)
    except FileChanged:
        return
    except SourceUnreachable as exc:
        _leave(offer.source.address, exc, poll)
    except DocumentError as exc:
        poll.failed += 1
        tell_once("policy.not_ingested", address, str(exc), "" if isinstance(exc, UnreadableFile) else offer.mark)
    else:
        poll.stored += result.status is not Status.UNCHANGED
        PolicyDocument.objects.filter(file_name=name).exclude(source=address).update(source=address)
        remember(address, offer.mark)
