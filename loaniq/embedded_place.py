"""Where the embedded server keeps its things, and the locks that say who is at work there.

Everything lies under ``home``: ``postgres`` (the data), ``postgres.new`` (a first start under way), ``postgres.log``
and two lock files. ``postgres.starting`` is held by the one command that starts or stops. ``postgres.alive`` is handed
down to initdb and to every server process and never given back, so the kernel frees it when the last of them is gone:
that, not a process number in a file, tells a dead server from a living one.
"""

import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PORT = 5432  # only part of the socket's name: nothing listens on TCP
SOCKET_PATH_LIMIT = 107  # bytes, from sun_path in unix(7) less its closing zero
SHORT_SOCKET_PARENT = Path(os.sep) / "tmp"  # not $TMPDIR: a shell and a service must arrive at the same folder


class EmbeddedServerError(Exception):
    """The embedded database cannot be used: what is wrong, and what to do next."""

    def __init__(self, cause: str, next_step: str) -> None:
        super().__init__(f"{cause} {next_step}")


@dataclass(frozen=True)
class Place:
    """The paths of one embedded server."""

    home: Path
    data_dir: Path
    socket_dir: Path

    @property
    def socket(self) -> Path:
        """The socket that programs connect to."""
        return self.socket_dir / _socket_name()

    @property
    def log(self) -> Path:
        """The server's log; it holds no statement and no value, see ``embedded_programs``."""
        return self.home / "postgres.log"

    @property
    def unfinished(self) -> Path:
        """The folder that initdb fills before it is renamed to ``data_dir``."""
        return self.home / "postgres.new"


def place_at(home: Path) -> Place:
    """Return the paths for ``home``; two spellings of one folder give the same answer.

    The socket lies in the data folder, which only the server's own account can enter. Where that path is too long for
    a socket, or holds a comma (libpq reads it as two hosts), it lies in ``/tmp/loaniq-<hash of the data folder>``.
    """
    home = home.expanduser().resolve()
    data_dir = home / "postgres"
    named = os.fsencode(data_dir)
    if len(named) + 1 + len(_socket_name()) <= SOCKET_PATH_LIMIT and b"," not in named:
        return Place(home, data_dir, data_dir)
    return Place(home, data_dir, SHORT_SOCKET_PARENT / f"loaniq-{hashlib.sha256(named).hexdigest()[:16]}")


def _socket_name() -> str:
    return f".s.PGSQL.{PORT}"


def refuse_foreign_socket_dir(place: Place) -> None:
    """Raise EmbeddedServerError if a socket folder outside the data folder could be somebody else's trap.

    It must be a real folder, closed to others, and belong to whom the data belongs, or still to root, who is about to
    hand it over. One that does not exist is fine.
    """
    if place.socket_dir == place.data_dir or not os.path.lexists(place.socket_dir):
        return
    found = place.socket_dir.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if not private or found.st_uid not in {0, place.data_dir.stat().st_uid if place.data_dir.exists() else 0}:
        raise EmbeddedServerError(
            f"The socket folder {place.socket_dir} is open to other users or belongs to one of them.",
            "Remove it, or set LOANIQ_HOME to a shorter path.",
        )


def keep_file(place: Place, path: Path) -> IO[bytes]:
    """Open ``path`` for appending, making it if needed, readable by its owner only.

    Root gives it to the owner of ``home``, who can then still use the folder.
    """
    kept = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "ab", buffering=0)
    if os.geteuid() == 0:
        owner = place.home.stat()
        os.fchown(kept.fileno(), owner.st_uid, owner.st_gid)
    return kept


@contextmanager
def starting_lock(place: Place, seconds: float) -> Iterator[None]:
    """Let one command at a time start or stop the server; raises EmbeddedServerError after ``seconds`` of waiting."""
    place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    deadline = time.monotonic() + seconds
    with keep_file(place, place.home / "postgres.starting") as lock:
        while not _locked(lock):
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"Another command has been starting or stopping the database in {place.home} for {seconds:.0f} s.",
                    "Wait for it or end it, then run this command again.",
                )
            time.sleep(0.05)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # closing would not do if another thread has forked meanwhile


def alive_lock(place: Place) -> IO[bytes] | None:
    """Take the lock that server processes inherit, as an open file; None while any of them lives."""
    lock = keep_file(place, place.home / "postgres.alive")
    if _locked(lock):
        return lock
    lock.close()
    return None


def _locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def remove_stale_files(place: Place) -> None:
    """Remove what a killed server left behind; call only while holding the alive lock.

    PostgreSQL refuses to start over a pid file that is empty, or that names a process number somebody uses now; the
    file beside the socket is read the same way.
    """
    for path in (place.data_dir / "postmaster.pid", place.socket, place.socket.with_name(f"{_socket_name()}.lock")):
        path.unlink(missing_ok=True)
