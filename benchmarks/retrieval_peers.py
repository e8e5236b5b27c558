"""What the peers share: how deep their rankings go, the one PostgreSQL, and what they are given.

LangChain, LlamaIndex and Haystack are each set up as their own documentation sets up hybrid search on PostgreSQL: word
search is each one's BM25, which lives in the process; vectors lie in PostgreSQL under an HNSW index; rankings are fused
by reciprocal ranks. What a package can save for the next process is saved.
"""

import os
from pathlib import Path

import numpy as np

CANDIDATES = 20  # of each ranking: of 10, 15, 20, 30 and 60 the best for the three together on the "tune" questions


def connection_url(driver: str = "postgresql") -> str:
    """Return the address of the one PostgreSQL, which the parent process gives."""
    return os.environ["BENCHMARK_DATABASE"].replace("postgresql", driver, 1)


def dimensions_in(folder: Path) -> int:
    """Return the length of the given vectors."""
    return int(np.load(folder / "asked.npy", mmap_mode="r").shape[-1])


def drop(table: str) -> None:
    """Remove what an earlier size left."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(connection_url()) as connection:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(table)))
