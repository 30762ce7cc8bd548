"""Export to ONNX once, keep the result, and never load a file that is not the one that was written."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from nlu_models.encoder.base import WHEEL, BaseEncoder, base_fingerprint, load_base
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.graph import (
    BUILDER_VERSION,
    LOWER_LAYERS,
    TRUNK_LAYERS,
    search_graph,
    trunk_graph,
    understanding_graph,
)
from nlu_models.encoder.wheel import sha256_of

_SUMS = "sha256.json"
_CONFIG = "config.json"
_WORDS, _POSITIONS = "words.npy", "positions.npy"
Report = Callable[[str], None]


@dataclass(frozen=True)
class ExportedEncoder:
    """A folder with `lower.onnx`, `trunk.onnx`, `search.onnx` and the tokenizer."""

    folder: Path
    fingerprint: str

    @property
    def lower(self) -> Path:
        """`input_ids`, `mask` to the `out` of the trunk's first layers."""
        return self.folder / "lower.onnx"

    @property
    def trunk(self) -> Path:
        """`states` of those, `mask` to the trunk's `out`."""
        return self.folder / "trunk.onnx"

    @property
    def search(self) -> Path:
        """`states`, `mask` to `embedding`."""
        return self.folder / "search.onnx"

    def words(self) -> npt.NDArray[np.float16]:
        """Return the word table `(pieces, D)`, float16, read from the disk where it is looked at."""
        table: npt.NDArray[np.float16] = np.load(self.folder / _WORDS, mmap_mode="r")
        return table

    def positions(self) -> Float32:
        """Return the positions `(P, D)`, the token type added."""
        table: Float32 = np.load(self.folder / _POSITIONS)
        return table

    def config(self) -> EncoderConfig:
        """Return the sizes of the encoder."""
        return EncoderConfig(**json.loads((self.folder / _CONFIG).read_text(encoding="utf-8")))


def prepare_encoder(models_dir: Path, *, reference: str = WHEEL, report: Report = lambda step: None) -> ExportedEncoder:
    """Return the exported encoder, making it where it is missing or damaged.

    Args:
        models_dir: the cache; the folder's name holds the base's fingerprint and the builder's version.
        reference: see `load_base`.
        report: told about each step before it begins.

    Raises:
        EncoderError: the base cannot be had.
    """
    fingerprint = base_fingerprint(reference)
    folder = models_dir / f"encoder-{_key(fingerprint)}"
    if not is_intact(folder):
        report("convert the encoder's weights")
        base = load_base(reference)
        report("export the encoder")
        _write(folder, _encoder_files(base))
    return ExportedEncoder(folder, fingerprint)


def prepare_understanding(
    models_dir: Path, weights: Path, encoder: ExportedEncoder, *, report: Report = lambda step: None
) -> Path:
    """Return the exported tuned top for a file of trained weights, making it where it is missing or damaged.

    Raises:
        EncoderError: the weights do not fit the encoder, or cannot be read.
    """
    digest = sha256_of(weights)
    folder = models_dir / f"understanding-{_key(encoder.fingerprint + digest)}"
    if not is_intact(folder):
        report("export the understanding model")
        try:
            graph = understanding_graph(encoder.config(), load_weights(weights))
        except KeyError as error:
            raise EncoderError(f"{weights.name} lacks the array {error}") from error
        _write(folder, lambda target: _save(target / "understanding.onnx", graph))
    return folder / "understanding.onnx"


def is_intact(folder: Path) -> bool:
    """True if every file of an exported folder is there and has the SHA-256 that it was written with."""
    try:
        sums: Mapping[str, str] = json.loads((folder / _SUMS).read_text(encoding="ascii"))
        return bool(sums) and all(sha256_of(folder / name) == digest for name, digest in sums.items())
    except (OSError, ValueError, AttributeError):  # missing, or not what was written
        return False


def _encoder_files(base: BaseEncoder) -> Callable[[Path], None]:
    def write(target: Path) -> None:
        _save(target / "lower.onnx", trunk_graph(base, layers=range(LOWER_LAYERS)))
        _save(target / "trunk.onnx", trunk_graph(base, layers=range(LOWER_LAYERS, TRUNK_LAYERS)))
        _save(target / "search.onnx", search_graph(base))
        base.tokenizer.save(target)
        np.save(target / _WORDS, base.weights["embeddings.word_embeddings.weight"].astype(np.float16))
        types = base.weights["embeddings.token_type_embeddings.weight"]
        np.save(target / _POSITIONS, base.weights["embeddings.position_embeddings.weight"] + types[0])
        (target / _CONFIG).write_text(json.dumps(vars(base.config)), encoding="ascii")

    return write


def _write(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a new folder, note its hashes, and put it in place in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
        fresh = Path(scratch) / "model"
        fresh.mkdir()
        fill(fresh)
        sums = {path.name: sha256_of(path) for path in sorted(fresh.iterdir())}
        (fresh / _SUMS).write_text(json.dumps(sums, indent=1), encoding="ascii")
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(fresh, folder)


def _save(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _key(text: str) -> str:
    return hashlib.sha256(f"{BUILDER_VERSION}:{text}".encode()).hexdigest()[:16]


def load_weights(path: Path) -> dict[str, Float32]:
    """Read trained weights (half precision on disk) as float32."""
    return {name: value.astype(np.float32) for name, value in load_file(str(path)).items()}
