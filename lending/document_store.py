"""Borrowers' papers on disk, each under the SHA-256 of its content; a file is what its bytes say, not its name."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

FOLDER = "borrowers"
ENDING = 2_048  # bytes at the end among which a whole PDF says that it ends
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SUFFIX = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}


def media_type_of(content: bytes) -> str:
    """Return what a file is by its first and last bytes: PDF, JPEG or PNG; "" for anything else, or for half a file."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-ENDING:]:
        return PDF
    if content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[-ENDING:]:
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-ENDING:]:
        return PNG
    return ""


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def place_of(sha256: str) -> Path:
    """Return where the file of this hash lies."""
    return Path(settings.MEDIA_ROOT) / FOLDER / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Write a file under its hash, whole or not at all, and return the hash; one that is there already stays."""
    sha256 = sha256_of(content)
    target = place_of(sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".incoming-", delete=False) as unfinished:
        try:
            unfinished.write(content)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            Path(unfinished.name).replace(target)
        except BaseException:
            Path(unfinished.name).unlink(missing_ok=True)
            raise
    return sha256
