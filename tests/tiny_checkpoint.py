"""A base encoder as a folder, as a hub model comes: very small, with random weights."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from nlu_models.encoder.base import BaseEncoder
from nlu_models.encoder.tiny import tiny_base


def write_checkpoint(folder: Path, base: BaseEncoder | None = None) -> Path:
    """Write `config.json`, `model.safetensors` and `tokenizer.json`; returns the folder.

    Args:
        folder: exists already.
        base: what is written, by default `tiny_base()`; one Russian piece more, which loading it cuts off again.
    """
    base = base or tiny_base()
    base.tokenizer.save(folder)
    settings = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    for place, piece in zip(settings["model"]["vocab"], ["<s>", "<pad>", "</s>", "<unk>"], strict=False):
        place[0] = piece
    settings["model"]["vocab"].insert(4, ["▁привет", -1.0])
    (folder / "tokenizer.json").write_text(json.dumps(settings), "utf-8")
    weights = {f"bert.{name}": value for name, value in base.weights.items()}
    words = weights["bert.embeddings.word_embeddings.weight"]
    weights["bert.embeddings.word_embeddings.weight"] = np.insert(words, 4, 9.0, axis=0)
    save_file(weights, str(folder / "model.safetensors"))
    config = base.config
    settings = {"model_type": "bert", "hidden_size": config.hidden, "num_hidden_layers": config.layers,
                "num_attention_heads": config.heads, "intermediate_size": config.intermediate,
                "max_position_embeddings": config.positions, "layer_norm_eps": config.eps}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(settings), "utf-8")
    return folder
