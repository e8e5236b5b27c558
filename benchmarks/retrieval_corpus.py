"""What every system is given alike: passages, questions in three wordings, and the vectors of both."""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.retrieval_questions import ObliPassage, ObliQuestion

SEED = 20261123
JITTER = 0.35  # length of the noise on a made-up passage's unit vector
SENTENCE = re.compile(r"(?<=[.;:])\s+")
ASKING = re.compile(
    r"an?|and|any|are|as|at|be|by|can|could|do|does|for|from|how|if|in|is|its?|may|must|of|on|or|please|shall|should|"
    r"such|that|the|their|there|these|this|to|under|what|when|where|which|who|why|will|with|would",
    re.IGNORECASE,
)

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class Made(NamedTuple):
    """Unit vectors of shape (texts, dimensions), and the signs of each text's words."""

    vectors: Vectors
    words: list[bytes]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages, their unit vectors of shape (passages, dimensions) and the signs of their words.

    ``space`` is the model that made them.
    """

    passages: list[ObliPassage]
    vectors: Vectors
    words: list[bytes]
    space: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in three wordings, its own first, with their unit vectors of shape (3, dimensions)."""

    wordings: tuple[str, ...]
    vectors: Vectors


def wordings_of(question: ObliQuestion) -> tuple[str, ...]:
    """Return the question, its words apart from the asking ones, and its longest clause: three rankings, no model."""
    words = [word for word in re.findall(r"[\w'-]+", question.text) if not ASKING.fullmatch(word)]
    clause = max(re.split(r"[,;?]", question.text), key=len).strip()
    return (question.text, " ".join(words), clause)


def of_size(real: Corpus, size: int) -> Corpus:
    """Return ``size`` of the real passages, or all of them with made-up ones beside."""
    if size > len(real.passages):
        return _enlarged(real, size)
    chosen = sorted(random.Random(SEED).sample(range(len(real.passages)), size))
    words = [real.words[place] for place in chosen]
    return Corpus([real.passages[place] for place in chosen], real.vectors[chosen], words, real.space)


def _enlarged(real: Corpus, size: int) -> Corpus:
    """Add passages of sentences from up to three real ones; each vector is the mean of theirs, with noise.

    Their words are taken to be those of the first.
    """
    chance, noise = random.Random(SEED), np.random.default_rng(SEED)
    made, sources = [], []
    for number in range(size - len(real.passages)):
        places = chance.sample(range(len(real.passages)), chance.randint(2, 3))
        sources.append(places)
        document = real.passages[places[0]].document
        made.append(ObliPassage(f"{document}|made-{number}", document, _recombined(real.passages, places, chance)))
    vectors = np.stack([real.vectors[places].mean(axis=0) for places in sources])
    shaken = noise.standard_normal(vectors.shape, dtype=np.float32)
    vectors += JITTER * shaken / np.linalg.norm(shaken, axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [*real.words, *(real.words[places[0]] for places in sources)]
    return Corpus([*real.passages, *made], np.concatenate([real.vectors, vectors]), words, real.space)


def _recombined(passages: Sequence[ObliPassage], places: Sequence[int], chance: random.Random) -> str:
    """Return about as many sentences as the first passage has, drawn from all of them."""
    sentences = [sentence for place in places for sentence in SENTENCE.split(passages[place].text)]
    wanted = len(SENTENCE.split(passages[places[0]].text))
    return " ".join(chance.sample(sentences, min(wanted, len(sentences))))


def embedded(texts: Sequence[str], cache: Path) -> tuple[Made, str]:
    """Return texts as the project's own embedder sees them, and its name; computed once, then kept in a folder."""
    from policies.embedding import word_signs
    from policies.embedding.embedders import configured_embedder

    embedder = configured_embedder()
    file = cache / f"{hashlib.sha256(repr((embedder.name, list(texts))).encode()).hexdigest()[:16]}.npz"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        made = word_signs.embedded(embedder, texts)
        save_embedded(file, made.vectors, made.words or [b""] * len(texts))
    return load_embedded(file), embedder.name


def save_embedded(file: Path, vectors: Vectors, words: Sequence[bytes]) -> None:
    """Write vectors of shape (texts, dimensions) and each text's signs to a file."""
    ends = np.cumsum([len(each) for each in words])
    np.savez(file, vectors=vectors, signs=np.frombuffer(b"".join(words), dtype=np.uint8), ends=ends)


def load_embedded(file: Path) -> Made:
    """Read what ``save_embedded`` wrote."""
    with np.load(file) as kept:
        signs = kept["signs"].tobytes()
        edges = [0, *kept["ends"].tolist()]
        return Made(kept["vectors"], [signs[first:last] for first, last in pairwise(edges)])


def save(corpus: Corpus, asked: Sequence[Asked], folder: Path) -> None:
    """Write both where the systems' processes find them."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {"space": corpus.space, "passages": [asdict(passage) for passage in corpus.passages]}
    (folder / "corpus.json").write_text(json.dumps(about))
    save_embedded(folder / "corpus.npz", corpus.vectors, corpus.words)
    (folder / "asked.json").write_text(json.dumps([each.wordings for each in asked]))
    np.save(folder / "asked.npy", np.stack([each.vectors for each in asked]))


def load_corpus(folder: Path) -> Corpus:
    """Read what ``save`` wrote of the passages."""
    about = json.loads((folder / "corpus.json").read_text())
    made = load_embedded(folder / "corpus.npz")
    passages = [ObliPassage(**each) for each in about["passages"]]
    return Corpus(passages, made.vectors, made.words, about["space"])


def load_places(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Yield each passage's id, document and place in that document, from 1."""
    seen: Counter[str] = Counter()
    for each in json.loads((folder / "corpus.json").read_text())["passages"]:
        seen[each["document"]] += 1
        yield each["id"], each["document"], seen[each["document"]]


def load_asked(folder: Path) -> list[Asked]:
    """Read what ``save`` wrote of the questions."""
    wordings = json.loads((folder / "asked.json").read_text())
    return [Asked(tuple(each), vectors) for each, vectors in zip(wordings, np.load(folder / "asked.npy"), strict=True)]


def given_vectors(asked: Sequence[Asked]) -> dict[str, Vectors]:
    """Return the vector of every wording."""
    return {text: vector for each in asked for text, vector in zip(each.wordings, each.vectors, strict=True)}


def by_document(corpus: Corpus) -> Iterator[tuple[str, list[int]]]:
    """Yield each document with the places of its passages, in order."""
    places: dict[str, list[int]] = {}
    for place, passage in enumerate(corpus.passages):
        places.setdefault(passage.document, []).append(place)
    yield from places.items()
