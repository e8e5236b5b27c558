"""A sentence-transformers model written once as a small int8 network, so that later starts need no torch."""

import fcntl
import hashlib
import json
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

logger = logging.getLogger(__name__)

LEAST_COSINE = 0.98  # of an int8 vector to its original; below it the network stays in float32
SAMPLES = (
    "What is the maximum back-end debt-to-income ratio of a conventional loan?",
    "Reserves of six months of housing payments are required for an investment property.",
    "1026.43(c)(2) The consumer's current or reasonably expected income or assets, other than the value of the home.",
    "gift funds",
)
POOLINGS = ("mean", "cls")


@dataclass(frozen=True, slots=True)
class Exported:
    """What a written network needs to be used: how tokens become one vector, and how long a text it reads.

    ``dimensions`` is 0 where the model is of a kind that cannot be written; ``cosine`` is the least over some samples.
    """

    dimensions: int
    pooling: str = ""
    most_tokens: int = 0
    precision: str = ""
    cosine: float = 0.0


def folder_of(name: str) -> Path:
    """Return where a model's network is kept: one folder a model, and for a model in a folder one a state of it."""
    source = Path(name)
    states = (
        sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in source.glob("*")) if source.is_dir() else ()
    )
    digest = hashlib.sha256(repr((name, states)).encode()).hexdigest()[:12]
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", name)[-60:].strip("-")
    return Path(settings.LOANIQ_HOME) / "models" / f"{readable}-{digest}"


def exported(name: str) -> Exported:
    """Return what is known of a model's network, writing it first where it is not there yet: that takes torch, once.

    Raises EmbedderError where the model cannot be loaded.
    """
    folder = folder_of(name)
    if (known := _known(folder)) is not None:
        return known
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        return _known(folder) or _written(name, folder)


def _known(folder: Path) -> Exported | None:
    try:
        return Exported(**json.loads((folder / "about.json").read_text()))
    except FileNotFoundError:
        return None


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # ends with the process
        yield


def _written(name: str, folder: Path) -> Exported:
    """Write the network beside its place, then rename: nobody ever sees half of it."""
    from policies.embedding.embedders import load_sentence_transformer

    model = load_sentence_transformer(name)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        about = _export(name, model, unfinished)
        (unfinished / "about.json").write_text(json.dumps(asdict(about)))
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return about


def _export(name: str, model: Any, folder: Path) -> Exported:
    """Write ``model.onnx`` and ``tokenizer.json``; a model of another build than tokens, pooling, length gives none."""
    kinds = [type(module).__name__ for module in model]
    pooling = getattr(model[1], "pooling_mode", "") if len(kinds) > 1 else ""
    if kinds[:2] != ["Transformer", "Pooling"] or set(kinds[2:]) - {"Normalize"} or pooling not in POOLINGS:
        logger.warning("The embedding model %s is built of %s, so torch runs it.", name, ", ".join(kinds))
        return Exported(0)
    _trace(model[0].auto_model, folder / "float32.onnx")
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    about = Exported(model.get_embedding_dimension(), str(pooling), int(model.max_seq_length), "int8")
    _quantize(folder / "float32.onnx", folder / "model.onnx")
    cosine = _least_cosine(model, folder, about)
    if cosine < LEAST_COSINE:
        (folder / "float32.onnx").replace(folder / "model.onnx")
        return Exported(about.dimensions, about.pooling, about.most_tokens, "float32", 1.0)
    (folder / "float32.onnx").unlink()
    return Exported(about.dimensions, about.pooling, about.most_tokens, "int8", round(cosine, 4))


def _trace(network: Any, target: Path) -> None:
    import torch

    class TokensOnly(torch.nn.Module):
        """The network with two inputs, ids and mask of shape (texts, tokens), and its last layer as output."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network.eval()

        def forward(self, ids: Any, mask: Any) -> Any:
            return self.network(input_ids=ids, attention_mask=mask).last_hidden_state

    network.set_attn_implementation("eager")
    ids, mask = torch.ones(2, 7, dtype=torch.long), torch.ones(2, 7, dtype=torch.long)
    mask[1, 5:] = 0
    names = ("input_ids", "attention_mask", "tokens")
    axes = {each: {0: "texts", 1: "length"} for each in names}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer's own age
        torch.onnx.export(
            TokensOnly(), (ids, mask), str(target), input_names=names[:2], output_names=names[2:],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip


def _quantize(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    chatter = logging.getLogger()
    level = chatter.level
    chatter.setLevel(logging.ERROR)  # it advises a preparation that changes nothing here
    try:
        quantize_dynamic(str(source), str(target), per_channel=True, weight_type=QuantType.QInt8)
    finally:
        chatter.setLevel(level)


def _least_cosine(model: Any, folder: Path, about: Exported) -> float:
    from policies.embedding.network import Network

    network = Network(folder, about)
    vectors = network.pooled(list(SAMPLES))
    originals = model.encode(list(SAMPLES), convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False)
    return float(np.min(np.sum(vectors * originals, axis=1)))
