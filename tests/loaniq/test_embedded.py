"""The embedded PostgreSQL: real servers in folders of their own, killed and found again."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from psycopg import errors

from loaniq.embedded import EmbeddedServer, EmbeddedServerError, ensure_server, server_status, stop_server
from loaniq.embedded_place import place_at
from loaniq.embedded_programs import PREPARATION_LOCK

PROJECT = Path(__file__).resolve().parents[2]
START = "import sys, pathlib; from loaniq.embedded import *; h = pathlib.Path(sys.argv[1]); ensure_server(h); "
START_AND_TELL = START + "print(server_status(h).pid)"
NOBODY = 65534

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="finds server processes through /proc"),
]


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder with a short path, so that the socket lies in the data folder (pytest's own are too deep)."""
    with short_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def finished_home() -> Iterator[Path]:
    """A folder whose server was started once and stopped, to copy: initdb is most of a test's time."""
    with short_folder() as folder:
        ensure_server(folder)
        stop_server(folder)
        yield folder


@pytest.fixture
def used_home(home: Path, finished_home: Path) -> Path:
    subprocess.run(["cp", "-a", *finished_home.iterdir(), home], check=True)
    return home


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    """A running server for the tests that only look."""
    with short_folder() as folder:
        yield ensure_server(folder)


@contextmanager
def short_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="loaniq-test-"))
    try:
        yield folder
    finally:
        for home in {folder, *(path.parent for path in folder.rglob("postgres"))}:
            place = place_at(home)
            kill_server(place.data_dir)
            shutil.rmtree(place.socket_dir, ignore_errors=True)
        shutil.rmtree(folder)


def server_processes(data_dir: Path) -> list[int]:
    """Every process of a server works in its data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == data_dir:
                found.append(int(process.name))
    return found


def kill_server(data_dir: Path) -> None:
    """Kill -9 every server process and wait until the kernel has buried them."""
    while processes := server_processes(data_dir):
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def connect(server: EmbeddedServer, user: str, database: str = "loaniq") -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host=str(server.socket_dir), port=server.port, user=user, dbname=database, autocommit=True, connect_timeout=5
    )


def start_elsewhere(home: Path, code: str = START_AND_TELL, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(home)], cwd=PROJECT, stdout=subprocess.PIPE, text=True, **options
    )


def test_a_second_start_finds_the_same_server(used_home: Path) -> None:
    first = ensure_server(used_home)
    pid = server_status(used_home).pid
    assert ensure_server(used_home / ".." / used_home.name) == first
    assert server_status(used_home).pid == pid
    assert (first.owner, first.database, first.app_role) == ("postgres", "loaniq", "loaniq_app")


def test_the_server_keeps_to_its_settings(server: EmbeddedServer) -> None:
    with connect(server, "postgres") as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in ("fsync", "data_checksums", "listen_addresses", "max_connections", "server_encoding")
        }
    assert shown == {
        "fsync": ("on",),
        "data_checksums": ("on",),
        "listen_addresses": ("",),
        "max_connections": ("100",),
        "server_encoding": ("UTF8",),
    }


def test_the_programs_role_owns_nothing_and_creates_nothing(server: EmbeddedServer) -> None:
    with connect(server, "loaniq_app") as connection:
        powers = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(powers).fetchone() == (False, False, False, False)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE public.mine (id int)")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("CREATE SCHEMA mine")
        owned = "SELECT count(*) FROM pg_shdepend JOIN pg_roles ON refobjid = pg_roles.oid WHERE rolname = current_user"
        assert connection.execute(owned).fetchone() == (0,)


def test_personal_data_stays_out_of_the_log(server: EmbeddedServer) -> None:
    with connect(server, "postgres") as connection:
        connection.execute("CREATE TABLE borrower (email text PRIMARY KEY)")
        connection.execute("INSERT INTO borrower VALUES ('ada@example.com')")
        with pytest.raises(errors.UniqueViolation):
            connection.execute("INSERT INTO borrower VALUES ('ada@example.com')")
        with pytest.raises(errors.InvalidTextRepresentation):
            connection.execute("SELECT 'ada@example.com'::int")
    assert "ada@example.com" not in (server.data_dir.parent / "postgres.log").read_text()


def test_committed_rows_survive_a_kill_of_every_process(used_home: Path) -> None:
    server = ensure_server(used_home)
    with connect(server, "postgres") as connection:
        connection.execute("CREATE TABLE decision (id int)")
        connection.execute("INSERT INTO decision SELECT generate_series(1, 500)")
    kill_server(server.data_dir)
    assert not server_status(used_home).running
    with connect(ensure_server(used_home), "postgres") as connection:
        assert connection.execute("SELECT count(*) FROM decision").fetchone() == (500,)


def test_a_killed_postmaster_is_replaced_once_its_last_session_has_gone(used_home: Path) -> None:
    server = ensure_server(used_home)
    before = server_status(used_home).pid
    assert before is not None
    with connect(server, "postgres"):
        os.kill(before, signal.SIGKILL)
        ensure_server(used_home)
    assert server_status(used_home).pid not in {None, before}


@pytest.fixture
def bystander(finished_home: Path) -> Iterator[int]:
    """A living process that has nothing to do with any server but runs under the server's account."""
    account = (finished_home / "postgres").stat().st_uid if os.geteuid() == 0 else None
    process = subprocess.Popen(["sleep", "120"], user=account)
    yield process.pid
    process.kill()
    process.wait()


