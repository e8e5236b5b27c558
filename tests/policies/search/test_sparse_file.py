"""A word index in files: built once, whole or not at all, and never trusted when it is damaged."""

import logging
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from policies.search.postings import Postings, WordLists, word_lists
from policies.search.sparse import SparseIndex
from policies.search.sparse_file import MANIFEST, UNFINISHED, DamagedIndex, on_disk, opened, save, weighed
from policies.selectors import ChunkText

VERSION = uuid4()
TEXTS = ("Gift funds come from a relative.", "Reserves of six months.", "Residual income of the veteran.")
FILES = ["starts.npy", "places.npy", "weights.npy", "chunk_ids.npy", "version_of.npy", "words.json", "versions.json"]


def corpus(version: UUID = VERSION) -> WordLists:
    return word_lists(ChunkText(number, version, "Guide", text) for number, text in enumerate(TEXTS, 1))


def never() -> WordLists:
    raise AssertionError("The index was built although its files are there.")


def answers(postings: Postings) -> list[int]:
    index = SparseIndex("v1", "bm25s", postings)
    return [scored.chunk_id for scored in index.search("six months of reserves", versions={VERSION}, limit=5)]


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.LOANIQ_HOME = tmp_path
    return tmp_path / "search"


def folder_of(home: Path, state: str = "state") -> Path:
    [folder] = home.glob(f"{state}-*")
    return folder


def test_an_index_is_built_once_then_opened(home: Path) -> None:
    assert answers(on_disk("state", corpus)) == [2]
    assert answers(on_disk("state", never)) == [2]
    assert sorted(file.name for file in folder_of(home).iterdir()) == sorted([*FILES, MANIFEST])


def test_what_is_opened_is_what_was_saved_and_cannot_be_written(tmp_path: Path) -> None:
    postings = weighed(corpus())
    save(postings, tmp_path / "kept")
    mapped = opened(tmp_path / "kept")
    assert mapped.words == postings.words
    assert list(mapped.passages.versions) == [VERSION]
    assert mapped.weights.tolist() == postings.weights.tolist()
    assert not mapped.weights.flags.writeable


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
@pytest.mark.parametrize("damage", ["missing", "truncated", "empty", "one byte"])
def test_a_damaged_file_is_never_used_and_the_index_is_built_anew(home: Path, name: str, damage: str) -> None:
    on_disk("state", corpus)
    file = folder_of(home) / name
    content = file.read_bytes()
    harm(file, damage)
    with pytest.raises(DamagedIndex):
        opened(file.parent)
    assert answers(on_disk("state", corpus)) == [2]
    assert file.read_bytes() == content
    assert answers(on_disk("state", never)) == [2]


def harm(file: Path, damage: str) -> None:
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        half = len(content) // 2
        changed = content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]
        file.write_bytes({"truncated": content[:half], "empty": b"", "one byte": changed}[damage])


def test_a_manifest_of_something_else_is_damage(home: Path) -> None:
    on_disk("state", corpus)
    (folder_of(home) / MANIFEST).write_text("[]")
    assert answers(on_disk("state", corpus)) == [2]


def test_the_two_newest_are_kept_and_a_killed_builders_rest_is_swept(home: Path) -> None:
    for age, state in enumerate(("first", "second", "third")):
        on_disk(state, corpus)
        os.utime(folder_of(home, state), (age, age))
    left = home / f"{UNFINISHED}killed"
    left.mkdir()
    mapped = on_disk("third", never)
    on_disk("fourth", corpus)
    assert {folder.name.split("-")[0] for folder in home.iterdir() if folder.is_dir()} == {"third", "fourth"}
    assert answers(mapped) == [2]


def test_who_has_a_swept_index_mapped_goes_on_with_it(home: Path) -> None:
    mapped = on_disk("first", corpus)
    for state in ("second", "third"):
        on_disk(state, corpus)
    assert not list(home.glob("first-*"))
    assert answers(mapped) == [2]


def test_where_no_file_can_be_written_the_index_stays_in_memory(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    home.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        assert answers(on_disk("state", corpus)) == [2]
    assert "every process builds its own" in caplog.text


def test_a_failed_build_leaves_nothing(home: Path) -> None:
    with pytest.raises(AssertionError):
        on_disk("state", never)
    assert [file.name for file in home.iterdir()] == ["building.lock"]


def test_two_processes_at_once_build_one_index(home: Path) -> None:
    context = multiprocessing.get_context("fork")
    with context.Manager() as shared:
        built, found = shared.list(), shared.list()
        processes = [context.Process(target=build_slowly, args=(built.append, found.append)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(30)
        assert list(found) == [[2]] * 3
        assert len(built) == 1


def build_slowly(built: Callable[[int], None], found: Callable[[list[int]], None]) -> None:
    def slowly() -> WordLists:
        built(os.getpid())
        time.sleep(0.3)
        return corpus()

    found(answers(on_disk("state", slowly)))
