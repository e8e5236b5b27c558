"""The embedded PostgreSQL: started when first needed, found again by every later command, safe to kill.

``ensure_server`` knocks on the socket; a server that lets the program in costs a few milliseconds and no subprocess.
Otherwise one command at a time brings it up: it waits for recovery, starts the server if none of its processes is
alive, and creates the database and the program's role if they are missing. The server outlives the command that
started it, whatever ends that command; only ``stop_server`` stops it.

It listens on a unix socket only, in a folder closed to other users; within that folder no password is asked.

As root: PostgreSQL refuses to be root, so it runs as the owner of the folder, or as the system user ``pgserver``. That
account must reach the data and the wheel: parent folders that are closed to others are opened for passing through, for
everybody, though not for listing; nothing else is opened. Keep ``home`` and the virtual environment out of private home
folders, or run as an ordinary user.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from loaniq.embedded_place import (
    PORT,
    EmbeddedServerError,
    Place,
    alive_lock,
    place_at,
    refuse_foreign_socket_dir,
    remove_stale_files,
    starting_lock,
)
from loaniq.embedded_programs import (
    APP_ROLE,
    DATABASE,
    OWNER,
    create_data_dir,
    create_database_and_role,
    has_data_dir,
    launch,
    shut_down,
)
from loaniq.embedded_wire import FULL, GOING, READY, UNPREPARED, Answer, knock

__all__ = ["EmbeddedServer", "EmbeddedServerError", "ServerStatus", "ensure_server", "server_status", "stop_server"]

READY_SECONDS = 60  # recovery after a crash replays up to max_wal_size (1 GB) of log
LOCK_SECONDS = 120
MOST_LAUNCHES = 3


@dataclass(frozen=True)
class EmbeddedServer:
    """How to reach the running server; no password is needed."""

    socket_dir: Path
    port: int
    data_dir: Path
    owner: str
    database: str
    app_role: str


@dataclass(frozen=True)
class ServerStatus:
    """What ``server_status`` saw; ``version`` is the full one while running, else the data folder's major version."""

    running: bool
    pid: int | None
    data_dir: Path
    socket_dir: Path
    version: str | None


def ensure_server(home: Path) -> EmbeddedServer:
    """Return the server whose data lies in ``home/postgres``, starting and preparing it if need be.

    Safe to call from several commands at once and after any kill. Raises EmbeddedServerError, naming the log, when the
    server is not ready within 60 seconds, dies at start, or its folder cannot be used.
    """
    place = place_at(home)
    try:
        if not _is_up(_ask(place)):
            with starting_lock(place, LOCK_SECONDS):
                _bring_up(place)
    except OSError as exc:
        raise _unusable(place, exc) from exc
    return EmbeddedServer(place.socket_dir, PORT, place.data_dir, OWNER, DATABASE, APP_ROLE)


def stop_server(home: Path) -> bool:
    """Stop the server of ``home`` and wait until its last process is gone; False if it was not running.

    Open sessions are ended and their unfinished transactions undone. Raises EmbeddedServerError when that takes more
    than a minute.
    """
    place = place_at(home)
    try:
        if not place.data_dir.exists():
            return False
        with starting_lock(place, LOCK_SECONDS):
            running = _ask(place) is not None
            if running:
                shut_down(place, READY_SECONDS)
            _wait_until_gone(place)  # processes that outlived a killed postmaster leave by themselves
    except OSError as exc:
        raise _unusable(place, exc) from exc
    return running


def server_status(home: Path) -> ServerStatus:
    """Say whether the server of ``home`` runs, without starting it or writing anything."""
    place = place_at(home)
    try:
        answer = _ask(place)
        version = (answer and answer.version) or _first_line(place.data_dir / "PG_VERSION") or None
        pid = _first_line(place.data_dir / "postmaster.pid") if answer else ""
    except OSError as exc:
        raise _unusable(place, exc) from exc
    return ServerStatus(
        answer is not None, int(pid) if pid.isdigit() else None, place.data_dir, place.socket_dir, version
    )


def _ask(place: Place) -> Answer | None:
    refuse_foreign_socket_dir(place)
    return knock(place.socket, user=APP_ROLE, database=DATABASE)


def _is_up(answer: Answer | None) -> bool:
    return answer is not None and answer.state in {READY, FULL}


def _bring_up(place: Place) -> None:
    """Start, wait and prepare until the program is let in; call only while holding the starting lock."""
    deadline = time.monotonic() + READY_SECONDS
    launches, pause = 0, 0.02
    while not _is_up(answer := _ask(place)):
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"PostgreSQL in {place.data_dir} was not ready within {READY_SECONDS} s.",
                f"A long recovery may still be under way: read {place.log}, then run the command again.",
            )
        if answer is None and launches < MOST_LAUNCHES:
            launches += _launch_if_dead(place)
        elif answer is None:
            _refuse_if_dead(place)
        elif answer.state in UNPREPARED:
            _prepare(place)
        elif not answer.state.startswith(GOING):
            raise EmbeddedServerError(
                f"PostgreSQL in {place.data_dir} refuses the role {APP_ROLE} (SQLSTATE {answer.state}).",
                f"Read {place.log} and check pg_hba.conf in the data folder.",
            )
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)


def _prepare(place: Place) -> None:
    try:
        create_database_and_role(place)
    except psycopg.Error as exc:
        if exc.sqlstate is None or exc.sqlstate.startswith(GOING):
            return  # the server was killed or stopped meanwhile: the next knock will tell
        raise EmbeddedServerError(
            f"PostgreSQL in {place.data_dir} cannot create the database {DATABASE}: {exc}.",
            "Remove the cause, then run the command again.",
        ) from exc


def _launch_if_dead(place: Place) -> int:
    """Launch the server unless a process of it lives; return the number of launches. A slow initdb counts as living."""
    alive = alive_lock(place)
    if alive is None:
        return 0
    with alive:
        if not has_data_dir(place):
            create_data_dir(place, alive.fileno())
        remove_stale_files(place)
        launch(place, alive.fileno())
    return 1


def _refuse_if_dead(place: Place) -> None:
    alive = alive_lock(place)
    if alive is not None:
        alive.close()
        raise EmbeddedServerError(
            f"PostgreSQL in {place.data_dir} ended {MOST_LAUNCHES} times while starting.",
            f"Its reason is at the end of {place.log}.",
        )


def _wait_until_gone(place: Place) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while (alive := alive_lock(place)) is None:
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"Processes of PostgreSQL in {place.data_dir} are still alive {READY_SECONDS} s after it was stopped.",
                f"Read {place.log}, then run the command again.",
            )
        time.sleep(0.05)
    alive.close()


def _first_line(path: Path) -> str:
    with suppress(FileNotFoundError, NotADirectoryError):
        return (path.read_text().splitlines() or [""])[0].strip()
    return ""


def _unusable(place: Place, exc: OSError) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"The embedded database cannot be used: {exc.strerror or exc} ({exc.filename or place.socket}).",
        "Run LoanIQ as the folder's owner, free disk space, or set LOANIQ_HOME to a folder you can write to.",
    )
