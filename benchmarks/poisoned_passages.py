"""Measure how many attack strings the poisoning check flags and how many ordinary texts.

    python -m benchmarks.poisoned_passages ../shared/data [--json]

Texts are halved by the hash of their words: ``benchmarks/weighing_talk.py`` weighs words and meanings on one half, the
figures are of the other half unless they say "tuned on", as those of our own manuals do.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.corpus.publishing import publish_manual
from policies.reading.outlining import outline_of
from policies.reading.pdf_text import read_pdf
from policies.reading.poisoning import is_suspicious

MANUALS = Path(__file__).parent.parent / "policies" / "samples" / "manuals"


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, where it comes from, and whether it is an attack."""

    source: str
    is_attack: bool
    text: str

    @property
    def is_held(self) -> bool:
        """Whether it is of the half that nothing was tuned on. Our own manuals are ours to tune on, all of them."""
        return self.source != "manual" and hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1


def samples_of(data: Path) -> list[Sample]:
    """Return all texts, attacks first."""
    return [*attacks_and_look_alikes(data / "prompt_injection"), *policies_and_rules(data)]


def attacks_and_look_alikes(folder: Path) -> Iterator[Sample]:
    """Yield the attack strings and what only looks like them."""
    for kind in ("hijacking", "extraction"):
        for row in _lines(folder / f"tensor_trust_{kind}_dev.jsonl"):
            yield Sample(kind, True, row["attack"])
    kinds = json.loads((folder / "bipia_text_attack_train.json").read_text())
    yield from (Sample("bipia", True, text) for texts in kinds.values() for text in texts)
    for row in _lines(folder / "bastioncorpus_dev.jsonl"):
        is_attack = row["label"] != "benign"
        yield Sample("bastion" if is_attack else "look-alike", is_attack, row["text"])
    yield from (Sample("e-mail", False, row["context"]) for row in _lines(folder / "bipia_email_contexts_train.jsonl"))


def policies_and_rules(data: Path) -> Iterator[Sample]:
    """Yield the passages of the real policies and of the sample manuals, and those of another field's rule books."""
    with tempfile.TemporaryDirectory() as folder:
        for path in [*sorted((data / "policy").glob("*.pdf")), *printed_manuals(Path(folder))]:
            with path.open("rb") as file:
                chunks = outline_of(read_pdf(file, path.name)).chunks
            source = "policy" if path.parent != Path(folder) else "manual"
            yield from (Sample(source, False, chunk.text) for chunk in chunks)
    with zipfile.ZipFile(data / "retrieval_obliqa" / "StructuredRegulatoryDocuments.zip") as books:
        names = [name for name in books.namelist() if name.endswith(".json") and "__MACOSX" not in name]
        for name in names:
            yield from (Sample("rule book", False, row["Passage"]) for row in json.loads(books.read(name)))


def printed_manuals(folder: Path) -> list[Path]:
    """Print the sample lender's manuals into a folder and return the PDFs."""
    targets = {source: folder / f"{source.stem}.pdf" for source in sorted(MANUALS.glob("*.md"))}
    for source, target in targets.items():
        publish_manual(source, target)
    return list(targets.values())


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def measured(samples: list[Sample]) -> dict[str, dict[str, float]]:
    """Return for each source and half how many texts there are and the share that is flagged, in percent."""
    from policies.embedding.talk import odds_of_talk

    asked, flagged = Counter[str](), Counter[str]()
    for sample in samples:
        half = "held" if sample.is_held else "tuned on"
        kind = "attacks" if sample.is_attack else "ordinary"
        for name in (f"{half}: {kind}, {sample.source}", f"{half}: {kind}, all"):
            asked[name] += 1
            flagged[name] += is_suspicious(sample.text, odds_of_talk)
    return {
        n: {"texts": asked[n], "flagged": flagged[n], "percent": round(100 * flagged[n] / asked[n], 2)}
        for n in sorted(asked)
    }


def main() -> int:
    """Print the shares, and exit 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
    import django

    django.setup()
    shares = measured(samples_of(given.data))
    if given.json:
        print(json.dumps(shares, indent=1))
    else:
        for name, share in shares.items():
            print(f"{name:32} {share['flagged']:>5} of {share['texts']:>5}  {share['percent']:6.2f} %")
    caught, alarms = shares["held: attacks, all"]["percent"], shares["held: ordinary, all"]["percent"]
    return 0 if caught >= 95 and alarms <= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
