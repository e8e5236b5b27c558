"""What a system must do to be measured, and LoanIQ as one of them."""

import importlib
import os
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from benchmarks.retrieval_corpus import Asked, Corpus, Vectors, by_document, given_vectors, load_places
from benchmarks.retrieval_peers import connection_url

if TYPE_CHECKING:
    from policies.corpus.drafting import Draft
    from policies.embedding.embedders import Embedder
    from policies.models import EmbeddingSpace
    from policies.search.citations import SearchResult

TOP = 10


class System(Protocol):
    """One way to search. ``ingest`` runs in a process of its own; ``load``, ``open`` and ``ask`` share another.

    ``stages`` holds the last answer's milliseconds by stage, where the system tells them.
    """

    stages: dict[str, float]

    def load(self) -> None:
        """Import what is needed."""

    def ingest(self, corpus: Corpus) -> None:
        """Store passages and vectors afresh, so that another process has only to open them."""

    def open(self, asked: Sequence[Asked]) -> None:
        """Get ready to answer from what is stored; the vectors of the questions are given beforehand."""

    def ask(self, wordings: Sequence[str]) -> list[str]:
        """Return the ids of up to ten passages, best first, for a question in one wording or more."""


class GivenEmbedder:
    """A model whose vectors of the questions are given beforehand; for vectors by token it is asked itself."""

    def __init__(self, model: "Embedder", asked: Sequence[Asked]) -> None:
        self.name = model.name
        self.dimensions = model.dimensions
        self._model: Any = model
        self._given = given_vectors(asked)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the given vectors, shape (texts, dimensions). Raises KeyError for another text."""
        return np.stack([self._given[text] for text in texts])

    def token_vectors(self, texts: Sequence[str]) -> list[Vectors]:
        """Return each text's vectors by token, of shape (tokens, dimensions)."""
        vectors: list[Vectors] = self._model.token_vectors(texts)
        return vectors


class LoanIQ:
    """Policy search as it is shipped, with its last stage, reranking, or without.

    A passage is stored as a policy chunk on a page of its own, so that no two share a reading window.
    """

    def __init__(self, folder: Path, *, reranked: bool) -> None:
        if not reranked:
            os.environ["RERANKER_MODEL"] = "none"
        self._ids = {(_file_name(document), page): each for each, document, page in load_places(folder)}
        self._search: Any = None
        self.stages: dict[str, float] = {}

    def load(self) -> None:
        """Set Django up and import the search."""
        import django

        django.setup()
        importlib.import_module("policies.search.retrieval")

    def ingest(self, corpus: Corpus) -> None:
        """Store a version for each document as ingestion does, two at a time, then build the word index."""
        from policies import selectors
        from policies.corpus.ingest import store
        from policies.corpus.side_by_side import side_by_side
        from policies.embedding import spaces
        from policies.search.sparse import current_index

        _clear()
        space = spaces.working_space()

        def stored(document: str, places: Sequence[int]) -> None:
            with tempfile.TemporaryFile() as copy:
                copy.write(document.encode())
                store(_draft(space, corpus, document, places), copy, "benchmark")

        list(side_by_side(lambda each: stored(*each), [*by_document(corpus)]))
        current_index(selectors.corpus_version())

    def open(self, asked: Sequence[Asked]) -> None:
        """Make the search; it opens what it needs with the first question."""
        from policies.embedding import spaces
        from policies.search.retrieval import PolicySearch

        embedder = GivenEmbedder(spaces.embedder_of(spaces.working_space()), asked)
        self._search = PolicySearch(embedder=embedder, rewording=lambda _: None)

    def ask(self, wordings: Sequence[str]) -> list[str]:
        """Search for the first wording, with the others as its variants."""
        from policies.search.citations import SearchQuery

        result: SearchResult = self._search.search(SearchQuery(wordings[0], top=TOP), variants=wordings[1:])
        self.stages = result.timings_ms
        return [self._ids[passage.document, passage.page] for passage in (*result.passages, *result.dropped)]


def _clear() -> None:
    """Remove what an earlier size left."""
    import psycopg

    with psycopg.connect(connection_url()) as connection:
        connection.execute("TRUNCATE policies_policydocument, policies_embeddingspace CASCADE")


def _file_name(document: str) -> str:
    return f"{document}.pdf"


def _draft(space: "EmbeddingSpace", corpus: Corpus, document: str, places: Sequence[int]) -> "Draft":
    """Return a document as it is when it is read, cut and embedded."""
    from policies.corpus.drafting import Draft
    from policies.embedding.word_signs import Embedded
    from policies.reading.outlining import Chunk, Outline

    chunks = tuple(
        Chunk(page, page, section="", within=None, text=corpus.passages[place].text, boxes=(), is_table=False)
        for page, place in enumerate(places, 1)
    )
    return Draft(
        file_name=_file_name(document),
        content_hash=sha256(document.encode()).hexdigest(),
        metadata={},
        pages=len(places),
        pages_without_text=(),
        outline=Outline((), chunks),
        references=[()] * len(places),
        suspicious=[False] * len(places),
        space=space,
        embedded=Embedded(corpus.vectors[list(places)], [corpus.words[place] for place in places]),
    )
