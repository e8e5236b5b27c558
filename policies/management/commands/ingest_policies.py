"""Put policy PDFs into the searchable corpus."""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from policies.corpus.ingest import IngestResult, Status, ingest_paths
from policies.exceptions import EmbedderError
from policies.search.sparse import prepare_index


class Command(BaseCommand):
    """``manage.py ingest_policies PATH... [--json]``: exit 0 only if every file is in."""

    help = "Read policy PDFs (files and folders), cut and embed them, and make them the current versions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a PDF, or a folder searched for PDFs")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ingest everything named; raise CommandError where a file failed, after the others went in."""
        with tqdm(unit="file", file=sys.stderr, desc="Ingesting", leave=False) as bar:

            def show(done: int, total: int, result: IngestResult) -> None:
                bar.total = total
                bar.update(done - bar.n)
                bar.set_postfix_str(result.file)

            try:
                results = ingest_paths(options["paths"], on_progress=show)
            except EmbedderError as exc:
                raise CommandError(str(exc)) from exc
        prepare_index()
        if options["json"]:
            self.stdout.write(json.dumps(_report(results)))
        else:
            self._tell(results)
        if failed := [result for result in results if result.status is Status.FAILED]:
            raise CommandError(f"{len(failed)} of {len(results)} files failed; the others are in.")

    def _tell(self, results: list[IngestResult]) -> None:
        for result in results:
            if result.error:
                self.stdout.write(self.style.ERROR(result.error))
            elif result.pages_without_text:
                pages = ", ".join(map(str, result.pages_without_text))
                self.stdout.write(self.style.WARNING(f"{result.file}: no text on page {pages}; look there yourself."))
        self.stdout.write(summary(results))


def _report(results: list[IngestResult]) -> dict[str, Any]:
    return {
        "documents": [asdict(result) for result in results],
        "chunks_total": sum(result.chunks for result in results),
    }


def summary(results: list[IngestResult]) -> str:
    """Return the closing sentence, such as ``3 documents added, 1 replaced, 12 unchanged, 0 failed.``"""
    counts = Counter(result.status for result in results)
    added = counts[Status.ADDED]
    others = ", ".join(f"{counts[status]} {status}" for status in (Status.REPLACED, Status.UNCHANGED, Status.FAILED))
    return f"{added} document{'' if added == 1 else 's'} added, {others}."
