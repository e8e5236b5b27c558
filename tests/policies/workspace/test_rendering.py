"""Pages as pictures: painted once, kept within bounds, marked where the text stands; hostile files only lose theirs."""

import hashlib
import importlib
import struct
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from policies.corpus.storing import file_name
from policies.workspace.rendering import LIMITS, PageNotPainted, page_picture
from tests.policies.hostile import Kind, kinds
from tests.policies.pdf_bytes import good_pdf

pymupdf: Any = importlib.import_module("pymupdf")
QUICK = replace(LIMITS, seconds=3)


@pytest.fixture(autouse=True)
def _own_place(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.LOANIQ_HOME = tmp_path / "media", tmp_path


def kept(content: bytes, media: Path) -> str:
    """Put a file where ingestion keeps it, and return its hash."""
    content_hash = hashlib.sha256(content).hexdigest()
    path = media / file_name(content_hash)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return content_hash


def turned_pdf(degrees: int) -> bytes:
    """Return a page of 400 by 600 points with words at the top left, turned, with a margin cut off."""
    document = pymupdf.open()
    page = document.new_page(width=400, height=600)
    page.insert_text((50, 80), "Reserves", fontsize=20)
    page.set_rotation(degrees)
    page.set_cropbox(pymupdf.Rect(20, 30, 380, 560))
    return bytes(document.tobytes())


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_page_becomes_a_picture_of_readable_size(tmp_path: Path) -> None:
    picture = page_picture(kept(good_pdf(2), tmp_path / "media"), 2)
    assert size_of(picture.png) == (1600, 2071)
    assert (picture.width, picture.height) == (612, 792)


def test_a_page_painted_once_is_shown_without_the_file(tmp_path: Path) -> None:
    content_hash = kept(good_pdf(2), tmp_path / "media")
    first = page_picture(content_hash, 1)
    (tmp_path / "media" / file_name(content_hash)).unlink()
    assert page_picture(content_hash, 1) == first
    with pytest.raises(PageNotPainted, match="cannot be opened"):
        page_picture(content_hash, 2)


def test_the_pictures_looked_at_longest_ago_make_room(tmp_path: Path) -> None:
    content_hash = kept(good_pdf(4), tmp_path / "media")
    for page in (1, 2, 3, 4):
        page_picture(content_hash, page, replace(LIMITS, width=6_000, pixels=36_000_000, kept_mb=1))
    left = list((tmp_path / "pages").iterdir())
    assert 1 <= len(left) < 4
    assert any("-4-" in path.name for path in left)
    assert sum(path.stat().st_size for path in left) <= 1024 * 1024


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_box_of_text_covers_the_words_however_the_page_is_turned(degrees: int, tmp_path: Path) -> None:
    content = turned_pdf(degrees)
    picture = page_picture(kept(content, tmp_path / "media"), 1)
    page = pymupdf.open(stream=content)[0]
    box = page.get_text("dict", flags=pymupdf.TEXT_MEDIABOX_CLIP)["blocks"][0]["lines"][0]["bbox"]
    left, top, width, height = picture.share(box)
    dark = dark_part(picture.png)
    assert left <= dark[0] + 0.3
    assert top <= dark[1] + 0.3
    assert left + width >= dark[2] - 0.3
    assert top + height >= dark[3] - 0.3
    assert width < 40
    assert height < 40


def dark_part(png: bytes) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom, in percent, of what is printed."""
    import numpy as np

    pixels = pymupdf.Pixmap(png)
    shades = np.frombuffer(pixels.samples, dtype=np.uint8).reshape(pixels.height, pixels.width, pixels.n)
    rows, columns = np.where(shades.min(axis=2) < 128)
    return (
        *(100 * columns.min() / pixels.width, 100 * rows.min() / pixels.height),
        *(100 * columns.max() / pixels.width, 100 * rows.max() / pixels.height),
    )


def test_a_box_that_hangs_over_the_edge_is_cut_off(tmp_path: Path) -> None:
    picture = page_picture(kept(good_pdf(1), tmp_path / "media"), 1)
    left, top, width, height = picture.share((-50, 700, 9_000, 900))
    assert (left, round(width, 6)) == (0, 100)
    assert round(top + height, 6) == 100


def test_a_page_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PageNotPainted, match="Page 9 cannot be shown as a picture"):
        page_picture(kept(good_pdf(1), tmp_path / "media"), 9)
    assert not (tmp_path / "pages").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in kinds()])
def test_a_hostile_file_is_painted_or_refused_in_time(kind: Kind, tmp_path: Path) -> None:
    content_hash = kept(kind.build(), tmp_path / "media")
    with suppress(PageNotPainted):
        wide, high = size_of(page_picture(content_hash, 1, QUICK).png)
        assert wide * high <= 8_100_000
