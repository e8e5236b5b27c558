"""Where policy files are watched for: a folder, or an address in S3; what lies there, and its bytes."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from policies.exceptions import SourceUnreachable
from policies.reading.pdf_text import open_for_reading, printable

BLOCK = 1024 * 1024
ADDRESS_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """One PDF of a source: its address, its file name, and a mark that changes whenever the file does."""

    address: str
    name: str
    mark: str


class Source(Protocol):
    """A place that is watched. Its methods raise SourceUnreachable where it does not answer."""

    @property
    def address(self) -> str: ...

    def listing(self) -> Iterator[Listed]:
        """Yield the PDFs that lie there, without reading them."""

    def content(self, listed: Listed) -> AbstractContextManager[Iterable[bytes]]:
        """Open one of them and give its bytes in blocks. Raises UnreadableFile, FileChanged."""


class FileChanged(Exception):
    """The file is gone or another since it was listed; the next listing tells."""


class FolderSource:
    """A folder of this machine with all below it. A file still being written is left for later.

    Only ``*.pdf`` counts and hidden files do not, as many programs write under a hidden name first.
    """

    def __init__(self, folder: Path, settled_seconds: float) -> None:
        self.address = printable(folder)
        self._folder = folder
        self._settled = settled_seconds
        self._paths: dict[str, Path] = {}

    def listing(self) -> Iterator[Listed]:
        """Yield the PDFs untouched for some seconds, folder by folder in order of name."""
        for path in sorted(self._found()):
            try:
                about = path.stat()
            except OSError:
                continue  # gone since, or a link to nowhere
            if time.time() - about.st_ctime >= self._settled:
                address = printable(path)[-ADDRESS_CHARACTERS:]
                self._paths[address] = path
                mark = f"{about.st_size}-{about.st_mtime_ns}-{about.st_ctime_ns}"
                yield Listed(address, path.name, mark)

    def _found(self) -> Iterator[Path]:
        if not self._folder.is_dir():
            raise SourceUnreachable(
                f"The watched folder {self.address} cannot be read (no such folder). "
                "Make it, or correct POLICY_SOURCES."
            )
        for place, _folders, names in os.walk(self._folder, onerror=self._refuse):
            yield from (Path(place, name) for name in names if is_policy_file(name))

    def _refuse(self, fault: OSError) -> None:
        raise SourceUnreachable(
            f"The watched folder {printable(fault.filename)} cannot be read ({fault.strerror}). "
            "Let the user that runs the worker read it."
        ) from fault

    @contextmanager
    def content(self, listed: Listed) -> Iterator[Iterable[bytes]]:
        """Open a file and give its bytes. Raises UnreadableFile."""
        with open_for_reading(self._paths[listed.address]) as file:
            yield iter(lambda: file.read(BLOCK), b"")


def is_policy_file(name: str) -> bool:
    """Return whether a file of this name is a policy to ingest."""
    return name.lower().endswith(".pdf") and not name.startswith(".")


def source_at(address: str, settled_seconds: float) -> Source:
    """Return the source at a folder's path or an S3 address. Raises SourceUnreachable for any other address."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return FolderSource(Path(address).expanduser(), settled_seconds)
    bucket = rest.partition("/")[0]
    if scheme != "s3" or not bucket:
        raise SourceUnreachable(
            f"POLICY_SOURCES names {address!r}, which is neither a folder nor s3://BUCKET/PREFIX. Correct it."
        )
    from policies.corpus.s3_source import S3Source

    return S3Source(address)
