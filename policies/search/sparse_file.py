"""The word index of a large corpus: weighed by bm25s once on a host, in files that every process maps into memory."""

import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import numpy as np
from django.conf import settings

from policies.search import words
from policies.search.postings import K1, Array, B, Passages, Postings, WordLists

ENGINE = "bm25s"
ARRAYS = ("starts", "places", "weights", "chunk_ids", "version_of")
MANIFEST = "manifest.json"  # written last: the size in bytes and SHA-256 of each other file
UNFINISHED = ".building-"
KEPT = 2  # the newest folders; an older one goes when a newer is built
FORMAT = 1  # of these files

logger = logging.getLogger(__name__)


class DamagedIndex(Exception):
    """The files of a word index are not what was written; the index must be built anew."""


def on_disk(state: str, corpus: Callable[[], WordLists]) -> Postings:
    """Return the index of that state of the texts, mapped from its files.

    Where they are missing or damaged one process builds them from ``corpus`` while the others wait. Where they cannot
    be written the index is kept in memory, with a warning in the log.
    """
    folder = _folder(state)
    try:
        return opened(folder)
    except DamagedIndex:
        logger.info("Building the word index %s.", folder)
    try:
        with _turn(folder.parent):
            return _opened_or_built(folder, corpus)
    except (OSError, DamagedIndex) as exc:
        logger.warning("The word index cannot be kept in files, so every process builds its own: %s", exc)
        return weighed(corpus())


def _folder(state: str) -> Path:
    """Return the place of an index; another way to cut texts into words or to weigh them has another place."""
    recipe = Path(words.__file__).read_bytes() + repr((K1, B, FORMAT)).encode()
    return Path(settings.LOANIQ_HOME) / "search" / f"{state}-{hashlib.sha256(recipe).hexdigest()[:8]}"


@contextmanager
def _turn(home: Path) -> Iterator[None]:
    """Let one process on this host at a time build and sweep. A killed one's turn ends with it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "building.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def _opened_or_built(folder: Path, corpus: Callable[[], WordLists]) -> Postings:
    try:
        return opened(folder)  # another process built it meanwhile
    except DamagedIndex:
        _sweep(folder)
        save(weighed(corpus()), folder)
        return opened(folder)


def _sweep(folder: Path) -> None:
    """Remove what a killed builder left, a damaged folder, and all but the newest others; call only in one's turn."""
    for left in folder.parent.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    if folder.exists():
        shutil.rmtree(folder)
    others = sorted(
        (each for each in folder.parent.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime, reverse=True
    )
    for old in others[KEPT - 1 :]:
        shutil.rmtree(old)  # who has it mapped keeps it until the mapping ends


def weighed(corpus: WordLists) -> Postings:
    """Return the corpus weighed by bm25s, in memory; rank-bm25 gives the same weights."""
    import bm25s

    if not corpus.words:
        nothing = np.array([], np.int32)
        return Postings({}, np.zeros(1, np.int64), nothing, nothing.astype(np.float32), corpus.passages)
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG when it is imported
    bm25 = bm25s.BM25(k1=K1, b=B, method="atire", idf_method="lucene")
    bm25.index((list(corpus.lists), dict(corpus.words)), create_empty_token=False, show_progress=False)
    parts = bm25.scores
    return Postings(corpus.words, parts["indptr"], parts["indices"], parts["data"], corpus.passages)


def save(postings: Postings, folder: Path) -> None:
    """Write an index into a folder that appears whole or not at all. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=UNFINISHED))
    try:
        arrays = _arrays(postings)
        for name in ARRAYS:
            np.save(unfinished / f"{name}.npy", arrays[name], allow_pickle=False)
        _write(unfinished / "words.json", list(postings.words))
        _write(unfinished / "versions.json", [str(version) for version in postings.passages.versions])
        _write(unfinished / MANIFEST, {file.name: _mark(file) for file in sorted(unfinished.iterdir())})
        unfinished.replace(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _arrays(postings: Postings) -> dict[str, Array]:
    passages = postings.passages
    found = (postings.starts, postings.places, postings.weights, passages.chunk_ids, passages.version_of)
    return dict(zip(ARRAYS, found, strict=True))


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _mark(file: Path) -> list[int | str]:
    """Return a file's size in bytes and its SHA-256 in hex."""
    with file.open("rb") as content:
        return [os.fstat(content.fileno()).st_size, hashlib.file_digest(content, "sha256").hexdigest()]


def opened(folder: Path) -> Postings:
    """Return the index of a folder, its arrays mapped read-only. Raises DamagedIndex unless all is as written."""
    try:
        _check(folder)
        arrays = {name: _mapped(folder / f"{name}.npy") for name in ARRAYS}
        found = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        versions = json.loads((folder / "versions.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise DamagedIndex(f"The word index in {folder} is not as it was written: {exc}.") from exc
    passages = Passages(arrays["chunk_ids"], tuple(UUID(version) for version in versions), arrays["version_of"])
    numbered = {word: number for number, word in enumerate(found)}
    return Postings(numbered, arrays["starts"], arrays["places"], arrays["weights"], passages)


def _mapped(file: Path) -> Array:
    """Return a file's array read-only, as a plain array: slices of numpy's own memmap type take longer to make."""
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))


def _check(folder: Path) -> None:
    """Raise ValueError or OSError where a file lacks or differs from its mark."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    expected = {f"{name}.npy" for name in ARRAYS} | {"words.json", "versions.json"}
    if not isinstance(manifest, dict) or set(manifest) != expected:
        raise ValueError("its manifest is not one of ours")
    for name, mark in manifest.items():
        if _mark(folder / name) != mark:
            raise ValueError(f"{name} differs from what was written")
