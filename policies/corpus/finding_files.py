"""Which files the paths given to ingestion stand for."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from policies.exceptions import DocumentError, NameTaken, NoPdfFound, UnreadableFile
from policies.reading.pdf_text import printable


def find_files(paths: Iterable[Path]) -> Iterator[Path | DocumentError]:
    """Yield the files to ingest, folders searched in order of name, and an error for each path that leads nowhere.

    In folders only ``*.pdf`` counts and hidden files do not. A file reached twice counts once.
    """
    taken: dict[str, Path] = {}
    for path in paths:
        for entry in _pdfs_below(path) if path.is_dir() else [path]:
            if isinstance(entry, DocumentError):
                yield entry
                continue
            first = taken.setdefault(entry.name, entry)
            if first is entry:
                yield entry
            elif first.resolve() != entry.resolve():
                yield NameTaken(printable(entry.name), f"{printable(first)} and {printable(entry)}")


def _pdfs_below(folder: Path) -> Iterator[Path | DocumentError]:
    faults: list[OSError] = []
    files = sorted(
        Path(place, name)
        for place, _folders, names in os.walk(folder, onerror=faults.append)
        for name in names
        if name.lower().endswith(".pdf") and not name.startswith(".")
    )
    yield from files
    yield from (UnreadableFile(printable(fault.filename), fault.strerror or "unknown fault") for fault in faults)
    if not files and not faults:
        yield NoPdfFound(printable(folder))
