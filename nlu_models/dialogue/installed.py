"""The trained reader and generator that the manifest names, checked and loaded."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlu_models.dialogue.answering import Thresholds
from nlu_models.dialogue.dialogue_model import DialogueModel, Trunk
from nlu_models.dialogue.generator_runtime import GeneratorRuntime
from nlu_models.dialogue.reader_runtime import MatchRuntime, ReaderRuntime
from nlu_models.dialogue.similarity import Calibration
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.export import ExportedEncoder, load_weights
from nlu_models.encoder.wheel import sha256_of

_LOG = logging.getLogger(__name__)


def load_dialogue(
    weights_dir: Path, encoder: ExportedEncoder, trunk: Trunk, *, threads: int
) -> tuple[DialogueModel, Thresholds] | None:
    """Load what is installed; None where matcher or reader is not, a model without a generator where only that is
    missing, or was trained on another reader.

    Raises:
        EncoderError: weights are damaged, or were trained on another base.
    """
    try:
        manifest: Mapping[str, Any] = json.loads((weights_dir / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not {"matcher", "reader"} <= manifest.keys():
        return None
    config = encoder.config()

    def arrays(name: str) -> Mapping[str, Any]:
        return load_weights(_checked(weights_dir, manifest[name], encoder.fingerprint))

    matcher = MatchRuntime(config, arrays("matcher"), threads=threads)
    reader = ReaderRuntime(config, arrays("reader"), threads=threads, precision="int8")
    generator = None
    if "generator" in manifest:
        if manifest["generator"]["reader_sha256"] == manifest["reader"]["sha256"]:
            generator = GeneratorRuntime(config, arrays("generator"), threads=threads)
        else:
            _LOG.warning("the generator was trained on another reader: policies are quoted until it is trained again")
    entry = manifest["reader"]
    model = DialogueModel(trunk, matcher, reader, generator, Calibration(**entry.get("calibration", {})))
    return model, Thresholds(**entry.get("thresholds", {}))


def _checked(weights_dir: Path, entry: Mapping[str, Any], base: str) -> Path:
    path = weights_dir / str(entry["file"])
    if not path.exists() or sha256_of(path) != entry["sha256"]:
        raise EncoderError(f"{path} is missing or damaged: restore it from the repository, or run `{entry['command']}`")
    if entry["base_sha256"] != base:
        raise EncoderError(f"{path} was trained on another base encoder; run `{entry['command']}`")
    return path
