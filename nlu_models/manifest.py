"""The manifest beside the trained weights: one entry a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file


def set_manifest_entry(weights_dir: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Set one model's entry; the others stay."""
    path = weights_dir / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) if path.exists() else {}
    manifest[name] = entry
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")


def install_weights(
    weights_dir: Path, name: str, weights: Mapping[str, Any], entry: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a model's arrays as `<name>.safetensors` and set its entry, with the file's name and SHA-256.

    Returns:
        The entry as it stands in the manifest.
    """
    weights_dir.mkdir(parents=True, exist_ok=True)
    path = weights_dir / f"{name}.safetensors"
    save_file({key: np.ascontiguousarray(value) for key, value in weights.items()}, str(path))
    whole = {"file": path.name, **entry, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    set_manifest_entry(weights_dir, name, whole)
    return whole


def digest_of(folders: Iterable[Path]) -> str:
    """Return the SHA-256 over every file below some folders, in order: what a model was trained on."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.*")):
            found.update(path.read_bytes())
    return found.hexdigest()
