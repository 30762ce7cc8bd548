"""The manifest beside the trained weights: one entry a model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def set_manifest_entry(weights_dir: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Set one model's entry; the others stay."""
    path = weights_dir / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) if path.exists() else {}
    manifest[name] = entry
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
