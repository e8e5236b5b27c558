"""Ask the policy corpus a question, or a file of questions."""

import json
import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.exceptions import EmbedderError
from policies.search.citations import Passage, SearchQuery, SearchResult
from policies.search.queries import PROGRAMS, InvalidQuery
from policies.search.reranking import RerankerError
from policies.search.retrieval import PolicySearch

FILTERS = ("program", "state", "on", "top")
USUAL_TOP = 5
FIRST_LINES = 3
LINE_WIDTH = 100


class Command(BaseCommand):
    """``manage.py search_policies QUESTION`` or ``--from FILE.jsonl``: exit 0 only if every question was searched."""

    help = "Find the policy passages that answer a question, with document, page and section."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", nargs="?", metavar="QUESTION")
        parser.add_argument("--from", dest="file", type=Path, metavar="FILE", help="JSON lines, a `question` in each")
        parser.add_argument("--program", help=", ".join(PROGRAMS))
        parser.add_argument("--state", help="two letters, such as TX")
        parser.add_argument("--on", metavar="DATE", help="search what was in force on this day, as YYYY-MM-DD")
        parser.add_argument("--top", type=int, default=USUAL_TOP, metavar="N", help="passages to return, 1 to 50")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Search; raise CommandError for what cannot be searched."""
        question, file = options["question"], options["file"]
        if (question is None) == (file is None):
            raise CommandError("Give either a QUESTION or --from FILE.jsonl.")
        filters = {key: options[key] for key in FILTERS}
        search = PolicySearch()
        try:
            if file is not None:
                self._search_lines(search, file, filters)
            else:
                self._search_one(search, SearchQuery(question, **filters), as_json=options["json"])
        except (InvalidQuery, EmbedderError, RerankerError) as exc:
            raise CommandError(str(exc)) from exc

    def _search_one(self, search: PolicySearch, query: SearchQuery, *, as_json: bool) -> None:
        result = search.search(query)
        self.stdout.write(json.dumps(report(result)) if as_json else "\n".join(listing(result)))

    def _search_lines(self, search: PolicySearch, file: Path, filters: dict[str, Any]) -> None:
        """Answer each line with a line; a bad one with its number and what is wrong, the others all the same."""
        lines = bad = 0
        for number, line in _numbered_lines(file):
            lines += 1
            try:
                query = _query(line, filters)
                answer = {"line": number, "question": query.question, **report(search.search(query))}
            except InvalidQuery as exc:
                bad += 1
                answer = {"line": number, "error": str(exc)}
                self.stderr.write(f"{file.name}, line {number}: {exc}")
            self.stdout.write(json.dumps(answer))
        if bad:
            raise CommandError(f"{bad} of {lines} lines could not be searched; correct them and run this again.")


def _numbered_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with file.open("rb") as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except OSError as exc:
        raise CommandError(f"{file} cannot be read ({exc.strerror}). Name a file of JSON lines.") from exc


def _query(line: bytes, filters: dict[str, Any]) -> SearchQuery:
    """Read one line; the command's own options hold where it has no such key. Raises InvalidQuery."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise InvalidQuery("This is not JSON in UTF-8. Write one object a line.") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise InvalidQuery('The line has no text under "question".')
    asked = {**filters, **{key: entry[key] for key in FILTERS if key in entry}}
    for key in ("program", "state", "on"):
        if not isinstance(asked[key], str | None):
            raise InvalidQuery(f'"{key}" is {asked[key]!r}; write it as text in quotes.')
    if type(asked["top"]) is not int:
        raise InvalidQuery(f'"top" is {asked["top"]!r}; write a whole number.')
    return SearchQuery(entry["question"], **asked)


def report(result: SearchResult) -> dict[str, Any]:
    """Return a result as the command's JSON."""
    return {
        "results": [_entry(passage) for passage in result.passages],
        "timings_ms": result.timings_ms,
        "abstained": result.abstained,
        "dropped": [_entry(passage) for passage in result.dropped],
        "reason": result.reason,
        "reranker": result.reranker,
        "sparse": result.sparse,
        "fusion": result.fusion,
        "corpus_version": result.corpus_version,
    }


def _entry(passage: Passage) -> dict[str, Any]:
    return {
        "document": passage.document,
        "title": passage.title,
        "version": passage.version,
        "page": passage.page,
        "section": passage.section,
        "text": passage.text,
        "match": passage.match,
        "brought_by": passage.brought_by,
        "scores": passage.scores,
        "chunk_id": passage.chunk_id,
    }


def listing(result: SearchResult) -> Iterator[str]:
    """Yield the lines a person reads."""
    if not result.corpus_version:
        yield "No policies are ingested yet. Run: manage.py ingest_policies PATH"
    elif result.abstained:
        yield f"Nothing in the policies that apply answers this. {result.reason}"
        yield "Ask in other words, or with fewer filters."
    for number, passage in enumerate(result.passages, 1):
        section = f", {passage.section}" if passage.section else ""
        yield f"{number}. {passage.document}, page {passage.page}{section}"
        yield f"   {_why(passage)}"
        lines = textwrap.wrap(_shown(passage), LINE_WIDTH, max_lines=FIRST_LINES, placeholder=" ...")
        yield from (f"   {line}" for line in lines)
    if result.dropped:
        yield f"{len(result.dropped)} more did not fit into the context: " + "; ".join(
            f"{passage.document}, page {passage.page}" for passage in result.dropped
        )


def _why(passage: Passage) -> str:
    scores = ", ".join(f"{stage} {score:.3f}" for stage, score in passage.scores.items())
    return "; ".join(each for each in (passage.brought_by, scores) if each)


def _shown(passage: Passage) -> str:
    """Return what is read from the words that matched on, those in brackets where more is read than they."""
    start = passage.text.find(passage.match)
    if not passage.match or start < 0 or passage.text == passage.match:
        return passage.text
    end = start + len(passage.match)
    before = "... " if start else ""
    return f"{before}[{passage.match}]{passage.text[end:]}"