@pytest.mark.parametrize("remnant", ["live", "empty", "truncated", "nonsense"])
def test_a_misleading_pid_file_does_not_stop_the_start(used_home: Path, remnant: str, bystander: int) -> None:
    server = ensure_server(used_home)
    kill_server(server.data_dir)
    socket_lock = server.socket_dir / f".s.PGSQL.{server.port}.lock"
    for path in (server.data_dir / "postmaster.pid", socket_lock):
        whole = path.read_text()
        live = str(bystander) + whole[whole.index("\n") :]
        contents = {"live": live, "empty": "", "truncated": whole[:2], "nonsense": "not a number\n"}
        path.write_text(contents[remnant])
    ensure_server(used_home)
    pid = server_status(used_home).pid
    assert pid in server_processes(server.data_dir)
    assert pid != bystander


@pytest.mark.parametrize("initdb_dies_too", [True, False])
def test_a_killed_first_start_is_begun_again(home: Path, initdb_dies_too: bool) -> None:
    program = start_elsewhere(home, start_new_session=True)
    while not (home / "postgres.new" / "PG_VERSION").exists():
        time.sleep(0.01)
    (os.killpg if initdb_dies_too else os.kill)(program.pid, signal.SIGKILL)
    program.communicate()
    assert not (home / "postgres").exists()
    with connect(ensure_server(home), "loaniq_app") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not (home / "postgres.new").exists()


def test_commands_started_at_once_share_one_server(home: Path) -> None:
    programs = [start_elsewhere(home) for _ in range(3)]
    pids = {program.communicate(timeout=60)[0].strip() for program in programs}
    assert pids == {str(server_status(home).pid)}


def test_preparation_waits_for_the_session_of_a_killed_command(used_home: Path) -> None:
    server = ensure_server(used_home)
    with ThreadPoolExecutor() as pool, connect(server, "postgres", "postgres") as killed_commands:
        killed_commands.execute("DROP DATABASE loaniq")
        killed_commands.execute("SELECT pg_advisory_lock(%s)", [PREPARATION_LOCK])
        second = pool.submit(ensure_server, used_home)
        while not killed_commands.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            time.sleep(0.01)
        killed_commands.execute("CREATE DATABASE loaniq")
        killed_commands.close()
        assert second.result() == server


def test_the_server_outlives_the_program_that_started_it(used_home: Path) -> None:
    program = start_elsewhere(used_home, START + "print('up', flush=True); sys.stdin.read()", stdin=subprocess.PIPE)
    assert program.stdout is not None
    assert program.stdout.readline() == "up\n"
    program.kill()
    program.communicate()
    assert server_status(used_home).running


def test_stop_leaves_no_process_and_says_whether_it_had_work(used_home: Path) -> None:
    assert stop_server(used_home) is False
    server = ensure_server(used_home)
    assert stop_server(used_home) is True
    assert server_processes(server.data_dir) == []
    status = server_status(used_home)
    assert (status.running, status.pid, status.version) == (False, None, "18")
    assert stop_server(used_home) is False


def test_a_server_that_cannot_start_names_its_log(used_home: Path) -> None:
    server = ensure_server(used_home)
    stop_server(used_home)
    (server.data_dir / "postgresql.auto.conf").write_text("no_such_setting = on\n")
    with pytest.raises(EmbeddedServerError, match=r"postgres\.log"):
        ensure_server(used_home)
    assert "no_such_setting" in (used_home / "postgres.log").read_text()


def test_a_folder_that_is_no_database_is_refused_and_left_alone(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "keep.txt").write_text("restored in part")
    if os.geteuid() == 0:
        os.chown(home / "postgres", NOBODY, NOBODY)
    with pytest.raises(EmbeddedServerError, match="PG_VERSION"):
        ensure_server(home)
    assert (home / "postgres" / "keep.txt").read_text() == "restored in part"


def test_a_path_too_long_for_a_socket_gets_a_private_folder(home: Path) -> None:
    deep = home / ("x" * 60) / ("y" * 60)
    server = ensure_server(deep)
    assert server.socket_dir.stat().st_mode & 0o077 == 0
    assert ensure_server(deep) == server
    stop_server(deep)
    server.socket_dir.chmod(0o777)
    with pytest.raises(EmbeddedServerError, match="other users"):
        ensure_server(deep)


def ensure_as(home: Path, user: int) -> int | None:
    """Start the server as ``user`` and return the exit status; forked, as that user may be unable to run our Python."""

    def child() -> None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        ensure_server(home)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_root_and_the_folders_owner_use_the_same_server(home: Path) -> None:
    os.chown(home, NOBODY, NOBODY)
    assert ensure_as(home, NOBODY) == 0
    pid = server_status(home).pid
    ensure_server(home)
    assert server_status(home).pid == pid
    stop_server(home)
    ensure_server(home)
    assert {path.owner() for path in home.iterdir()} == {"nobody"}
    assert ensure_as(home, NOBODY) == 0


def answer(capsys: pytest.CaptureFixture[str], action: str) -> dict[str, Any]:
    call_command("database", action, "--json")
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_the_command_looks_starts_and_stops(
    used_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "DATABASES", {"default": {"HOME": str(used_home)}})
    assert answer(capsys, "status")["running"] is False
    assert not (used_home / "postgres" / "postmaster.pid").exists()
    assert answer(capsys, "start")["running"] is True
    address = answer(capsys, "url")["url"]
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("loaniq_app",)
    assert answer(capsys, "stop") == {"stopped": True}
    assert answer(capsys, "status")["running"] is False


@pytest.mark.parametrize("action", ["start", "stop"])
def test_the_command_leaves_an_external_server_alone(
    action: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    external = {"HOST": "db.example.com", "PORT": 5432, "NAME": "loaniq", "USER": "ada", "PASSWORD": "hidden"}
    monkeypatch.setattr(settings, "DATABASES", {"default": external})
    with pytest.raises(CommandError, match="external server"):
        call_command("database", action)
    assert answer(capsys, "status") == {"external": True, "url": "postgresql://ada@db.example.com:5432/loaniq"}
