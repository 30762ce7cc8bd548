"""What the trained heads mean: the manifest's entry for the understanding model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.wheel import sha256_of


class UnderstandingLabels(BaseModel):
    """Labels in the order of the heads' outputs, and how confidence is read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str = "understanding.safetensors"
    intents: tuple[str, ...]
    token_labels: tuple[str, ...]
    categories: tuple[str, ...]
    temperature: float = Field(gt=0)
    threshold: float = Field(ge=0, le=1)
    sha256: str
    base_sha256: str


@dataclass(frozen=True)
class TrainedUnderstanding:
    """A file of trained weights that was checked, with its labels."""

    weights: Path
    labels: UnderstandingLabels

    @property
    def version(self) -> str:
        """A short name of these weights, for the `model` field of answers."""
        return f"understanding-{self.labels.sha256[:12]}"


def read_trained(weights_dir: Path, *, base_fingerprint: str) -> TrainedUnderstanding:
    """Read and check the manifest and the weights it names.

    Raises:
        EncoderError: they are missing or damaged, or were trained on another base.
    """
    try:
        manifest = json.loads((weights_dir / "manifest.json").read_text(encoding="utf-8"))
        labels = UnderstandingLabels.model_validate(manifest["understanding"])
        weights = weights_dir / labels.file
        digest = sha256_of(weights)
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise EncoderError(
            f"the trained weights in {weights_dir} cannot be used: {error}. "
            "Restore them from the repository, or run `shopkeeper train understanding`."
        ) from error
    if digest != labels.sha256:
        raise EncoderError(f"{weights} is damaged: its hash is not the one in the manifest")
    if labels.base_sha256 != base_fingerprint:
        raise EncoderError(f"{weights} was trained on another base encoder; run `shopkeeper train understanding`")
    return TrainedUnderstanding(weights, labels)
