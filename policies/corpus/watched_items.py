"""What polling remembers, and what it tells: every fault once, not at every look."""

import logging

from django.db import transaction

from audit import log as audit_log
from policies.models import WatchedItem

logger = logging.getLogger(__name__)
ACTOR = "watched folder"


def remembered_marks() -> dict[str, str]:
    """Return the mark of each file as it was last dealt with, by address."""
    return dict(WatchedItem.objects.exclude(mark="").values_list("address", "mark"))


def remember(address: str, mark: str) -> None:
    """Note that a file with this mark is in the corpus."""
    WatchedItem.objects.update_or_create(address=address, defaults={"mark": mark, "error": ""})


def tell_once(verb: str, address: str, error: str, mark: str = "") -> None:
    """Log and audit a fault unless it is the one last told of this address.

    With a mark, the file is left alone until it changes; without one it is tried again at the next look.
    """
    if WatchedItem.objects.filter(address=address, error=error, mark=mark).exists():
        return
    with transaction.atomic():
        item, _ = WatchedItem.objects.update_or_create(address=address, defaults={"mark": mark, "error": error})
        audit_log.record(verb, subject=f"policies.watcheditem:{item.pk}", actor=ACTOR, address=address, error=error)
    logger.warning("%s", error)


def tell_no_more(address: str) -> None:
    """Forget the fault of a source that answers again."""
    WatchedItem.objects.filter(address=address).delete()
