"""The manifest beside the trained weights: one entry a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file


def install_weights(
    weights_dir: Path, name: str, weights: Mapping[str, Any], entry: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a model's arrays as `<name>.safetensors` and set its entry in the manifest; the others stay.

    Returns:
        The entry as it stands there: with the file's name and SHA-256.
    """
    weights_dir.mkdir(parents=True, exist_ok=True)
    path = weights_dir / f"{name}.safetensors"
    save_file({key: np.asarray(value, order="C") for key, value in weights.items()}, str(path))
    load_file(str(path))  # what cannot be read back is not installed
    whole = {"file": path.name, **entry, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    _write(weights_dir, _read(weights_dir) | {name: whole})
    return whole


def amend_entry(weights_dir: Path, name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change an entry of the manifest; returns it."""
    entries = _read(weights_dir)
    entries[name] |= changes
    _write(weights_dir, entries)
    found: dict[str, Any] = entries[name]
    return found


def _read(weights_dir: Path) -> dict[str, Any]:
    manifest = weights_dir / "manifest.json"
    entries: dict[str, Any] = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    return entries


def _write(weights_dir: Path, entries: Mapping[str, Any]) -> None:
    (weights_dir / "manifest.json").write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", "utf-8")


def digest_of(folders: Iterable[Path]) -> str:
    """Return the SHA-256 over every file below some folders, in order: what a model was trained on."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.*")):
            found.update(path.read_bytes())
    return found.hexdigest()
