"""The jailed painter: a PDF on standard input, one of its pages as a picture on standard output.

Started by ``rendering`` as ``python -m policies.workspace.rendering_child ASKED`` and never imported. It is locked in
like ``policies.reading.pdf_text_child``. Output: one JSON line with the page's size in points, its rotation matrix and
the number of pages, then the bytes of a PNG. A page that cannot be painted leaves no output.
"""

import json
import math
import sys
from typing import Any

from policies.reading.jail import lock_in, pdf_library, shut_the_door


def main(asked: dict[str, int]) -> None:
    """Paint page ``page`` (from 1) some ``width`` pixels wide, never more than ``pixels`` in all, under the limits."""
    lock_in(data_mb=asked["data_mb"], seconds=asked["seconds"], output_mb=asked["output_mb"])
    pymupdf = pdf_library()
    document = pymupdf.open(filename="/dev/stdin", filetype="pdf")
    shut_the_door()
    page = document[asked["page"] - 1]
    picture = _paint(pymupdf, page, asked["width"], asked["pixels"])
    about = {"width": page.rect.width, "height": page.rect.height, "turned": list(page.rotation_matrix)}
    sys.stdout.buffer.write(json.dumps({**about, "pages": document.page_count}).encode() + b"\n" + picture)
    sys.stdout.buffer.flush()


def _paint(pymupdf: Any, page: Any, width: int, pixels: int) -> bytes:
    """Return the page as PNG; a very long or wide one gets fewer pixels an inch instead of more memory."""
    zoom = min(width / page.rect.width, math.sqrt(pixels / (page.rect.width * page.rect.height)))
    png: bytes = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False).tobytes("png")
    return png


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
