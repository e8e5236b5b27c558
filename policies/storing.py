"""The policy files themselves, kept in the media folder under the hash of their content."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

FOLDER = "policies"
UNFINISHED = ".incoming-"
ABANDONED_AFTER = 3600  # seconds


def file_name(content_hash: str) -> str:
    """Return where the file of this SHA-256 is kept, relative to the media folder."""
    return f"{FOLDER}/{content_hash}.pdf"


@contextmanager
def kept_file(content: IO[bytes], content_hash: str) -> Iterator[None]:
    """Keep ``content`` in the media folder under the name that ``file_name`` gives for its hash.

    The file is whole and on disk before the block runs, so a committed row never lacks its file. Where the block
    fails, a file that was not there before is taken away; the caller holds the lock of this content.
    """
    target = Path(settings.MEDIA_ROOT) / file_name(content_hash)
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    is_new = not target.exists()
    if is_new:
        _write(content, target)
    try:
        yield
    except BaseException:
        if is_new:
            target.unlink(missing_ok=True)
        raise


def _write(content: IO[bytes], target: Path) -> None:
    """Write beside the target, force to disk, then rename: nobody ever sees half a file."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=UNFINISHED, delete=False) as unfinished:
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


def _sweep(folder: Path) -> None:
    """Remove what a killed process left half-written more than an hour ago."""
    oldest = time.time() - ABANDONED_AFTER
    for left in folder.glob(f"{UNFINISHED}*"):
        try:
            if left.stat().st_mtime < oldest:
                left.unlink()
        except FileNotFoundError:  # another process swept it
            continue
