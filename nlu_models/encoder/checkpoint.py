"""A base encoder from a folder or from the hub: `config.json`, `model.safetensors`, `tokenizer.json`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from nlu_models.encoder.base import BaseEncoder
from nlu_models.encoder.config import EncoderConfig, Float32, Int64
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.tokenizer import TextTokenizer
from nlu_models.encoder.vocabulary import kept_pieces
from nlu_models.encoder.wheel import sha256_of

FILES = ("config.json", "model.safetensors", "tokenizer.json")
_WORDS = "embeddings.word_embeddings.weight"
_PREFIXES = ("bert.", "model.", "encoder.bert.")


def load_checkpoint(reference: str, *, cache_dir: Path | None = None) -> BaseEncoder:
    """Load a BERT encoder in the layout of `intfloat/multilingual-e5-small`.

    Args:
        reference: a local folder, or a hub id, whose files are then downloaded.
        cache_dir: where downloads are kept.

    Raises:
        EncoderError: a file is missing or unreadable, or the architecture is not BERT.
    """
    folder = checkpoint_folder(reference, cache_dir=cache_dir)
    try:
        settings = json.loads((folder / FILES[0]).read_text(encoding="utf-8"))
        weights = _weights(folder / FILES[1])
        tokenizer_settings = json.loads((folder / FILES[2]).read_text(encoding="utf-8"))
    except (OSError, ValueError, SafetensorError) as error:
        raise EncoderError(f"{reference} cannot be read: {error}") from error
    if settings.get("model_type") != "bert" or _WORDS not in weights:
        raise EncoderError(f"{reference} is not a BERT encoder (model_type {settings.get('model_type')!r})")
    kept = _prune(tokenizer_settings)
    if kept is not None:
        weights[_WORDS] = weights[_WORDS][kept]
    config = EncoderConfig(
        hidden=settings["hidden_size"],
        layers=settings["num_hidden_layers"],
        heads=settings["num_attention_heads"],
        intermediate=settings["intermediate_size"],
        positions=settings["max_position_embeddings"],
        vocabulary=len(weights[_WORDS]),
        eps=settings["layer_norm_eps"],
    )
    return BaseEncoder(config, weights, _tokenizer(tokenizer_settings), checkpoint_fingerprint(str(folder)))


def checkpoint_folder(reference: str, *, cache_dir: Path | None = None) -> Path:
    """Return the local folder of a base, downloading a hub id's files if need be."""
    folder = Path(reference)
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(reference, allow_patterns=list(FILES), cache_dir=cache_dir))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise EncoderError(f"{reference} is neither a folder nor a model that can be downloaded: {error}") from error


def checkpoint_fingerprint(reference: str) -> str:
    """Return a hash over the files of a base."""
    folder = checkpoint_folder(reference)
    try:
        joined = "".join(sha256_of(folder / name) for name in FILES)
    except OSError as error:
        raise EncoderError(f"{reference} is incomplete: {error}") from error
    return hashlib.sha256(joined.encode()).hexdigest()


def _weights(path: Path) -> dict[str, Float32]:
    found: dict[str, Float32] = {}
    for name, value in load_file(str(path)).items():
        for prefix in _PREFIXES:
            name = name.removeprefix(prefix)
        if name.startswith(("embeddings.", "encoder.layer.")) and not name.endswith("position_ids"):
            found[name] = value.astype(np.float32)
    return found


def _prune(settings: dict[str, Any]) -> Int64 | None:
    """Cut a Unigram vocabulary down in place and return the kept ids; other kinds stay whole (None)."""
    model = settings["model"]
    if model.get("type", "Unigram" if "unk_id" in model else None) != "Unigram":
        return None
    kept = kept_pieces([piece for piece, _ in model["vocab"]])
    places = {int(old): new for new, old in enumerate(kept)}
    model["vocab"] = [model["vocab"][i] for i in kept]
    settings["added_tokens"] = [
        {**token, "id": places[token["id"]]} for token in settings.get("added_tokens", []) if token["id"] in places
    ]
    settings["post_processor"] = None  # start and end token are added by TextTokenizer
    return kept


def _tokenizer(settings: dict[str, Any]) -> TextTokenizer:
    tokenizer = Tokenizer.from_str(json.dumps(settings))
    special = {}
    for role, names in {"start": ("<s>", "[CLS]"), "end": ("</s>", "[SEP]"), "pad": ("<pad>", "[PAD]")}.items():
        ids = [found for name in names if (found := tokenizer.token_to_id(name)) is not None]
        if not ids:
            raise EncoderError(f"the tokenizer has no {role} token ({' or '.join(names)})")
        special[role] = ids[0]
    return TextTokenizer(tokenizer, None, **special)
