"""The policy files themselves, kept in the media folder under the hash of their content."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from policies.models import PolicyVersion
from policies.taking_turns import take_turn, turn_is_free

FOLDER = "policies"
UNFINISHED = ".incoming-"
HASH_LENGTH = 64


def file_name(content_hash: str) -> str:
    """Return where the file of this SHA-256 is kept, relative to the media folder."""
    return f"{FOLDER}/{content_hash}.pdf"


@contextmanager
def kept_file(content: IO[bytes], content_hash: str) -> Iterator[None]:
    """Keep ``content`` in the media folder under the name that ``file_name`` gives for its hash.

    The file is whole and on disk before the block runs, so a committed row never lacks its file. Where the block
    fails, a file that was not there before is taken away. What killed processes left goes too. In a transaction.
    """
    take_turn(_turn(content_hash))
    target = Path(settings.MEDIA_ROOT) / file_name(content_hash)
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target.parent)
    is_new = not target.exists()
    if is_new:
        _write(content, target)
    try:
        yield
    except BaseException:
        if is_new:
            target.unlink(missing_ok=True)
        raise


def _turn(content_hash: str) -> str:
    return f"policies.content:{content_hash}"


def _write(content: IO[bytes], target: Path) -> None:
    """Write beside the target, force to disk, then rename: nobody ever sees half a file."""
    prefix = f"{UNFINISHED}{target.stem}-"
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=prefix, delete=False) as unfinished:
        try:
            content.seek(0)
            shutil.copyfileobj(content, unfinished)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            Path(unfinished.name).replace(target)
        except BaseException:
            Path(unfinished.name).unlink(missing_ok=True)
            raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder: Path) -> None:
    """Remove what killed processes left: files half-written, and whole ones whose version was never committed.

    Whoever still writes a file holds the turn of its content until the commit, so that one stays.
    """
    stored = PolicyVersion.objects.values_list("content_hash", flat=True)
    known = set(stored)
    for left in folder.iterdir():
        content_hash = left.name.removeprefix(UNFINISHED)[:HASH_LENGTH]
        is_whole = not left.name.startswith(UNFINISHED)
        if (is_whole and content_hash in known) or not turn_is_free(_turn(content_hash)):
            continue
        if not (is_whole and stored.filter(content_hash=content_hash).exists()):  # committed between the two looks
            left.unlink(missing_ok=True)
