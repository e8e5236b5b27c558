"""A secret made once and kept beside the embedded database, for machines where nobody set one."""

import contextlib
import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """Return the secret in ``path``, making it first if it is absent; readable by its owner only.

    Two programs started at once agree: the file is written aside and linked into place, and the first link wins.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(secrets.token_urlsafe(50))
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
