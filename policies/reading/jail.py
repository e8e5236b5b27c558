"""A child process that opens a PDF and cannot hurt this one: how it is started, and how it locks itself in."""

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024


class OutOfTime(Exception):
    """The child was still at work when its wall clock ran out; it has been killed."""


def run_jailed(module: str, asked: dict[str, Any], file: IO[bytes], answer: IO[bytes], *, seconds: int) -> int:
    """Run ``python -m MODULE ASKED`` from file to answer and return its exit code, negative for a signal.

    Raises OutOfTime after ``seconds`` of wall clock; the whole process group is killed then.
    """
    child = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        [sys.executable, "-m", module, json.dumps(asked)],
        stdin=file,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},  # no secret of ours is in reach
        start_new_session=True,
    )
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise OutOfTime from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def lock_in(*, data_mb: int, seconds: int, output_mb: int) -> None:
    """Cap this process before it opens the file: megabytes of memory, seconds of CPU, megabytes it may write."""
    _cap(resource.RLIMIT_DATA, data_mb * MEGABYTE)
    _cap(resource.RLIMIT_AS, 2 * data_mb * MEGABYTE)
    _cap(resource.RLIMIT_CPU, seconds)
    _cap(resource.RLIMIT_FSIZE, output_mb * MEGABYTE)
    _cap(resource.RLIMIT_CORE, 0)


def shut_the_door() -> None:
    """Let this process open nothing more, neither file nor socket, and start nobody: call it with the file open."""
    _cap(resource.RLIMIT_NOFILE, 0)
    _cap(resource.RLIMIT_NPROC, 0)


def _cap(which: int, most: int) -> None:
    hard = resource.getrlimit(which)[1]
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (allowed, allowed))


def pdf_library() -> Any:
    """Import PyMuPDF; a failure here is nothing the file did, and ends the child with a traceback."""
    for unused in ("pymupdf.layout", "onnxruntime"):  # a layout model of 150 MB that nobody here needs
        sys.modules[unused] = None  # type: ignore[assignment]
    pymupdf: Any = importlib.import_module("pymupdf")
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    return pymupdf
