"""A child program that must keep running: in a process group of its own, restarted, and ended with all of its group."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_BACKOFF = 30.0  # seconds between two starts of a program that keeps exiting
STEADY = 60.0  # seconds after which a program counts as running well and its back-off starts over
Say = Callable[[str], None]


@dataclass
class Program:
    """A command with its environment; ``say`` tells the person what happened. Times are monotonic seconds."""

    name: str
    command: list[str]
    folder: Path
    say: Say
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start the command as the leader of a new process group."""
        self.process = subprocess.Popen(  # noqa: S603  (our own command)
            self.command,
            cwd=self.folder,
            env=os.environ | dict(self.environment),
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  (the supervisor has one thread)
        )
        self.started_at = time.monotonic()

    def mend(self) -> None:
        """Start the program again if it has ended: after a second, then two, four, up to half a minute."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            code = self.process.returncode
            self.kill()  # what it left behind in its group
            self.failures = 0 if now - self.started_at > STEADY else self.failures + 1
            self.start_after = now + min(LONGEST_BACKOFF, 2.0 ** max(0, self.failures - 1))
            self.say(f"The {self.name} ended ({_described(code)}); starting it again.")
        if self.process is None and now >= self.start_after:
            self.start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the leader alone, which ends its own children in good order."""
        if self.process is not None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait until the program has ended, at most so long; then nothing of its group is left."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, seconds))
        self.kill()

    def kill(self) -> None:
        """End the whole group with SIGKILL at once."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def _described(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _end_with_parent() -> None:
    """Ask Linux to send SIGTERM should the supervisor die without a chance to say so; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG, prctl(2)
