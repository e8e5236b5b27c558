"""Web and worker kept alive: what counts as a stalled queue, what a kill leaves behind, and the real thing killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from lending import services
from lending.models import DecisionRun
from loaniq.programs import Program
from loaniq.supervisor import PATIENCE, QueueState, QueueWatch, free_port, queue_state
from tests import builders

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
WAITING = QueueState(queued=3, running=1, last_start=NOON)


def looks(watch: QueueWatch, state: QueueState, start: float, seconds: float) -> list[float]:
    """Look every three seconds; return when the watch called the queue stalled."""
    times = [start + 3 * step for step in range(int(seconds // 3) + 1)]
    return [now for now in times if watch.is_stalled(state, now)]


def test_a_free_worker_that_leaves_runs_lying_is_stalled_after_its_patience() -> None:
    watch = QueueWatch(workers=2, now=0)
    assert looks(watch, WAITING, 0, 39) == [], "a fresh worker is given time to start"
    assert watch.is_stalled(WAITING, 42)


def test_a_worker_that_has_started_runs_before_is_given_twenty_seconds() -> None:
    watch = QueueWatch(workers=2, now=0)
    watch.is_stalled(QueueState(0, 1, None), 0)
    assert looks(watch, WAITING, 100, 60)[0] == 100 + PATIENCE + 1


@pytest.mark.parametrize("state", [QueueState(0, 0, NOON), QueueState(500, 2, NOON), QueueState(0, 2, None)])
def test_an_empty_queue_or_busy_workers_are_never_stalled(state: QueueState) -> None:
    assert looks(QueueWatch(workers=2, now=0), state, 0, 3_600) == []


def test_replacing_in_vain_is_tried_ever_more_rarely() -> None:
    stalls = looks(QueueWatch(workers=2, now=0), WAITING, 0, 3_600)
    assert 10 <= len(stalls) <= 15
    assert stalls[-1] - stalls[-2] >= 300


@given(gaps=st.lists(st.floats(0.1, PATIENCE - 0.1), max_size=50))
def test_as_long_as_runs_are_started_nothing_is_replaced(gaps: list[float]) -> None:
    watch, now = QueueWatch(workers=2, now=0), 0.0
    for number, gap in enumerate(gaps):
        now += gap
        assert not watch.is_stalled(QueueState(9, 1, NOON.replace(microsecond=number)), now)


@pytest.mark.django_db
def test_only_a_living_workers_run_counts_as_running() -> None:
    builders.running(builders.ada())
    services.request_decision(application=builders.ben())
    state = queue_state()
    assert (state.queued, state.running) == (1, 1)
    DecisionRun.objects.update(lease_expires_at=NOON)
    assert queue_state().running == 0


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def program(tmp_path: Path, said: list[str]) -> Iterator[Program]:
    """Return a program that starts a child of its own, writes both process ids, and sleeps."""
    code = (
        "import os, pathlib, subprocess, time\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "pathlib.Path('pids.new').write_text(f'{os.getpid()} {child.pid}')\n"
        "os.rename('pids.new', 'pids')\n"
        "time.sleep(600)"
    )
    program = Program("sleeper", [sys.executable, "-c", code], tmp_path, said.append)
    yield program
    program.kill()


def pids_of(program: Program) -> list[int]:
    path = program.folder / "pids"
    wait_until(path.exists, 20)
    pids = [int(pid) for pid in path.read_text().split()]
    path.unlink()
    return pids


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_until(done: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, f"not done after {seconds} s"
        time.sleep(0.1)


@pytest.mark.slow
def test_a_killed_program_comes_back_and_its_orphans_do_not_stay(program: Program, said: list[str]) -> None:
    program.mend()
    leader, orphan = pids_of(program)
    os.kill(leader, signal.SIGKILL)
    wait_until(lambda: mended(program) and said, 10)
    wait_until(lambda: not is_alive(orphan), 5)
    assert said == ["The sleeper ended (SIGKILL); starting it again."]
    wait_until(lambda: mended(program) and program.process, 10)
    assert is_alive(pids_of(program)[0])


def mended(program: Program) -> bool:
    program.mend()
    return True


@pytest.mark.slow
def test_stopping_leaves_nothing_of_the_group(program: Program) -> None:
    program.mend()
    pids = pids_of(program)
    program.ask_to_stop()
    program.wait(5)
    wait_until(lambda: not any(map(is_alive, pids)), 5)


def test_a_program_that_keeps_exiting_is_started_ever_more_rarely(tmp_path: Path, said: list[str]) -> None:
    program = Program("quitter", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path, said.append)
    delays = []
    for _ in range(7):
        program.start()
        assert program.process
        program.process.wait()
        program.start_after = 0
        before = time.monotonic()
        program.mend()
        delays.append(round(program.start_after - before))
    program.kill()
    assert delays == [1, 2, 4, 8, 16, 30, 30]
    assert said[0] == "The quitter ended (exit code 3); starting it again."


def test_a_port_in_use_makes_way_for_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port


def test_nothing_to_run_is_said() -> None:
    with pytest.raises(CommandError, match="Nothing is left"):
        call_command("run_workspace", "--no-web", "--no-worker")


class House:
    """A real workspace on the test database, with the slow decision task."""

    def __init__(self, folder: Path) -> None:
        self.pids, self.log = folder / "pids", folder / "workspace.log"
        self.pids.mkdir()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.loaniq.workspace_settings",
            "WORKSPACE_DATABASE": connection.settings_dict["NAME"],
            "WORKSPACE_PIDS": str(self.pids),
            "DECISIONS_IN_FLIGHT": "2",
        }
        command = [sys.executable, "manage.py", "run_workspace", "--port", "8620"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=subprocess.STDOUT
            )

    def said(self, sentence: str) -> bool:
        return sentence in self.log.read_text()

    def address(self) -> str:
        wait_until(lambda: self.said("Ctrl-C stops it"), 60)
        return self.log.read_text().split("http://")[1].split("/admin/")[0]

    def busy_worker(self, run: DecisionRun) -> int:
        path = self.pids / str(run.pk)
        wait_until(lambda: path.exists() and path.read_text(), 60)
        return int(path.read_text())

    def below_the_sentinel(self) -> list[int]:
        """Return the cluster's processes that take and hand out jobs; the idle one next in line is among them."""
        [cluster] = [pid for pid in children(self.process.pid) if "qcluster" in command_of(pid)]
        return [pid for child in children(cluster) for pid in children(child)]


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return sorted(int(line) for line in found.split())


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


@pytest.fixture
def house(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[House]:
    settings.LOANIQ_DECISION_TASK = "tests.slow_task.decide_slowly"
    house = House(tmp_path)
    yield house
    house.process.terminate()
    house.process.wait(30)


def is_decided(run: DecisionRun) -> bool:
    run.refresh_from_db()
    return run.status == "decided"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_workspace_survives_killed_workers_and_loses_no_run(house: House) -> None:
    health = f"http://{house.address()}/health"
    slow = services.request_decision(application=builders.ada(external_id="SLOW"))
    os.kill(house.busy_worker(slow), signal.SIGKILL)
    wait_until(lambda: is_decided(slow), 60)
    assert slow.attempts == 2

    for pid in house.below_the_sentinel():
        os.kill(pid, signal.SIGKILL)
    later = services.request_decision(application=builders.ben())
    wait_until(lambda: is_decided(later), 90)
    assert house.said("replacing the worker")

    with urllib.request.urlopen(health) as answer:
        assert answer.status == 200
    descendants = [pid for child in children(house.process.pid) for pid in (child, *children(child))]
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(20) == 0
    wait_until(lambda: not any(map(is_alive, descendants)), 5)
