"""Web and worker under one roof: starts them, starts them again, sweeps up stuck runs, and watches the queue.

django-q2 stops for good when the one of its idle processes that is next in line is killed: the dead process keeps the
lock of the queue that all of them read. Nothing inside the cluster notices, so the whole group is replaced from here.
"""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Max, Q
from django.utils import timezone
from django_q.models import OrmQ

from lending.models import DecisionRun
from lending.services import release_stuck_runs
from lending.vocabulary import RunStatus
from loaniq.embedded import EmbeddedServerError
from loaniq.programs import Program, Say

TICK = 0.5  # seconds between two looks at the programs
SWEEP_EVERY = 3.0  # seconds between two looks at runs and queue
STOP_SECONDS = 8.0  # a run that needs longer is put back by the next workspace
PATIENCE = 20.0  # seconds that a free worker may leave a run lying
LONGEST_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class QueueState:
    """Runs that wait, runs that a living worker holds, and when a run was last started."""

    queued: int
    running: int
    last_start: datetime | None


def queue_state() -> QueueState:
    """Return how things stand in the database: one query."""
    alive = Q(status=RunStatus.RUNNING, lease_expires_at__gte=timezone.now())
    counts = DecisionRun.objects.aggregate(
        queued=Count("pk", filter=Q(status=RunStatus.QUEUED)),
        running=Count("pk", filter=alive),
        last_start=Max("started_at"),
    )
    return QueueState(**counts)


class QueueWatch:
    """Tells a stalled queue from a busy or an empty one. Pure: times are seconds of a monotonic clock.

    Stalled means: runs waited, a worker was free and no run was started, at every look for 20 seconds. A fresh worker
    gets twice as long, and again twice after every replacement that helped nothing, up to five minutes.
    """

    def __init__(self, workers: int, now: float) -> None:
        self.workers = workers
        self.patience = 2 * PATIENCE
        self.since = now
        self.seen: list[datetime | None] = []  # when a run was last started, as of the last look

    def is_stalled(self, state: QueueState, now: float) -> bool:
        """Take one look; True where the workers must be replaced, after which the watch begins anew."""
        if self.seen and self.seen != [state.last_start]:
            self.patience, self.since = PATIENCE, now
        self.seen = [state.last_start]
        if state.queued == 0 or state.running >= self.workers:
            self.since = now
        if now - self.since < self.patience:
            return False
        self.since, self.patience = now, min(LONGEST_PATIENCE, 2 * max(self.patience, PATIENCE))
        return True


class Workspace:
    """The programs of the house and the rounds made between them."""

    def __init__(self, *, web: Program | None, worker: Program | None, say: Say, model: Program | None = None) -> None:
        self.programs = [program for program in (model, web, worker) if program is not None]
        self.worker, self.say = worker, say
        self.watch = QueueWatch(settings.Q_CLUSTER["workers"], time.monotonic())
        self.database_lost = False

    def run(self, stopping: Event) -> None:
        """Keep everything going until ``stopping`` is set, then end it all within about eight seconds."""
        next_round = 0.0
        try:
            while not stopping.is_set():
                for program in self.programs:
                    program.mend()
                if time.monotonic() >= next_round:
                    self.make_round()
                    next_round = time.monotonic() + SWEEP_EVERY
                stopping.wait(TICK)
        finally:
            self.stop()

    def make_round(self) -> None:
        """Sweep and look at the queue; a database that is away is reported once and tried again at the next round."""
        try:
            connection.close_if_unusable_or_obsolete()
            release_stuck_runs()
            if self.worker is not None and self.watch.is_stalled(queue_state(), time.monotonic()):
                self.replace_worker(self.worker)
        except (DatabaseError, EmbeddedServerError) as error:
            self._lost_database(error)
        else:
            if self.database_lost:
                self.say("The database answers again.")
            self.database_lost = False

    def _lost_database(self, error: Exception) -> None:
        if not self.database_lost:
            self.say(f"The database does not answer ({type(error).__name__}); trying again every {SWEEP_EVERY:.0f} s.")
        self.database_lost = True
        self.watch.since = time.monotonic()  # what cannot be seen does not count as waiting
        with suppress(DatabaseError):
            connection.close()

    def replace_worker(self, worker: Program) -> None:
        """End the worker with everything below it, hand its unfinished jobs out again, and start a new one.

        A job handed out twice is harmless: the second worker finds the run claimed.
        """
        self.say("Runs wait and no worker takes them; replacing the worker.")
        worker.kill()
        OrmQ.objects.filter(lock__gt=timezone.now()).update(lock=timezone.now())
        worker.start()

    def stop(self) -> None:
        """Ask all programs to end, wait, and end what is left."""
        for program in self.programs:
            program.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        for program in self.programs:
            program.wait(until - time.monotonic())


def free_port(host: str, wanted: int) -> int:
    """Return ``wanted`` or the next port above it that nobody uses; raises OSError where a hundred are taken."""
    for port in range(wanted, min(wanted + 100, 65_536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return port
    raise OSError(f"No port from {wanted} on is free on {host}. Name another with --port.")
