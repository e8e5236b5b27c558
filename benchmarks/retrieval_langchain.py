"""LangChain's hybrid search, as a system to measure."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.retrieval_corpus import Asked, Corpus, Vectors, given_vectors
from benchmarks.retrieval_peers import CANDIDATES, connection_url
from benchmarks.retrieval_systems import TOP


class LangChain:
    """EnsembleRetriever over BM25Retriever and PGVectorStore.

    Several wordings are united as its MultiQueryRetriever does: each list adds what those before lack.
    """

    table = "peer_langchain"

    def __init__(self, folder: Path) -> None:
        self._retriever: Any = None
        self.stages: dict[str, float] = {}

    def load(self) -> None:
        """Import the packages."""
        for module in ("langchain_classic.retrievers", "langchain_community.retrievers", "langchain_postgres"):
            importlib.import_module(module)

    def ingest(self, corpus: Corpus) -> None:
        """Add the documents, then the vector index, then the word index, which no package call saves."""
        from langchain_core.documents import Document
        from langchain_postgres import PGEngine
        from langchain_postgres.v2.indexes import HNSWIndex

        engine = PGEngine.from_connection_string(connection_url("postgresql+psycopg"))
        engine.init_vectorstore_table(self.table, corpus.vectors.shape[1], overwrite_existing=True)
        texts = [passage.text for passage in corpus.passages]
        store = self._store(engine, {})
        store.add_embeddings(texts, corpus.vectors.tolist(), [{"passage": each.id} for each in corpus.passages])
        store.apply_vector_index(HNSWIndex())
        self._words([Document(passage.text) for passage in corpus.passages])

    def open(self, asked: Sequence[Asked]) -> None:
        """Read the documents back for the word index, which is made anew in each process."""
        import psycopg
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_core.documents import Document
        from langchain_postgres import PGEngine

        engine = PGEngine.from_connection_string(connection_url("postgresql+psycopg"))
        store = self._store(engine, given_vectors(asked))
        with psycopg.connect(connection_url()) as connection:
            rows = connection.execute(f"SELECT content, langchain_metadata FROM {self.table}").fetchall()  # noqa: S608
        words = self._words([Document(text, metadata=about) for text, about in rows])
        vectors = store.as_retriever(search_kwargs={"k": CANDIDATES})
        self._retriever = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5], id_key="passage")

    def ask(self, wordings: Sequence[str]) -> list[str]:
        """Return the best ten, or what each wording's list adds to those before."""
        found = [each.metadata["passage"] for wording in wordings for each in self._retriever.invoke(wording)[:TOP]]
        return list(dict.fromkeys(found))[:TOP]

    def _words(self, documents: Sequence[Any]) -> Any:
        from langchain_community.retrievers import BM25Retriever

        return BM25Retriever.from_documents(documents, k=CANDIDATES)

    def _store(self, engine: Any, given: dict[str, Vectors]) -> Any:
        from langchain_core.embeddings import Embeddings
        from langchain_postgres import PGVectorStore

        class Given(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [self.embed_query(text) for text in texts]

            def embed_query(self, text: str) -> list[float]:
                vector: list[float] = given[text].tolist()
                return vector

        return PGVectorStore.create_sync(engine=engine, table_name=self.table, embedding_service=Given())
