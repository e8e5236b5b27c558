"""A page of a policy file as a picture, painted in a child process and kept on disk for the next reader."""

import json
import os
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

from django.conf import settings

from policies.corpus.storing import file_name
from policies.exceptions import PolicyError
from policies.reading.jail import MEGABYTE, OutOfTime, run_jailed

PAINTER = 1  # raised when a page is painted differently, so that kept pictures are painted again
FOLDER = "pages"
PAINTERS = 2  # at work at once for one web process; each may take memory as its limits say
_TURNS = BoundedSemaphore(PAINTERS)
UNFINISHED = ".painting-"
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class PaintingLimits:
    """What one page may cost; ``seconds`` of wall clock and of CPU, ``kept_mb`` of disk for all kept pictures."""

    width: int = 1_600
    pixels: int = 8_000_000
    seconds: int = 10
    data_mb: int = 512
    output_mb: int = 32
    kept_mb: int = 256


LIMITS = PaintingLimits()


class PageNotPainted(PolicyError):
    """A page of which there is no picture; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A painted page: its size in points as it is seen, how it was turned to be seen so, and the bytes of a PNG."""

    width: float
    height: float
    turned: tuple[float, ...]
    png: bytes

    def share(self, box: Sequence[float]) -> Box:
        """Return where a box of text lies: left, top, width and height in percent of the picture.

        ``box`` is left, top, right, bottom in points from the top left of the page before it is turned.
        """
        a, b, c, d, e, f = self.turned
        left, top, right, bottom = box
        across = sorted((a * left + c * top + e, a * right + c * bottom + e))
        down = sorted((b * left + d * top + f, b * right + d * bottom + f))
        x, y = max(0.0, across[0]), max(0.0, down[0])
        wide, high = min(self.width, across[1]) - x, min(self.height, down[1]) - y
        return (100 * x / self.width, 100 * y / self.height, 100 * wide / self.width, 100 * high / self.height)


def page_tag(content_hash: str, page: int) -> str:
    """Return the name of a page's picture: it changes when the file or the way of painting does."""
    return f"{content_hash}-{page}-{PAINTER}"


def page_picture(content_hash: str, page: int, limits: PaintingLimits = LIMITS) -> PagePicture:
    """Return a page (from 1) of the kept file of this SHA-256, painted now or before. Raises PageNotPainted."""
    kept = Path(settings.LOANIQ_HOME) / FOLDER / page_tag(content_hash, page)
    return _picture(_kept(kept) or _painted_in_turn(content_hash, page, limits, kept))


def _painted_in_turn(content_hash: str, page: int, limits: PaintingLimits, target: Path) -> bytes:
    """Paint and keep a page; whoever waited for the same one takes what is there by then."""
    with _TURNS:
        if (answer := _kept(target)) is None:
            answer = _painted(content_hash, page, limits)
            _keep(answer, target, limits)
    return answer


def _kept(path: Path) -> bytes | None:
    try:
        answer = path.read_bytes()
        os.utime(path)  # what is looked at stays longest
    except FileNotFoundError:
        return None
    return answer


def _painted(content_hash: str, page: int, limits: PaintingLimits) -> bytes:
    path = Path(settings.MEDIA_ROOT) / file_name(content_hash)
    try:
        with path.open("rb") as file, tempfile.TemporaryFile() as answer:
            if (code := _run(file, answer, page, limits)) != 0:
                raise _fault(code, page, limits)
            answer.seek(0)
            return answer.read()
    except OSError as exc:
        raise PageNotPainted(
            f"The file of this version cannot be opened ({exc.strerror}). Ingest the document again to see its pages."
        ) from exc


def _run(file: IO[bytes], answer: IO[bytes], page: int, limits: PaintingLimits) -> int:
    names = ("width", "pixels", "seconds", "data_mb", "output_mb")
    asked = {"page": page, **{name: getattr(limits, name) for name in names}}
    try:
        return run_jailed("policies.workspace.rendering_child", asked, file, answer, seconds=limits.seconds)
    except OutOfTime:
        return -signal.SIGXCPU


def _fault(code: int, page: int, limits: PaintingLimits) -> PageNotPainted:
    """Say what a painter that failed died of, by its exit code."""
    too_slow = code == -signal.SIGXCPU
    why = f"it takes more than {limits.seconds} seconds" if too_slow else "it is damaged or asks for too much memory"
    return PageNotPainted(f"Page {page} cannot be shown as a picture: {why}. Its text is shown instead.")


def _picture(answer: bytes) -> PagePicture:
    head, _, png = answer.partition(b"\n")
    about = json.loads(head)
    return PagePicture(about["width"], about["height"], tuple(about["turned"]), png)


def _keep(answer: bytes, target: Path, limits: PaintingLimits) -> None:
    """Keep a painted page and let go of those looked at longest ago; where the disk refuses, go on without."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=UNFINISHED, delete=False) as unfinished:
            unfinished.write(answer)
        Path(unfinished.name).replace(target)
        _sweep(target.parent, limits.kept_mb * MEGABYTE)
    except OSError:
        return


def _sweep(folder: Path, most: int) -> None:
    """Delete the pictures looked at longest ago until the rest takes at most so many bytes."""
    found = sorted(((entry.stat(), entry.path) for entry in os.scandir(folder)), key=lambda each: -each[0].st_mtime)
    total = 0
    for about, path in found:
        total += about.st_size
        if total > most:
            Path(path).unlink(missing_ok=True)
