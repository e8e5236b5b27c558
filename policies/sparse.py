"""Search by words: a BM25 index of all passages, built in memory once per process and state of the corpus."""

import math
import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from rank_bm25 import BM25Okapi

from policies import selectors
from policies.search_stages import Scored

TOKEN = re.compile(
    r"""
      (?P<section> \d+[a-z]?(?:\.\d+)*[a-z]?(?:\([0-9a-z]{1,5}\))+ )  # 1026.43(c)(2), 4012a(b)
    | (?P<guide> [a-z]\d+(?:-\d+)+ | [ivx]+(?:\.[0-9a-z]{1,4})+ )     # B3-6-02, II.A.5.d
    | (?P<ratio> \d+(?:\.\d+)?/\d+(?:\.\d+)? )                        # 37/47
    | (?P<figure> \d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+(?:\.\d+)*(?:[a-z](?!\w))? )  # 766,550, 96.5, 203k
    | (?P<percent> % )
    | (?P<word> [^\W\d_]+(?:'[^\W\d_]+)? | \w+ )
    """,
    re.VERBOSE,
)
PLURALS = (
    (re.compile(r"ies$"), "y"),
    (re.compile(r"(?<=ss|ch|sh)es$|(?<=x)es$"), ""),
    (re.compile(r"(?<![sui])s$"), ""),
)
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and any are as at be been but by can could did do does for from had has have he how i if in "
        "into is it its many may me might much must my no nor not of on or our shall she should so such than "
        "that the their them then there these they this those to under upon was we were what when where "
        "whether which who whom whose will with would you your",
    )
)


def terms(text: str) -> list[str]:
    """Return the words to match, in order: NFKC, case folded, without stop words and a plural's s.

    Section numbers, guide topics and figures stay whole: ``$5,000`` is ``5000``, ``43%`` is ``43 percent``, and
    ``1026.43(c)(2)`` also counts as ``1026.43(c)`` and ``1026.43``, since a text seldom repeats its own number.
    """
    found: list[str] = []
    for match in TOKEN.finditer(unicodedata.normalize("NFKC", text).casefold().replace("’", "'")):
        found += _forms(match.lastgroup or "", match.group())
    return found


def _forms(kind: str, token: str) -> list[str]:
    if kind == "section":
        return [token[:end] for end in _ends(token)]
    if kind == "figure":
        return [token.replace(",", "").removesuffix(".00")]
    if kind == "percent":
        return ["percent"]
    if kind == "word":
        return [] if token in STOP_WORDS else [_singular(token)]
    return [token]


def _ends(token: str) -> list[int]:
    """Return where a section number and each of its paragraphs end, the whole first."""
    return [len(token), *(place for place in range(len(token) - 1, 0, -1) if token[place] == "(")]


def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    for plural, singular in PLURALS:
        if len(word) > 3 and plural.search(word):
            return plural.sub(singular, word)
    return word


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """BM25 over the passages of one state of the corpus. Only read once it is built, so threads may share it."""

    corpus_version: str
    chunk_ids: Sequence[int]
    version_ids: Sequence[UUID]
    bm25: Any = None
    places: dict[str, list[int]] = field(default_factory=dict)

    def search(self, question: str, *, versions: Set[UUID], limit: int) -> list[Scored]:
        """Return the passages of those versions that share a word with the question, best first, with BM25 scores."""
        asked = terms(question)
        places = sorted(
            {place for term in set(asked) for place in self.places.get(term, ()) if self.version_ids[place] in versions}
        )
        if not places:
            return []
        scores = self.bm25.get_batch_scores(asked, places)
        found = [Scored(self.chunk_ids[place], float(score)) for place, score in zip(places, scores, strict=True)]
        return sorted(found, key=lambda scored: (-scored.score, scored.chunk_id))[:limit]

    def covered(self, question: str, chunk_ids: Iterable[int]) -> float:
        """Return how much of the question the best of these passages holds, 0 to 1, rare words counting more."""
        wanted = set(chunk_ids)
        weights = {
            term: math.log(1 + len(self.chunk_ids) / (len(self.places.get(term, ())) or 0.5))
            for term in set(terms(question))
        }
        held: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            for place in self.places.get(term, ()):
                if self.chunk_ids[place] in wanted:
                    held[place] += weight
        return max(held.values(), default=0.0) / (sum(weights.values()) or 1.0)


def build_index(corpus_version: str, rows: Iterable[selectors.ChunkText]) -> SparseIndex:
    """Return an index of the rows' sections and texts."""
    rows = list(rows)
    words = [terms(f"{row.section}\n{row.text}") for row in rows]
    if not any(words):
        return SparseIndex(corpus_version, (), ())
    places: dict[str, list[int]] = defaultdict(list)
    for place, row_words in enumerate(words):
        for word in set(row_words):
            places[word].append(place)
    chunk_ids, version_ids = [row.chunk_id for row in rows], [row.version_id for row in rows]
    return SparseIndex(corpus_version, chunk_ids, version_ids, BM25Okapi(words), dict(places))


_turn = threading.Lock()


def current_index(corpus_version: str) -> SparseIndex:
    """Return the index of this state of the corpus, building it at most once per process; others wait for it."""
    with _turn:
        return _index_of(corpus_version)


@lru_cache(maxsize=1)
def _index_of(corpus_version: str) -> SparseIndex:
    return build_index(corpus_version, selectors.chunk_texts())
